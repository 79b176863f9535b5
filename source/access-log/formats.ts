/** The formats of the access log: one table; a format is a row. Every line is ASCII, whatever a request held. */
import type {Entry} from './entry.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A line for each entry, without its end. */
export const logFormats = {
  json: jsonLine,
  common: commonLine,
  combined: combinedLine,
  extended: extendedLine,
} as const satisfies Record<string, (entry: Entry) => string>

export type LogFormat = keyof typeof logFormats

/** JSON escapes controls below 0x20 by itself; what else could reach a terminal or is not ASCII is escaped here. */
function jsonLine({at, id, broken, upgraded, onPurpose, attemptCount, ...rest}: Entry): string {
  const told = {
    time: new Date(at).toISOString(),
    ...rest,
    // What is nearly never so is told only then.
    broken: broken || undefined,
    upgraded: upgraded || undefined,
    onPurpose: onPurpose || undefined,
    attemptCount: attemptCount > rest.attempts.length ? attemptCount : undefined,
    id,
  }
  return JSON.stringify(told).replace(
    /[\x7f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The Common Log Format of NCSA httpd: `host ident user [time] "request" status bytes`, in UTC. */
function commonLine({at, client, method, target, protocol, status, bytesOut}: Entry): string {
  const request = `${escaped(method)} ${escaped(target)} ${protocol}`
  return `${client === '' ? '-' : client} - - [${timeOf(at)}] "${request}" ${status} ${bytesOut === 0 ? '-' : bytesOut}`
}

function combinedLine(entry: Entry): string {
  return `${commonLine(entry)} "${escaped(entry.referer ?? '-')}" "${escaped(entry.userAgent ?? '-')}"`
}

/** Combined, and what a proxy knows: seconds, service, instances tried in order, fault, request id. */
function extendedLine(entry: Entry): string {
  const {duration, service, attempts, fault, requestId} = entry
  const tried = attempts.map(attempt => attempt.instance).join(',')
  return (
    `${combinedLine(entry)} ${duration.toFixed(6)} "${escaped(service ?? '-')}" ${tried === '' ? '-' : tried} ` +
    `${fault ?? '-'} "${escaped(requestId ?? '-')}"`
  )
}

/** As Apache does it: a backslash before a quote and a backslash, and octets that are no visible ASCII as \xhh. */
function escaped(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text)
    ? text
    : text
        .replace(/["\\]/g, '\\$&')
        .replace(/[^ -~]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** `10/Oct/2000:13:55:36 +0000` */
function timeOf(at: number): string {
  const date = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${day}:${time} +0000`
}
