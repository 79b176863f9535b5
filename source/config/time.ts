/** Spans of time as people write them in a configuration: 2, 250ms, 2s, 1m, 1h. */

export const MILLISECOND = 1
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

const units = {ms: MILLISECOND, s: SECOND, m: MINUTE, h: HOUR} as const

export const timePattern = '^[0-9]+(?:\\.[0-9]+)?(?:ms|s|m|h)$'

/** Milliseconds of a number (seconds) or of a text with its unit; undefined when it is neither. */
export function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? rounded(value * SECOND) : undefined
  if (typeof value !== 'string') return undefined
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? []
  return amount === undefined ? undefined : rounded(Number(amount) * units[unit as keyof typeof units])
}

/** A timer counts whole milliseconds; a span that is more than none stays more than none. */
function rounded(milliseconds: number): number {
  return milliseconds > 0 ? Math.max(1, Math.round(milliseconds)) : milliseconds
}

/** The shortest way to write a span: `250ms`, `4s`, `1h`, `90s`. */
export function formatTime(milliseconds: number): string {
  for (const [unit, length] of [
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const) {
    if (milliseconds >= length && milliseconds % length === 0) return `${milliseconds / length}${unit}`
  }
  return `${milliseconds}ms`
}
