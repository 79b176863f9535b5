/** The lines of a waterfall that tell of a pick: by which strategy, among how many, and who was passed over and why. */
import type {RequestView, SkippedThen} from '../control/requests.ts'
import {pickWords} from '../requests/pick-words.ts'
import {shown} from './frame.ts'
import type {Piece} from './text.ts'
import type {Bar} from './timing-bars.ts'

/** Of a crowd that is down, the Attempts tab names more. */
const NAMED = 4

/** One pick of a request. */
export interface PickFacts {
  /** what came of it; undefined: nobody could be picked */
  readonly instance: string | undefined
  /** it was the last one of the request */
  readonly isLast: boolean
  /** ms after the request's start */
  readonly at: number
  readonly skipped: SkippedThen | undefined
  /** instances that failed this request before */
  readonly tried: readonly string[]
}

/** `before`: who was passed over by the pick before this one, which need not be said twice. */
export function pickBars(request: RequestView, pick: PickFacts, before: SkippedThen | undefined): Bar[] {
  const {strategy, candidates} = request
  if (strategy === undefined) return []
  const {instance, isLast, at, skipped, tried} = pick
  const words = [
    ...(instance === undefined
      ? []
      : [isLast && request.sticky ? 'bound by its cookie' : pickWords[strategy]]),
    ...(isLast ? [`of ${candidates} ready`] : []),
  ]
  const nobody = isLast && candidates === 0
  const note: Piece[] = nobody ? [['bad', 'nobody is ready']] : [['label', words.join(', ')]]
  const label: Piece[] = [
    ['text', ' pick '],
    ['accent', strategy],
  ]
  // When all have been tried, they are all asked again.
  const isAnew = instance !== undefined && tried.includes(instance)
  const names = [
    ...(isAnew ? [] : tried.map(name => `${shown(name)} (tried)`)),
    ...(sameSkipped(skipped, before) ? [] : skippedNames(skipped, NAMED)),
  ]
  return [{label, at, took: undefined, from: 0, to: 0, is: 'wait', note}, ...passedOver(names)]
}

/** At most `most` lines, the last of which says how many more there are. */
export function skippedNames(skipped: SkippedThen | undefined, most: number): string[] {
  if (skipped === undefined) return []
  const {named, count} = skipped
  const shownOnes = named.slice(0, count > most ? most - 1 : most)
  const names = shownOnes.map(({instance, reason}) => `${shown(instance)} (${shown(reason)})`)
  return count > names.length ? [...names, `and ${count - names.length} more`] : names
}

function passedOver(names: readonly string[]): Bar[] {
  return names.map((name, index) => ({
    label: [['label', index === 0 ? '   skipped' : '']],
    at: undefined,
    took: undefined,
    from: 0,
    to: 0,
    is: 'pause',
    note: [['warn', name]],
    isWide: true,
  }))
}

function sameSkipped(one: SkippedThen | undefined, other: SkippedThen | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
