/** One coarse clock for all time-outs of a worker: no timer a request, one look at each connection a tick. */

const TICK_MS = 50
/** A tick so late means that the thread stood still: stopped, or without a processor. */
const STOOD_STILL_MS = 200

/** Something that may have to be given up. It is its own list entry, so adding and removing cost nothing. */
export interface Deadlined {
  /** ms on the clock of `performance.now()`; Infinity: none */
  deadline: number
  /** where it stands in the list; -1: nowhere. Written by Deadlines only. */
  deadlineSlot: number
  /** The deadline has passed, by less than a tick. It must be set anew or removed. Must not throw. */
  expire(now: number): void
}

export class Deadlines {
  /** the time of the last tick: good enough for time-outs that are renewed with every piece of a body */
  now = performance.now()
  readonly #entries: Deadlined[] = []
  #timer: NodeJS.Timeout | undefined
  #spared = false

  add(entry: Deadlined): void {
    if (entry.deadlineSlot !== -1) return
    entry.deadlineSlot = this.#entries.push(entry) - 1
    if (this.#timer === undefined) this.#start()
  }

  remove(entry: Deadlined): void {
    const slot = entry.deadlineSlot
    if (slot === -1) return
    const last = this.#entries.pop()
    if (last !== undefined && last !== entry) {
      this.#entries[slot] = last
      last.deadlineSlot = slot
    }
    entry.deadlineSlot = -1
    if (this.#entries.length === 0) this.#stop()
  }

  /** A deadline `ms` from now, on the coarse clock: up to two ticks late, never early. */
  after(ms: number): number {
    // Without entries nothing ticks, and the time of the last tick may be long ago.
    if (this.#timer === undefined) this.now = performance.now()
    return this.now + ms + TICK_MS
  }

  #start(): void {
    this.now = performance.now()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    const now = performance.now()
    const late = now - this.now - TICK_MS
    this.now = now
    // What came meanwhile has not been read yet, and nobody is to blame for that: it is read before the next tick.
    this.#spared = late > STOOD_STILL_MS && !this.#spared
    if (this.#spared) return
    // Backwards: expire() may remove its own entry, and the one put into its place has been looked at already.
    for (let slot = this.#entries.length - 1; slot >= 0; slot--) {
      const entry = this.#entries[slot]
      if (entry !== undefined && entry.deadline <= now) entry.expire(now)
    }
  }
}
