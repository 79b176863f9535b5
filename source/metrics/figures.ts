/** What requests were like between two readings of the cells: how many, how fast, how many failed. */
import {BUCKETS, percentileMs} from './histogram.ts'
import {Cell} from './lane.ts'

/** A 99th percentile of fewer samples is a maximum, not a percentile. */
const P99_SAMPLES = 100
const P95_SAMPLES = 20

/** Cells as they were at a moment, in epoch ms. */
export interface CellsAt {
  readonly at: number
  readonly cells: Uint32Array
}

export interface Figures {
  readonly finished: number
  /** by class of status: index 0 holds those without a response */
  readonly byClass: readonly number[]
  /** milliseconds; undefined without enough samples */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  /** share of 5xx answers and broken exchanges, 0 to 1; undefined without requests */
  readonly errorShare: number | undefined
}

/** Filled anew by each call: there may be ten thousand of them a second. */
const latencies = new Uint32Array(BUCKETS)

/** `now − base`: cells run free and wrap, so both are of the same lanes, less than 2^32 requests apart. */
export function figuresOf(now: Uint32Array, base: Uint32Array): Figures {
  let samples = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const cell = Cell.LATENCY + bucket
    const count = ((now[cell] ?? 0) - (base[cell] ?? 0)) >>> 0
    latencies[bucket] = count
    samples += count
  }
  const byClass = [0, 0, 0, 0, 0, 0]
  let finished = 0
  for (let index = 0; index < byClass.length; index++) {
    const cell = Cell.CLASSES + index
    const count = ((now[cell] ?? 0) - (base[cell] ?? 0)) >>> 0
    byClass[index] = count
    finished += count
  }
  return {
    finished,
    byClass,
    p50: percentileMs(latencies, samples, 0.5),
    p95: samples < P95_SAMPLES ? undefined : percentileMs(latencies, samples, 0.95),
    p99: samples < P99_SAMPLES ? undefined : percentileMs(latencies, samples, 0.99),
    errorShare: finished === 0 ? undefined : (byClass[5] ?? 0) / finished,
  }
}
