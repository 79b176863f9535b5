/** Whether a failed attempt may be followed by another: a pure decision (RFC 9110 §9.2.2). */
import {type FaultCode, faults, isIdempotent} from '../faults.ts'
import type {Refusal} from '../recorder/layout.ts'

/** Kept connections that die on reuse are nobody's failure: so many more attempts are free. */
const FREE_AFTER_STALE = 2

/** On top of two round trips, for a machine that is busy. */
const STALE_WITHIN_MS = 100

/**
 * A kept connection that the other side has closed says so at once: after a round trip, of which opening it took one or
 * more. What breaks `elapsedMs` after the request was sent, later than that, was at work on the request.
 */
export function isTooLateForStale(fault: FaultCode, elapsedMs: number, openedInMs = 0): boolean {
  return fault === 'STALE_CONNECTION' && elapsedMs > STALE_WITHIN_MS + 2 * openedInMs
}

export interface FailedAttempt {
  readonly fault: FaultCode
  readonly method: string
  /** not a byte of the request has left: it may be sent by any method (RFC 9110 §9.2.2) */
  readonly unsent: boolean
  /** attempts made so far, this one included */
  readonly attempts: number
  /** how many of them found a kept connection closed */
  readonly stale: number
  /** how many more attempts the policy allows after the first */
  readonly retries: number
  /** something of a response has been passed on */
  readonly responseStarted: boolean
  /** all of the body that was read from the client is still here */
  readonly bodyKept: boolean
  /** ms since the request was here, and how many the policy gives to all attempts together */
  readonly elapsedMs: number
  readonly totalMs: number
  /** one more retry of the service fits into its budget */
  readonly withinBudget: boolean
}

/** Why not, in one word, or undefined when the request may be sent again. */
export function refusesRetry(failed: FailedAttempt): Refusal | undefined {
  if (failed.responseStarted) return 'response-started'
  const when = faults[failed.fault].retry
  const safe = failed.unsent || isIdempotent(failed.method)
  if (when === 'never' || (when === 'idempotent' && !safe)) return 'unsafe'
  if (!failed.bodyKept) return 'body-gone'
  const free = Math.min(failed.stale, FREE_AFTER_STALE)
  if (failed.attempts - free > failed.retries) return 'spent'
  if (failed.elapsedMs >= failed.totalMs) return 'total-time'
  return failed.withinBudget || isUnbudgeted(failed) ? undefined : 'budget'
}

/** What never reached an instance, or found a kept connection dead, was no load for anybody: it may go elsewhere. */
function isUnbudgeted({fault, stale}: FailedAttempt): boolean {
  if (fault === 'STALE_CONNECTION') return stale <= FREE_AFTER_STALE
  return faults[fault].phase === 'connect'
}

const BACKOFF_FROM_MS = 25
const BACKOFF_TO_MS = 250

/** Full jitter, doubling: how long to wait before instances are asked again, after so many `waits`. `random` in [0, 1). */
export function backoffMs(waits: number, random: number): number {
  return random * Math.min(BACKOFF_TO_MS, BACKOFF_FROM_MS * 2 ** waits)
}
