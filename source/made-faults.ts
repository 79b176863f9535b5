/** Faults that are made on purpose: what one does, to which requests, how often and for how long, and how it is written. */

export type MadeAction =
  /** the response is read only so many ms after the request was sent */
  | {readonly does: 'delay'; readonly ms: number}
  /** answered by the proxy with this status; nothing is sent to the instance */
  | {readonly does: 'status'; readonly status: number}
  /** the response is broken off after so many bytes of its body; 0: before its head */
  | {readonly does: 'reset'; readonly bytes: number}
  /** so many bytes of the response's body a second */
  | {readonly does: 'slow'; readonly bytesPerSecond: number}
  /** as if the instance refused the connection */
  | {readonly does: 'refuse'}

export interface MadeFault {
  readonly action: MadeAction
  /** above 0, to 100: how many of a hundred requests it meets */
  readonly percent: number
  /** only requests whose path is this or lies below it; `/`: all */
  readonly path: string
  /** so many requests, then it ends; undefined: no end */
  readonly count: number | undefined
  /** it ends so long after it was put into force; undefined: it does not */
  readonly forMs: number | undefined
}

/** `delay 2s`, `status 503 50% /api`, `refuse x10 for 30s`: without what is not restricted. Safe to print but for the path. */
export function madeFaultText({action, percent, path, count, forMs}: MadeFault): string {
  const parts = [actionText(action)]
  if (percent < 100) parts.push(`${percent}%`)
  if (path !== '/') parts.push(path)
  if (count !== undefined) parts.push(`x${count}`)
  if (forMs !== undefined) parts.push(`for ${timeText(forMs)}`)
  return parts.join(' ')
}

function actionText(action: MadeAction): string {
  switch (action.does) {
    case 'delay':
      return `delay ${timeText(action.ms)}`
    case 'status':
      return `status ${action.status}`
    case 'reset':
      return `reset ${action.bytes}`
    case 'slow':
      return `slow ${action.bytesPerSecond}`
    case 'refuse':
      return 'refuse'
  }
}

function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

const MOST_MS = 24 * 3_600_000
const MOST_BYTES = 1e12
const form =
  /^(delay|status|reset|slow|refuse)(?: (\d{1,12}(?:\.\d{1,3})?)(ms|s|m)?)?(?: (\d{1,3})%)?(?: (\/\S*))?(?: x(\d{1,9}))?(?: for (\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?)?$/

export const MADE_FAULT_FORM =
  'delay 2s, status 503, reset 1000 (bytes), slow 1000 (bytes/s) or refuse, then as wanted: 50% /path x10 for 30s'

/** Reads what `madeFaultText` writes; undefined: it is none. */
export function parseMadeFault(text: string): MadeFault | undefined {
  const found = form.exec(text.trim().replace(/\s+/g, ' '))
  if (found === null) return undefined
  const [, does = '', amount, unit, share = '100', path = '/', times, span, spanUnit] = found
  const action = actionOf(does, amount, unit)
  const percent = Number(share)
  const count = times === undefined ? undefined : Number(times)
  const forMs = span === undefined ? undefined : msOf(span, spanUnit)
  if (action === undefined || percent < 1 || percent > 100 || count === 0) return undefined
  if (forMs !== undefined && (forMs < 1 || forMs > MOST_MS)) return undefined
  return {action, percent, path: path === '/' ? path : path.replace(/\/$/, ''), count, forMs}
}

function actionOf(
  does: string,
  amount: string | undefined,
  unit: string | undefined,
): MadeAction | undefined {
  if (does === 'refuse') return amount === undefined ? {does} : undefined
  if (amount === undefined) return undefined
  if (does === 'delay') {
    const ms = msOf(amount, unit)
    return ms >= 1 && ms <= MOST_MS ? {does, ms} : undefined
  }
  const number = Number(amount)
  if (unit !== undefined || !Number.isInteger(number) || number > MOST_BYTES) return undefined
  if (does === 'status') return number >= 200 && number <= 599 ? {does, status: number} : undefined
  if (does === 'reset') return {does, bytes: number}
  return number > 0 ? {does: 'slow', bytesPerSecond: number} : undefined
}

function msOf(amount: string, unit = 's'): number {
  return Math.round(Number(amount) * {ms: 1, s: 1000, m: 60_000}[unit as 'ms' | 's' | 'm'])
}
