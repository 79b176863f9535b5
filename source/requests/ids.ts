/** Request ids and W3C trace contexts: which ones are good, and the texts of those that the proxy makes. Pure. */

/**
 * What a record keeps of what was made for a request, in one number below 2^53: a count of 48 bits, of which the texts are
 * made with the prefix of the start, times four, and a bit for each text that was made. 0: nothing was.
 */
export const Made = {REQUEST_ID: 1, TRACE: 2} as const
export const MADE_STEP = 4
/** Whether the text that `bit` stands for was made. */
export function hasMade(made: number, bit: number): boolean {
  return ((made % MADE_STEP) & bit) !== 0
}

/** Counts stay below this. */
export const MAX_COUNT = 2 ** 48

/** Hexadecimal digits of a prefix. */
export const PREFIX_DIGITS = 20

/** 32 digits, for X-Request-Id, and as the trace-id of a traceparent. */
export function idText(prefix: string, made: number): string {
  return prefix + countText(made)
}

/** version "00", trace-id, parent-id, trace-flags (W3C Trace Context §3.2). */
export function traceparentText(prefix: string, made: number, sampled: boolean): string {
  const parent = prefix.slice(0, 4) + countText(made)
  return `00-${idText(prefix, made)}-${parent}-${sampled ? '01' : '00'}`
}

function countText(made: number): string {
  return Math.floor(made / MADE_STEP)
    .toString(16)
    .padStart(12, '0')
}

/** Short, and of characters that nothing takes for something else: a log, a shell, a URL. */
export function isSaneId(text: string): boolean {
  return /^[A-Za-z0-9._~+/=:@-]{1,128}$/.test(text)
}

/** W3C Trace Context §3.2.2: version ff is none, neither are ids of zeros; a later version may have more parts. */
export function isTraceparent(text: string): boolean {
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(text)
  if (parts === null) return false
  const [, version, trace = '', parent = '', more] = parts
  if (version === 'ff' || (version === '00' && more !== undefined)) return false
  return !/^0+$/.test(trace) && !/^0+$/.test(parent)
}

/** What of it names the whole trace; undefined: it is no traceparent. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent !== undefined && isTraceparent(traceparent) ? traceparent.slice(3, 35) : undefined
}
