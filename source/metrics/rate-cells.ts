/** The shape of the memory that the token buckets of clients are in: sets of eight places, each a fingerprint and a time. */

/** 64 K clients, half a MiB. Untouched memory costs nothing. */
export const RATE_SETS = 8192
export const RATE_WAYS = 8

export function newRateCells(): SharedArrayBuffer {
  return new SharedArrayBuffer(RATE_SETS * RATE_WAYS * 2 * 4)
}
