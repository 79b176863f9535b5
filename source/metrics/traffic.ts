/** Rates, shares and percentiles of a service, an instance or all of them: what a meter makes of the counters. */
import type {Blame} from '../faults.ts'

/**
 * Counts and rates of a service, an instance or all of them.
 * Rates are over the last two seconds; percentiles and shares over the last minute.
 */
export interface Traffic {
  /** requests finished a second */
  readonly perSecond: number
  /** requests finished in each of the last 60 whole seconds, oldest first; shorter while the proxy is younger */
  readonly history: readonly number[]
  readonly inFlight: number
  /** requests finished since the start */
  readonly requests: number
  /** milliseconds from the request's head to the response's last byte; undefined without enough samples */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  /** share of 5xx answers and broken exchanges, 0 to 1; undefined without requests */
  readonly errorShare: number | undefined
  /** finished in the last minute, by class of status: index 2 holds 2xx; index 0 those without a response (client gone) */
  readonly byClass: readonly number[]
  /** attempts that were followed by another one, last minute */
  readonly retried: number
  readonly bytesInPerSecond: number
  readonly bytesOutPerSecond: number
  /** faults of the last minute, most frequent first */
  readonly faults: readonly FaultCount[]
}

export interface FaultCount {
  /** a code of the fault table, such as CONNECT_REFUSED */
  readonly code: string
  readonly blame: Blame
  /** one sentence for a person */
  readonly sentence: string
  readonly count: number
}
