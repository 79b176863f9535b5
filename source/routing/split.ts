/** Which of two services gets a request when one gives a part of its own away. Pure. */
import {hashOf} from '../hash.ts'

/** How a service gives requests away. */
export interface Sharing {
  /** 0 to 100 */
  readonly percent: number
  readonly by: 'request' | 'client'
}

/** Where in [0, 100) a request falls: below the percentage it goes to the other service. `random` is in [0, 1). */
export function drawOf({by}: Sharing, service: string, client: string, random: () => number): number {
  return 100 * (by === 'request' ? random() : unitHash(`${service}\n${client}`))
}

/**
 * In [0, 1), always the same for the same text: over all workers, and after a restart. The share of a split can rise
 * without anybody changing sides who was on the other one already.
 */
export function unitHash(text: string): number {
  return hashOf(text) / 2 ** 32
}

/** Whether the other service takes the request. One that could not answer gives its share back. */
export function goesAcross({percent}: Sharing, draw: number, otherSelectable: number): boolean {
  return draw < percent && otherSelectable > 0
}
