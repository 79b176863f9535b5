/** Counters that never wrap and never fall, read from lanes whose cells do: what a scraper can take differences of. */
import {faultCodes} from '../faults.ts'
import {BUCKETS, middleOf, upperBoundOf} from './histogram.ts'
import {Cell, LANE_CELLS, type Lanes} from './lane.ts'

const SECOND = 1_000_000

/**
 * Upper bounds of the histograms that are shown outside, in seconds: each is the bound of a bucket (a power of two in µs,
 * from 256 µs to 33.6 s), so that no count is shared out by guessing.
 */
export const bounds: readonly number[] = Array.from({length: 18}, (_, index) => 2 ** (8 + index) / SECOND)

/** The first bound that holds all of a bucket; `bounds.length`: none does. */
const boundOfBucket = Array.from({length: BUCKETS}, (_, bucket) => {
  const index = bounds.findIndex(bound => upperBoundOf(bucket) <= Math.round(bound * SECOND))
  return index === -1 ? bounds.length : index
})
const middles = Float64Array.from({length: BUCKETS}, (_, bucket) => middleOf(bucket) / SECOND)

/** What one subject's lanes have counted since they were made. Reading again costs two sums while nothing moves. */
export class Totals {
  readonly #lanes: Lanes
  readonly #last = new Uint32Array(LANE_CELLS)
  readonly #cells = new Float64Array(Cell.LATENCY)
  /** by bound, the last one for what is longer than all of them; each without those before it */
  readonly #latencies = new Float64Array(bounds.length + 1)
  #seconds = 0
  #bytesIn = 0
  #bytesOut = 0

  constructor(lanes: Lanes) {
    this.#lanes = lanes
  }

  /** Reads the lanes. No cell may move by 2^32 or more between two readings. */
  read(): void {
    const lanes = this.#lanes
    const moved = this.#take(Cell.STARTED) + this.#take(Cell.FINISHED)
    // Connections come and go without a request.
    this.#add(Cell.CONNECTIONS_OPENED)
    this.#add(Cell.CONNECTIONS_CLOSED)
    if (moved === 0) return
    for (let cell = Cell.CLASSES; cell < Cell.BYTES_IN; cell++) this.#add(cell)
    this.#add(Cell.QUEUED)
    for (let index = 0; index < faultCodes.length; index++) this.#add(Cell.FAULTS + index)
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#latency(bucket)
    this.#bytesIn = Math.max(this.#bytesIn, steadySum(lanes, Cell.BYTES_IN))
    this.#bytesOut = Math.max(this.#bytesOut, steadySum(lanes, Cell.BYTES_OUT))
  }

  /** Of a cell of `Cell` that is neither wide nor a latency. */
  count(cell: number): number {
    return this.#cells[cell] ?? 0
  }

  get bytesIn(): number {
    return this.#bytesIn
  }

  get bytesOut(): number {
    return this.#bytesOut
  }

  /** Samples up to each bound and in all, so that the last one is the count. */
  cumulative(): readonly number[] {
    let sum = 0
    return Array.from(this.#latencies, count => {
      sum += count
      return sum
    })
  }

  /** The sum of all latencies in seconds, each taken as the middle of its bucket: right within 6 %. */
  get seconds(): number {
    return this.#seconds
  }

  #latency(bucket: number): void {
    const fresh = this.#take(Cell.LATENCY + bucket)
    if (fresh === 0) return
    const index = boundOfBucket[bucket] ?? bounds.length
    this.#latencies[index] = (this.#latencies[index] ?? 0) + fresh
    this.#seconds += fresh * (middles[bucket] ?? 0)
  }

  #add(cell: number): void {
    const fresh = this.#take(cell)
    if (fresh !== 0) this.#cells[cell] = (this.#cells[cell] ?? 0) + fresh
  }

  /** What was added to a cell since it was taken last. */
  #take(cell: number): number {
    const now = this.#lanes.sum(cell)
    const fresh = (now - (this.#last[cell] ?? 0)) >>> 0
    this.#last[cell] = now
    return fresh
  }
}

/** Between the two halves of a wide count its carry may be on its way: the smaller of two sums has not seen half of it. */
function steadySum(lanes: Lanes, cell: number): number {
  return Math.min(lanes.wideSum(cell), lanes.wideSum(cell))
}
