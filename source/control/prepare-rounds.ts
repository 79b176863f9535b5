/** Asks all workers to open listeners before anything changes, and waits until each of them has said how it went. */
import type {Listen} from '../config/config.ts'
import type {Down, Up} from '../proxy/messages.ts'

type Prepared = Extract<Up, {type: 'prepared'}>

/** A worker that does not answer for so long is stuck: it gets the configuration when it is replaced. */
const PATIENCE_MS = 5000

interface Round {
  readonly awaited: Set<number>
  failure: Prepared['failure']
  readonly done: (failure: Prepared['failure']) => void
}

export class PrepareRounds {
  readonly #post: (worker: number, message: Down) => boolean
  readonly #workers: number
  readonly #rounds = new Map<number, Round>()
  #last = 0

  /** `post` gives false when that worker is not there: it will start with what is in force then. */
  constructor(workers: number, post: (worker: number, message: Down) => boolean) {
    this.#workers = workers
    this.#post = post
  }

  /** Resolves when every worker has these listeners open, or with the first reason why one of them has not. */
  run(listen: readonly Listen[]): Promise<Prepared['failure']> {
    const number = ++this.#last
    const {promise, resolve} = Promise.withResolvers<Prepared['failure']>()
    const timer = setTimeout(() => this.#end(number), PATIENCE_MS)
    const awaited = new Set<number>()
    const done = (failure: Prepared['failure']) => {
      clearTimeout(timer)
      resolve(failure)
    }
    this.#rounds.set(number, {awaited, failure: undefined, done})
    for (let worker = 0; worker < this.#workers; worker++)
      if (this.#post(worker, {type: 'prepare', number, listen})) awaited.add(worker)
    if (awaited.size === 0) this.#end(number)
    return promise
  }

  heard({number, failure}: Prepared, worker: number): void {
    const round = this.#rounds.get(number)
    if (round === undefined) return
    round.failure ??= failure
    round.awaited.delete(worker)
    if (round.awaited.size === 0) this.#end(number)
  }

  /** That worker is gone: it will not answer. */
  lost(worker: number): void {
    for (const [number, {awaited}] of this.#rounds)
      if (awaited.delete(worker) && awaited.size === 0) this.#end(number)
  }

  #end(number: number): void {
    const round = this.#rounds.get(number)
    this.#rounds.delete(number)
    round?.done(round.failure)
  }
}
