/** Latencies in log-linear buckets (as in HdrHistogram): eight to each power of two, so a value is right within 6 %. */

const SUB_BITS = 3
const SUB_BUCKETS = 1 << SUB_BITS
/** 2^27 µs, a little over two minutes: all that is longer counts as that */
const MAX_MICROS = 2 ** 27 - 1

/** How many cells a histogram takes. */
export const BUCKETS = (27 - SUB_BITS + 1) * SUB_BUCKETS

/** The bucket of a latency in µs. */
export function bucketOf(micros: number): number {
  const value = micros > MAX_MICROS ? MAX_MICROS : micros < 0 ? 0 : micros | 0
  if (value < SUB_BUCKETS) return value
  const exponent = 31 - Math.clz32(value)
  return (exponent - SUB_BITS + 1) * SUB_BUCKETS + ((value >> (exponent - SUB_BITS)) & (SUB_BUCKETS - 1))
}

/** The middle of a bucket, in µs. */
export function middleOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket
  const exponent = Math.floor(bucket / SUB_BUCKETS) + SUB_BITS - 1
  const width = 2 ** (exponent - SUB_BITS)
  return (SUB_BUCKETS + (bucket % SUB_BUCKETS)) * width + width / 2
}

/** The first value in µs that is no longer in a bucket. */
export function upperBoundOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket + 1
  const exponent = Math.floor(bucket / SUB_BUCKETS) + SUB_BITS - 1
  return (SUB_BUCKETS + (bucket % SUB_BUCKETS) + 1) * 2 ** (exponent - SUB_BITS)
}

/**
 * The latency in milliseconds below which `share` (0 to 1) of the samples lie.
 * `counts` holds one count a bucket; `total` is their sum. undefined when there are none.
 */
export function percentileMs(counts: ArrayLike<number>, total: number, share: number): number | undefined {
  if (total <= 0) return undefined
  const wanted = Math.max(1, Math.ceil(total * share))
  let seen = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += counts[bucket] ?? 0
    if (seen >= wanted) return middleOf(bucket) / 1000
  }
  return undefined
}
