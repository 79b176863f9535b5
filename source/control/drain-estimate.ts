/** When an instance that gets nothing new will have finished what it has: an estimate from what has been seen to end. */

/** What is longer ago counts for less and less: long requests remain when the short ones are gone. */
const MEMORY_MS = 15_000
/** So many must have ended lately, or there is nothing to estimate from. */
const LEAST_ENDED = 2

export class DrainEstimate {
  #at: number
  #finished: number
  #inFlight: number
  /** requests that ended, and how long requests were in flight in all meanwhile: both fading */
  #ended = 0
  #exposureMs = 0

  /** `finished` is a counter of 32 bits that wraps. */
  constructor(at: number, inFlight: number, finished: number) {
    this.#at = at
    this.#inFlight = inFlight
    this.#finished = finished
  }

  /** One more reading. */
  observe(at: number, inFlight: number, finished: number): void {
    const passedMs = Math.max(0, at - this.#at)
    const kept = Math.exp(-passedMs / MEMORY_MS)
    this.#ended = this.#ended * kept + ((finished - this.#finished) >>> 0)
    this.#exposureMs = this.#exposureMs * kept + passedMs * ((this.#inFlight + inFlight) / 2)
    this.#at = at
    this.#finished = finished
    this.#inFlight = inFlight
  }

  /**
   * ms until nothing is left, if the requests that remain end as those before them did: each at any moment with the same
   * probability, so the last of n takes 1 + 1/2 + … + 1/n times as long as one. undefined: too few have ended lately.
   */
  get leftMs(): number | undefined {
    if (this.#inFlight === 0) return 0
    if (this.#ended < LEAST_ENDED || this.#exposureMs === 0) return undefined
    return harmonic(this.#inFlight) * (this.#exposureMs / this.#ended)
  }
}

function harmonic(count: number): number {
  // Euler's constant; from 20 on it is right to within 3 %.
  if (count > 20) return Math.log(count) + 0.5772
  let sum = 0
  for (let each = 1; each <= count; each++) sum += 1 / each
  return sum
}
