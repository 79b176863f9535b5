/** The requests of a service that wait for an instance with room: first come, first served, in this worker and beside others. */
import {Cell, type Lane, type Lanes} from '../metrics/lane.ts'
import type {Deadlined, Deadlines} from './deadlines.ts'

/** A request that waits. None of the calls throws. */
export interface Waiter {
  /** on the clock of `performance.now()`, whatever the queue allows; read only where the service bounds its requests so */
  readonly waitsUntil: number
  /** there is room now, or nobody left to wait for */
  proceed(): void
  queueTimedOut(): void
}

export interface QueueOptions {
  /** the service's counters: this worker's own, and all */
  readonly lane: Lane
  readonly lanes: Lanes
  readonly deadlines: Deadlines
  /** whether a request that is let go on finds an instance with room, or none that could ever have some */
  readonly hasRoom: () => boolean
  /** `bounded`: those that wait may have to end before `queueMs` */
  readonly settings: () => {readonly queueMs: number; readonly length: number; readonly bounded: boolean}
}

/** So much older must the first one of another worker be, before room that was made here is left to it. */
const FAIR_WITHIN_MS = 100

/**
 * Room made by a request of this worker goes at once to the first that waits here; room made elsewhere is found at the
 * next tick. Workers tell each other since when their first one waits, so that none is overtaken for long.
 */
export class RequestQueue implements Deadlined {
  deadline = Number.POSITIVE_INFINITY
  deadlineSlot = -1
  readonly #options: QueueOptions
  /** since when on the clock of `performance.now()`, in order */
  readonly #waiting = new Map<Waiter, number>()
  #serving = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Whether anybody waits, in whichever worker: who comes now must not overtake. */
  get isEmpty(): boolean {
    return this.#options.lanes.difference(Cell.QUEUED, Cell.DEQUEUED) === 0
  }

  has(waiter: Waiter): boolean {
    return this.#waiting.has(waiter)
  }

  /** Gives false when as many wait as may. */
  enter(waiter: Waiter): boolean {
    const {lane, lanes, deadlines, settings} = this.#options
    if (lanes.difference(Cell.QUEUED, Cell.DEQUEUED) >= settings().length) return false
    this.#waiting.set(waiter, performance.now())
    lane.queued()
    if (this.#waiting.size > 1) return true
    lane.setOldestWaiting(clock())
    this.deadline = 0
    deadlines.add(this)
    return true
  }

  /** Gives how long it has waited, in ms; undefined: it does not. */
  leave(waiter: Waiter): number | undefined {
    const since = this.#waiting.get(waiter)
    if (since === undefined) return undefined
    this.#waiting.delete(waiter)
    const {lane, deadlines} = this.#options
    lane.dequeued()
    const now = performance.now()
    const [first] = this.#waiting.values()
    lane.setOldestWaiting(first === undefined ? 0 : clock(first - now))
    if (first === undefined) deadlines.remove(this)
    return now - since
  }

  /** Lets go on as many as there is room for. */
  serve(): void {
    if (this.#serving || this.#waiting.size === 0) return
    this.#serving = true
    const {hasRoom, lanes, lane} = this.#options
    for (const waiter of this.#waiting.keys()) {
      if (!hasRoom() || lanes.waitsLongerElsewhere(lane, FAIR_WITHIN_MS)) break
      waiter.proceed()
    }
    this.#serving = false
  }

  /** Every tick, as long as anybody waits here. */
  expire(now: number): void {
    const {queueMs, bounded} = this.#options.settings()
    for (const [waiter, since] of this.#waiting) {
      const isDue = since + queueMs <= now
      // The first came first; how long each may wait for itself says nothing of the next.
      if (!isDue && !bounded) break
      if (isDue || waiter.waitsUntil <= now) waiter.queueTimedOut()
    }
    this.serve()
    this.deadline = now
  }
}

/** ms in 32 bits, the same in all workers, and never 0. */
function clock(offset = 0): number {
  return Math.round(Date.now() + offset) >>> 0 || 1
}
