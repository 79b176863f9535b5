/**
 * IP_HASH: a client's address stays with one instance. Rendezvous: each instance bids for the address, the highest bid
 * wins, so an instance that leaves gives away its own addresses and no others move. Looks at all: n bids a pick.
 */
import {hashOf, mixed} from './hash.ts'
import type {Candidate, StrategyFactory} from './strategy.ts'

export const ipHash: StrategyFactory =
  () =>
  (candidates, {address}) =>
    highestBidder(candidates, hashOf(address))

function highestBidder<C extends Candidate>(candidates: readonly C[], key: number): C | undefined {
  let best: C | undefined
  let highest = -1
  for (const candidate of candidates) {
    const bid = mixed(key ^ candidate.identity)
    // Two bids are equal once in 2^32: the identity decides then, not the order.
    if (bid < highest || (bid === highest && candidate.identity < (best?.identity ?? 0))) continue
    best = candidate
    highest = bid
  }
  return best
}
