/** The requests of a service that wait for an instance with room: first come, first served, in this worker and beside others. */
import {Cell, type Lane, type Lanes} from '../metrics/lane.ts'
import type {Deadlined, Deadlines} from './deadlines.ts'

/** A request that waits. None of the calls throws. */
export interface Waiter {
  /** on the clock of `performance.now()`, whatever the queue allows; read only where the service bounds its requests so */
  readonly waitsUntil: number
  /** of one that waits for an instance that it has not tried: whether one of these has room, or there is none any more */
  readonly hasRoom: boolean
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
/** So many are asked at a tick whether there is room for them and find none: each looks at all of its instances. */
const MOST_ASKED = 32

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
  /** likewise, those that have failed somewhere and wait for another instance: room where they were is none for them */
  readonly #forOthers = new Map<Waiter, number>()
  #serving = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Whether nobody waits, in whichever worker, who would take any room that there is: who comes now must not overtake. */
  get isEmpty(): boolean {
    const {lanes} = this.#options
    const waiting = lanes.difference(Cell.QUEUED, Cell.DEQUEUED)
    return waiting === 0 || waiting <= lanes.sum(Cell.WAITING_FOR_OTHERS)
  }

  has(waiter: Waiter): boolean {
    return this.#waiting.has(waiter) || this.#forOthers.has(waiter)
  }

  /** `forOthers`: it takes only an instance that it has not tried. Gives false when as many wait as may. */
  enter(waiter: Waiter, forOthers: boolean): boolean {
    const {lane, lanes, deadlines, settings} = this.#options
    if (lanes.difference(Cell.QUEUED, Cell.DEQUEUED) >= settings().length) return false
    if (this.#size === 0) {
      this.deadline = 0
      deadlines.add(this)
    }
    const waiting = forOthers ? this.#forOthers : this.#waiting
    waiting.set(waiter, performance.now())
    lane.queued()
    if (forOthers) lane.setWaitingForOthers(waiting.size)
    else if (waiting.size === 1) lane.setOldestWaiting(clock())
    return true
  }

  /** Gives how long it has waited, in ms; undefined: it does not. */
  leave(waiter: Waiter): number | undefined {
    const since = this.#waiting.get(waiter) ?? this.#forOthers.get(waiter)
    if (since === undefined) return undefined
    const {lane, deadlines} = this.#options
    const now = performance.now()
    lane.dequeued()
    if (this.#forOthers.delete(waiter)) lane.setWaitingForOthers(this.#forOthers.size)
    else {
      this.#waiting.delete(waiter)
      const [first] = this.#waiting.values()
      lane.setOldestWaiting(first === undefined ? 0 : clock(first - now))
    }
    if (this.#size === 0) deadlines.remove(this)
    return now - since
  }

  get #size(): number {
    return this.#waiting.size + this.#forOthers.size
  }

  /** Lets go on as many as there is room for. */
  serve(): void {
    if (this.#serving || this.#size === 0) return
    this.#serving = true
    // Most of them wait for the same few instances: when there is no room for the first, the others are asked at the tick.
    for (const waiter of this.#forOthers.keys()) {
      if (!waiter.hasRoom) break
      waiter.proceed()
    }
    const {hasRoom, lanes, lane} = this.#options
    for (const waiter of this.#waiting.keys()) {
      if (!hasRoom() || lanes.waitsLongerElsewhere(lane, FAIR_WITHIN_MS)) break
      waiter.proceed()
    }
    this.#serving = false
  }

  /** Every tick, as long as anybody waits here. */
  expire(now: number): void {
    this.#endLate(this.#waiting, now)
    this.#endLate(this.#forOthers, now)
    this.#serveOthers()
    this.serve()
    this.deadline = now
  }

  #serveOthers(): void {
    let misses = 0
    for (const waiter of this.#forOthers.keys()) {
      if (waiter.hasRoom) waiter.proceed()
      else if (++misses === MOST_ASKED) return
    }
  }

  #endLate(waiting: ReadonlyMap<Waiter, number>, now: number): void {
    const {queueMs, bounded} = this.#options.settings()
    for (const [waiter, since] of waiting) {
      const isDue = since + queueMs <= now
      // The first came first; how long each may wait for itself says nothing of the next.
      if (!isDue && !bounded) break
      if (isDue || waiter.waitsUntil <= now) waiter.queueTimedOut()
    }
  }
}

/** ms in 32 bits, the same in all workers, and never 0. */
function clock(offset = 0): number {
  return Math.round(Date.now() + offset) >>> 0 || 1
}
