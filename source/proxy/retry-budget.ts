/** How many retries of a service may be under way at a time: a pure decision, on counts over all workers. */

/** So many are always allowed: a share of nearly nothing would allow none. */
const LEAST_RETRIES = 3

/**
 * Whether one more fits. Without such a bound, instances that fail under load get a multiple of that load.
 * `percent`: of the requests in flight. Workers count without a lock, so each of them can let one too many through.
 */
export function isWithinBudget(underWay: number, inFlight: number, percent: number): boolean {
  return underWay < Math.max(LEAST_RETRIES, Math.floor((inFlight * percent) / 100))
}
