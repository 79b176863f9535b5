/** The contract of a balancing strategy: which of the instances that may be used serves the next request. */

/** What a strategy may know of an instance. */
export interface Candidate {
  /** requests in flight on this instance, over all workers */
  readonly inFlight: number
}

/**
 * Chooses one of `candidates`, which are all healthy and ready: filtering is not a strategy's business.
 * Gives undefined only when there are none. Called once an attempt, so it must not allocate.
 */
export type Pick = <C extends Candidate>(candidates: readonly C[]) => C | undefined

/** What a strategy shares with its like in the other workers, and the dice it throws. */
export interface StrategyContext {
  /** one cell in shared memory a service: the number of turns taken by all workers */
  readonly turns: Uint32Array<SharedArrayBuffer>
  /** in [0, 1) */
  readonly random: () => number
}

export type StrategyFactory = (context: StrategyContext) => Pick
