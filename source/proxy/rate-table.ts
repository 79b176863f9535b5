/**
 * Token buckets of clients in memory that all workers share: exact over them, of a fixed size whoever comes.
 *
 * A bucket is one number, the time at which it is full again (GCRA, as in ITU-T I.371): a request may come as long as
 * that is no further away than the burst, and moves it on by one interval. Clients are told apart by 47 bits of a hash of
 * their address; one set of eight places is looked at, and in a full set the bucket that is full soonest gives way, which
 * has the least to forget.
 */
import type {RateLimit} from '../config/config.ts'
import {hashOf, mixed} from '../hash.ts'
import {RATE_SETS, RATE_WAYS} from '../metrics/rate-cells.ts'

/** Of time: 1/16 ms in 32 bits, which come round after three days. */
const UNITS_A_MS = 16

export class RateTable {
  /** pairs of a fingerprint, 0 for an empty place, and a time */
  readonly #cells: Int32Array<SharedArrayBuffer>
  readonly #now: () => number
  readonly #random: () => number

  /** `now`: epoch ms with a fraction, the same in all workers. */
  constructor(cells: SharedArrayBuffer, now: () => number, random: () => number) {
    this.#cells = new Int32Array(cells)
    this.#now = now
    this.#random = random
  }

  /** Takes a request of a client in a scope (a service, or all of them). Gives 0, or after how many ms one may come. */
  take(scope: number, client: string, {requests, perMs, burst}: RateLimit): number {
    const now = (this.#now() * UNITS_A_MS) | 0
    const interval = (perMs * UNITS_A_MS) / requests
    const tolerance = interval * (burst - 1)
    const place = this.#placeOf(scope, client, now, tolerance + interval)
    for (;;) {
      const stored = Atomics.load(this.#cells, place)
      // A bucket of long ago is full; so is one that seems to be further away than any can be.
      const away = (stored - now) | 0
      const ahead = away < 0 || away > tolerance + interval + UNITS_A_MS ? 0 : away
      if (ahead > tolerance) return (ahead - tolerance) / UNITS_A_MS
      // Rounded by chance, so that it is right in the mean.
      const next = (now + ahead + Math.floor(interval + this.#random())) | 0
      if (Atomics.compareExchange(this.#cells, place, stored, next) === stored) return 0
    }
  }

  /** The cell of the client's time, which it has to itself from now on. */
  #placeOf(scope: number, client: string, now: number, furthest: number): number {
    const hash = hashOf(client)
    const fingerprint = mixed(hash ^ Math.imul(scope + 1, 0x9e3779b1)) | 1 | 0
    const set = ((mixed(hash + scope) >>> 16) % RATE_SETS) * RATE_WAYS * 2
    let oldest = set
    let least = Number.POSITIVE_INFINITY
    for (let at = set; at < set + RATE_WAYS * 2; at += 2) {
      const found = Atomics.load(this.#cells, at)
      if (found === fingerprint) return at + 1
      const away = ((this.#cells[at + 1] ?? 0) - now) | 0
      const rank = found === 0 || away > furthest ? Number.NEGATIVE_INFINITY : away
      if (rank >= least) continue
      least = rank
      oldest = at
    }
    Atomics.store(this.#cells, oldest + 1, now)
    Atomics.store(this.#cells, oldest, fingerprint)
    return oldest + 1
  }
}

/** Whom a limit counts: an IPv4 address, or the 64 bits of an IPv6 address that are one customer's (RFC 6177). */
export function limitedAs(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.replace(/%.*$/, '').split('::', 2)
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0)
    while (groups.length < 8 - behind) groups.push('0')
    groups.push(...(tail === '' ? [] : tail.split(':')))
  }
  return groups.slice(0, 4).join(':')
}
