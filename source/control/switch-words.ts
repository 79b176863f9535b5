/** What a switch of strategy did, in one line for an event: the share of each instance before and after, and the service's figures. Pure. */
import type {SwitchFigures, SwitchSide, SwitchSnapshot} from './control.ts'

/** So long after a switch it is told what has come of it. */
export const TOLD_AFTER_MS = 30_000
const MOST_NAMED = 6

/** The instances whose share moved most come first; undefined: there was no request to tell of. */
export function switchWords({from, to, before, after}: SwitchSnapshot): string | undefined {
  if (after.requests === 0) return undefined
  const seconds = Math.round(after.ms / 1000)
  const shares = sharesText(before, after)
  const figures = [
    `p50 ${changeText(before, after, ({p50}) => p50, ms)}`,
    `p95 ${changeText(before, after, ({p95}) => p95, ms)}`,
    `errors ${changeText(before, after, ({errorShare}) => errorShare, percent)}`,
  ]
  return `${seconds}s after ${from} → ${to}: ${[shares, ...figures].filter(text => text !== '').join(', ')}`
}

function sharesText(before: SwitchSide, after: SwitchSide): string {
  const earlier = new Map(before.instances.map(({key, share}) => [key, share]))
  const moved = after.instances
    .map(({key, share}) => ({key, before: earlier.get(key), after: share}))
    .toSorted((a, b) => move(b) - move(a))
  const named = moved
    .slice(0, MOST_NAMED)
    .map(each => `${each.key} ${whole(each.before)} → ${whole(each.after)} %`)
  const more = moved.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function move({before = 0, after = 0}: {before?: number | undefined; after?: number | undefined}): number {
  return Math.abs(after - before)
}

function changeText(
  before: SwitchFigures,
  after: SwitchFigures,
  of: (figures: SwitchFigures) => number | undefined,
  text: (value: number) => string,
): string {
  const [one, other] = [of(before), of(after)].map(value => (value === undefined ? '-' : text(value)))
  return `${one} → ${other}`
}

function whole(share: number | undefined): string {
  return share === undefined ? '-' : String(Math.round(share * 100))
}

function ms(value: number): string {
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ms`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}
