/** Faults on purpose as a worker has them: which of them strike a request. */
import type {MadeAction} from '../made-faults.ts'
import {requestLineOf} from '../requests/heads.ts'
import {isBelow, readingsOf} from '../routing/path.ts'
import type {LiveFault} from './messages.ts'

/** What one attempt meets with. */
export interface Struck {
  readonly delayMs: number
  /** the first that is no delay */
  readonly action: MadeAction | undefined
}

export class MadeFaults {
  readonly #faults: ReadonlyArray<LiveFault & {readonly cells: Uint32Array}>

  constructor(faults: readonly LiveFault[]) {
    this.#faults = faults.map(fault => ({...fault, cells: new Uint32Array(fault.struck)}))
  }

  /** `head` is that of the request. Counts over all workers; undefined: nothing strikes. */
  strike(head: string): Struck | undefined {
    let delayMs = 0
    let action: MadeAction | undefined
    for (const {fault, until, cells} of this.#faults) {
      if (action !== undefined && fault.action.does !== 'delay') continue
      if (until !== undefined && Date.now() >= until) continue
      if (!isMeant(head, fault.path) || Math.random() * 100 >= fault.percent) continue
      if (fault.count !== undefined && Atomics.add(cells, 0, 1) >= fault.count) {
        Atomics.sub(cells, 0, 1)
        continue
      }
      if (fault.count === undefined) Atomics.add(cells, 0, 1)
      if (fault.action.does === 'delay') delayMs += fault.action.ms
      else action = fault.action
    }
    return delayMs === 0 && action === undefined ? undefined : {delayMs, action}
  }
}

function isMeant(head: string, path: string): boolean {
  if (path === '/') return true
  const [, target] = requestLineOf(head)
  return isBelow(readingsOf(target)[0] ?? '', path)
}
