/** Whose meters are read for a snapshot: of thousands a part each time, so that none holds the main thread up for long. */

/** So many are read in some 10 ms. */
const AT_ONCE = 2500

export class Turns {
  readonly #stride: number
  #next: number

  /** `tick` counts snapshots; each of `meters` is due in one of `ticksPerSecond`, and in every one where they are few. */
  constructor(meters: number, tick: number, ticksPerSecond: number) {
    this.#stride = Math.max(1, Math.min(ticksPerSecond, Math.ceil(meters / AT_ONCE)))
    this.#next = tick
  }

  /** To be asked once for each meter, always in the same order. */
  isDue(): boolean {
    return this.#next++ % this.#stride === 0
  }
}
