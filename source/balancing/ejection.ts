/** When an instance that fails is left out for a while, and for how long: pure decisions, the same in workers and control. */

/** `errors` and `connectFailures` in a row take an instance out; 0: they never do. */
export interface EjectionPolicy {
  readonly errors: number
  readonly connectFailures: number
  /** the first time; each further one adds as much, up to `longestMs` */
  readonly timeMs: number
  readonly longestMs: number
  /** no more of the service's instances than this share are out at a time */
  readonly percent: number
}

export interface Instances {
  readonly all: number
  readonly ejected: number
  readonly selectable: number
}

/**
 * Why one more may not be left out, in words; undefined: it may. Never more than the policy's share, and never the last one
 * that could serve: a bad instance is better than none.
 */
export function sparedBecause({all, ejected, selectable}: Instances, percent: number): string | undefined {
  if (selectable <= 1) return 'it is the last one that could serve'
  if ((ejected + 1) * 100 <= all * percent) return undefined
  return `${ejected} of ${all} are out, and no more than ${percent} % may be`
}

/** The how manieth time in a row it is: each time as long as the first, without an ejection, forgives one. */
export function timesInRow(times: number, quietMs: number, {timeMs}: EjectionPolicy): number {
  return Math.max(0, times - Math.floor(quietMs / timeMs)) + 1
}

export function ejectionMs(times: number, {timeMs, longestMs}: EjectionPolicy): number {
  return Math.min(longestMs, times * timeMs)
}
