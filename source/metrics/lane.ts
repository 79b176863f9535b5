/**
 * Counters in shared memory: one lane a worker, one writer a cell, no Atomics. Cells run free and wrap; a reader
 * subtracts two readings. What is in flight is not a gauge but `started − finished` over all lanes.
 */
import {faultCodes} from '../faults.ts'
import {BUCKETS, bucketOf} from './histogram.ts'

/** Cells of a lane; a count that can pass 2^32 between two readings has a second cell for its carry. */
export const Cell = {
  STARTED: 0,
  FINISHED: 1,
  /** six cells: finished without a response, then 1xx to 5xx */
  CLASSES: 2,
  RETRIED: 8,
  /** low and high half */
  BYTES_IN: 9,
  BYTES_OUT: 11,
  CONNECTIONS_OPENED: 13,
  CONNECTIONS_CLOSED: 14,
  /** retries that have brought a response, failed, or ended with their request; only services count them */
  RETRIES_ENDED: 15,
  /** requests that waited for an instance with room, and those of them that do no more; only services count them */
  QUEUED: 16,
  DEQUEUED: 17,
  /** since when the first one waits, in epoch ms modulo 2^32; 0: nobody does */
  OLDEST_WAITING: 18,
  /** how many of those that wait do so for an instance that they have not tried; a number, not a count */
  WAITING_FOR_OTHERS: 19,
  FAULTS: 32,
  LATENCY: 32 + Math.ceil(faultCodes.length / 16) * 16,
} as const

export const LANE_CELLS = Cell.LATENCY + BUCKETS

/** Shared memory for `workers` lanes. */
export function newLanes(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer(workers * LANE_CELLS * 4)
}

/** The lane of worker `index`, to write to. */
export class Lane {
  readonly #cells: Uint32Array

  constructor(lanes: SharedArrayBuffer, index: number) {
    this.#cells = new Uint32Array(lanes, index * LANE_CELLS * 4, LANE_CELLS)
  }

  start(): void {
    this.#add(Cell.STARTED, 1)
  }

  /** `status` 0: no response was had. `micros` is counted as latency unless it is negative. */
  finish(status: number, micros: number, bytesIn: number, bytesOut: number): void {
    this.#add(Cell.FINISHED, 1)
    this.#add(Cell.CLASSES + ((status / 100) | 0), 1)
    this.#addWide(Cell.BYTES_IN, bytesIn)
    this.#addWide(Cell.BYTES_OUT, bytesOut)
    if (micros >= 0) this.#add(Cell.LATENCY + bucketOf(micros), 1)
  }

  /** `index` as of `faultIndex`. */
  fault(index: number): void {
    this.#add(Cell.FAULTS + index, 1)
  }

  retried(): void {
    this.#add(Cell.RETRIED, 1)
  }

  retryEnded(): void {
    this.#add(Cell.RETRIES_ENDED, 1)
  }

  queued(): void {
    this.#add(Cell.QUEUED, 1)
  }

  dequeued(): void {
    this.#add(Cell.DEQUEUED, 1)
  }

  setWaitingForOthers(number: number): void {
    this.#cells[Cell.WAITING_FOR_OTHERS] = number
  }

  setOldestWaiting(since: number): void {
    this.#cells[Cell.OLDEST_WAITING] = since
  }

  get oldestWaiting(): number {
    return this.#cells[Cell.OLDEST_WAITING] ?? 0
  }

  connectionOpened(): void {
    this.#add(Cell.CONNECTIONS_OPENED, 1)
  }

  connectionClosed(): void {
    this.#add(Cell.CONNECTIONS_CLOSED, 1)
  }

  #add(cell: number, amount: number): void {
    this.#cells[cell] = ((this.#cells[cell] ?? 0) + amount) | 0
  }

  #addWide(cell: number, amount: number): void {
    const low = (this.#cells[cell] ?? 0) + amount
    this.#cells[cell] = low % 2 ** 32
    if (low >= 2 ** 32) this.#add(cell + 1, Math.floor(low / 2 ** 32))
  }
}

/** All lanes of one thing, to read. */
export class Lanes {
  readonly cells: Uint32Array
  readonly count: number

  constructor(lanes: SharedArrayBuffer) {
    this.cells = new Uint32Array(lanes)
    this.count = this.cells.length / LANE_CELLS
  }

  /** Started and not finished, over all workers. */
  get inFlight(): number {
    return this.difference(Cell.STARTED, Cell.FINISHED)
  }

  get connections(): number {
    return this.difference(Cell.CONNECTIONS_OPENED, Cell.CONNECTIONS_CLOSED)
  }

  /** Whether the first that waits in another lane has done so longer than the first in `own`, by more than `ms`. */
  waitsLongerElsewhere(own: Lane, ms: number): boolean {
    const since = own.oldestWaiting
    for (let lane = 0; lane < this.cells.length; lane += LANE_CELLS) {
      const other = this.cells[lane + Cell.OLDEST_WAITING] ?? 0
      if (other !== 0 && ((since - other) | 0) > ms) return true
    }
    return false
  }

  /** `one − other` over all lanes, never negative: two cells are not read at the same moment. */
  difference(one: number, other: number): number {
    let sum = 0
    for (let lane = 0; lane < this.cells.length; lane += LANE_CELLS) {
      sum += ((this.cells[lane + one] ?? 0) - (this.cells[lane + other] ?? 0)) | 0
    }
    return Math.max(0, sum)
  }

  /** One cell summed over all lanes, modulo 2^32. */
  sum(cell: number): number {
    let sum = 0
    for (let lane = 0; lane < this.cells.length; lane += LANE_CELLS) sum += this.cells[lane + cell] ?? 0
    return sum >>> 0
  }

  /** A count with a carry cell, summed over all lanes. */
  wideSum(cell: number): number {
    let sum = 0
    for (let lane = 0; lane < this.cells.length; lane += LANE_CELLS) {
      sum += (this.cells[lane + cell] ?? 0) + (this.cells[lane + cell + 1] ?? 0) * 2 ** 32
    }
    return sum
  }

  /** What a dead worker had in flight is over: its lane says so again (control is the writer of a lane without a worker). */
  settle(lane: number): void {
    const base = lane * LANE_CELLS
    this.cells[base + Cell.FINISHED] = this.cells[base + Cell.STARTED] ?? 0
    this.cells[base + Cell.DEQUEUED] = this.cells[base + Cell.QUEUED] ?? 0
    this.cells[base + Cell.OLDEST_WAITING] = 0
    this.cells[base + Cell.WAITING_FOR_OTHERS] = 0
    this.cells[base + Cell.RETRIES_ENDED] = this.cells[base + Cell.RETRIED] ?? 0
    this.cells[base + Cell.CONNECTIONS_CLOSED] = this.cells[base + Cell.CONNECTIONS_OPENED] ?? 0
  }
}
