/** The contract of a balancing strategy: which of the instances that may be used serves the next request. */

/** What a strategy may know of an instance. */
export interface Candidate {
  /** requests in flight on this instance, over all workers */
  readonly inFlight: number
  /** 32 bits made from its address and port: the same in every worker, after every start and on every machine */
  readonly identity: number
  /** above 0: how much of the requests it should get beside the others; not whole while it starts slowly */
  readonly weight: number
  /** shared by all workers, for strategies that learn (learned.ts) */
  readonly learned: Uint32Array
}

/** What a strategy may ask about the request; nothing of it is worked out for a strategy that does not ask. */
export interface PickRequest {
  /** the address of the client, as text */
  readonly address: string
  /** the first value of a header field, its name in lower case; undefined: there is none */
  field(name: string): string | undefined
}

/**
 * Chooses one of `candidates`, which are all healthy and ready: filtering is not a strategy's business.
 * Gives undefined only when there are none. Called once an attempt, so it must not allocate.
 */
export type Pick = <C extends Candidate>(candidates: readonly C[], request: PickRequest) => C | undefined

export interface Strategy {
  readonly pick: Pick
  /** For a strategy that learns: what came of an attempt after `ms`. Nothing is measured for one without this. */
  readonly learn?: (candidate: Candidate, ms: number, result: AttemptResult) => void
}

/**
 * answered: the response began; failed: it began with 5xx, or there was none, however fast; abandoned: the client did not
 * wait for it.
 */
export type AttemptResult = 'answered' | 'failed' | 'abandoned'

/** What a strategy shares with its like in the other workers, and the dice it throws. */
export interface StrategyContext {
  /** one cell in shared memory a service: the number of turns taken by all workers */
  readonly turns: Uint32Array<SharedArrayBuffer>
  /** in [0, 1) */
  readonly random: () => number
  /**
   * The list that a pick is usually made from. It is never changed, but replaced when an instance or a weight changes, so
   * that what was worked out for it once holds as long as it stands; any other list is made for one pick (a retry).
   */
  readonly lasting: () => readonly Candidate[]
  /** epoch ms, the same in all workers, right within some 50 ms */
  readonly now: () => number
  /** name of the header field that HEADER_HASH goes by, in lower case; empty: none is configured */
  readonly hashHeader: () => string
}

export type StrategyFactory = (context: StrategyContext) => Strategy
