/**
 * What is learned of an instance's latency: a peak that decays with time. In memory that all workers share and write:
 * whole cells never tear, and of two that write in the same microsecond one is lost, which an average survives.
 */

/** µs; 0: nothing is known */
const COST = 0
/** ms, modulo 2^32, of the latest answer */
const LEARNED_AT = 1
/** ms, modulo 2^32, of the latest request that was sent to learn something */
const PROBED_AT = 2

/** Memory for one instance. */
export function newLearned(): SharedArrayBuffer {
  return new SharedArrayBuffer(3 * Uint32Array.BYTES_PER_ELEMENT)
}

/** A peak is worth a third after so long. As in Finagle: with time, so that a busy instance forgets no faster than an idle one. */
export const DECAY_MS = 10_000
/** Nothing is known of an instance that has not answered for so long: it is to be tried. */
export const STALE_MS = 30_000
/** An instance that is being tried gets no second try before this. */
export const PROBE_MS = 1000
const MAX_MICROS = 2 ** 31

/** µs that an answer is expected to take; 0: nothing is known. `now` in ms since any fixed time. */
export function costAt(learned: Uint32Array, now: number): number {
  const age = ageOf(learned, LEARNED_AT, now)
  return age >= STALE_MS ? 0 : (learned[COST] ?? 0) * Math.exp(-age / DECAY_MS)
}

/** An answer after `ms` (or what stands for it): a higher one counts at once, a lower one by the time since the last. */
export function learn(learned: Uint32Array, ms: number, now: number): void {
  const micros = Math.min(MAX_MICROS, Math.max(1, ms * 1000))
  const age = ageOf(learned, LEARNED_AT, now)
  const before = age >= STALE_MS ? 0 : (learned[COST] ?? 0)
  const kept = Math.exp(-age / DECAY_MS)
  learned[COST] = Math.max(1, micros >= before * kept ? micros : before * kept + micros * (1 - kept))
  learned[LEARNED_AT] = now
}

/** Whether it may be tried now; a try that never came back is forgotten after a second. */
export function mayProbe(learned: Uint32Array, now: number): boolean {
  return ageOf(learned, PROBED_AT, now) >= PROBE_MS
}

export function probed(learned: Uint32Array, now: number): void {
  learned[PROBED_AT] = now
}

/** Modulo 2^32, so that it survives the wrap after 49 days; a clock that was set back makes nothing younger than new. */
function ageOf(learned: Uint32Array, cell: number, now: number): number {
  const age = (now - (learned[cell] ?? 0)) | 0
  return age < 0 ? (age > -60_000 ? 0 : Number.POSITIVE_INFINITY) : age
}
