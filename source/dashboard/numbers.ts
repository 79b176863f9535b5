/** Numbers in at most five columns: counts, rates, milliseconds, shares, ages. */

/** Stands for what is not known. */
const UNKNOWN = '-'

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E']

/** A count or a rate: `0`, `2.5`, `812`, `1.24k`, `12.4M`. At most five columns. */
export function si(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value) || value < 0) return UNKNOWN
  if (value === 0) return '0'
  if (value < 9.95) return Number.isInteger(value) ? String(value) : value < 0.05 ? '<0.1' : value.toFixed(1)
  let scaled = value
  let power = 0
  while (scaled >= 999.5 && power < PREFIXES.length) {
    scaled /= 1000
    power++
  }
  if (power === 0) return String(Math.round(scaled))
  const prefix = PREFIXES[power]
  if (prefix === undefined) return '>999E'
  return (
    (scaled < 9.995 ? scaled.toFixed(2) : scaled < 99.95 ? scaled.toFixed(1) : scaled.toFixed(0)) + prefix
  )
}

/** A duration given in milliseconds, without its unit below ten seconds: `0.4`, `38`, `9870`, then `12.4s`, `57m`. */
export function millis(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value) || value < 0) return UNKNOWN
  if (value === 0) return '0'
  if (value < 9.95) return value < 0.05 ? '<0.1' : value.toFixed(1)
  if (value < 9999.5) return String(Math.round(value))
  if (value < 99_950) return `${(value / 1000).toFixed(1)}s`
  return age(value)
}

/** The same with its unit. */
export function millisWithUnit(value: number | undefined): string {
  const text = millis(value)
  return /[\d]$/.test(text) && text !== '0' ? `${text}ms` : text
}

/** A duration given in milliseconds with its unit: `0ms`, `1.4ms`, `121ms`, `8.1s`, `42s`, `12m`. At most five columns. */
export function duration(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value) || value < 0) return UNKNOWN
  if (value < 0.05) return '0ms'
  if (value < 9.95) return `${value.toFixed(1)}ms`
  if (value < 999.5) return `${Math.round(value)}ms`
  if (value < 9950) return `${(value / 1000).toFixed(1)}s`
  return age(value)
}

/** Milliseconds with tenths where there is room for them: `0.3`, `94.2`, `5012`, `12.4s`; empty for undefined. At most six columns. */
export function tenths(value: number | undefined): string {
  if (value === undefined) return ''
  if (!Number.isFinite(value) || value < 0) return UNKNOWN
  if (value < 999.95) return value.toFixed(1)
  if (value < 9999.5) return String(Math.round(value))
  return value < 99_950 ? `${(value / 1000).toFixed(1)}s` : age(value)
}

/** A count of bytes: `132B`, `1.1kB`, `4.1MB`. At most six columns. */
export function bytes(value: number | undefined): string {
  const text = si(value)
  return text === UNKNOWN || text.startsWith('>') ? text : `${text}B`
}

/** A number with its thousands apart up to 99,999, then short: `1,204`, `48,120`, `481k`. */
export function count(value: number): string {
  if (!Number.isFinite(value) || value < 0) return UNKNOWN
  return value < 100_000 ? String(Math.round(value)).replace(/(?=(?:\d{3})+$)(?!^)/g, ',') : si(value)
}

/** A share from 0 to 1 in per cent, without the sign: `0.00`, `0.42`, `12.5`, `100` for all. At most four columns. */
export function percent(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share) || share < 0) return UNKNOWN
  if (share === 0) return '0.00'
  const value = share * 100
  if (value < 0.005) return '<.01'
  if (value < 9.995) return value.toFixed(2)
  if (value < 99.95) return value.toFixed(1)
  // Rounded up it would deny the few that are missing.
  if (value < 100) return '99.9'
  return value < 100.5 ? '100' : '>100'
}

/** A share in whole per cent with the sign: `33%`. At most four columns. */
export function wholePercent(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share) || share < 0) return UNKNOWN
  if (share > 0 && share < 0.005) return '<1%'
  return share < 10 ? `${Math.round(share * 100)}%` : '>9'
}

/** How long something lasts, in its largest unit: `12s`, `4m`, `3h`, `12d`. At most five columns. */
export function age(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '0s'
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return seconds < 86_400 * 9999 ? `${Math.floor(seconds / 86_400)}d` : '>27y'
}

/** How long the proxy is up: seconds in the first minute only, so that an idle screen does not tick. */
export function upTime(ms: number): string {
  if (!Number.isFinite(ms) || ms < 60_000) return age(ms)
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 24
    ? `${hours}h${String(minutes % 60).padStart(2, '0')}m`
    : `${Math.floor(hours / 24)}d${hours % 24}h`
}

/** The local time of day, `12:04:19`; of another day its date, `11-23`. */
export function timeOfDay(at: number, now: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return '--:--:--'
  const today = new Date(now).toDateString() === date.toDateString()
  if (today) return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  return `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

/** The same with milliseconds, `12:04:31.182`. */
export function timeWithMillis(at: number, now: number): string {
  const time = timeOfDay(at, now)
  if (!time.includes(':') || time.startsWith('-')) return time
  return `${time}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
