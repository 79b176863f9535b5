/** Numbers and times on the command line. */
import {millisecondsOf} from '../config/time.ts'
import {CommandFailure} from './failure.ts'

/** A whole number from 0 to `most`. @throws CommandFailure */
export function wholeNumber(text: string, what: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text)
  throw new CommandFailure('USAGE', `${what} is ${text}; expected a whole number from 0 to ${most}`)
}

/** Milliseconds of `30s`, `5m` or a number of seconds. @throws CommandFailure */
export function timeSpan(text: string, what: string): number {
  const ms = millisecondsOf(/^\d+$/.test(text) ? Number(text) : text)
  if (ms !== undefined && ms <= 24 * 3_600_000) return ms
  throw new CommandFailure('USAGE', `${what} is ${text}; expected a time up to 24h, such as 30s or 5m`)
}
