/**
 * Rendezvous hashing: each instance bids for a key and the highest bid wins, so an instance that leaves gives away its own
 * keys and no others move. Weighted after Schindelhauer and Schomaker (2005), as −weight / ln(bid): an instance whose
 * weight rises takes keys from the others, and none moves between those. Looks at all: n bids a pick.
 */
import {mixed} from '../hash.ts'
import type {Candidate} from './strategy.ts'
import {equalWeights} from './weighted.ts'

export function highestBidder<C extends Candidate>(candidates: readonly C[], key: number): C | undefined {
  // Logarithms are needed only where weights differ: by equal ones the order of the bids is the same without.
  return equalWeights(candidates) ? highestOfEquals(candidates, key) : highestByWeight(candidates, key)
}

function highestOfEquals<C extends Candidate>(candidates: readonly C[], key: number): C | undefined {
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

function highestByWeight<C extends Candidate>(candidates: readonly C[], key: number): C | undefined {
  let best: C | undefined
  let highest = -1
  for (const candidate of candidates) {
    // Half a step from either end: the logarithm is neither 0 nor infinite.
    const unit = (mixed(key ^ candidate.identity) + 0.5) / 2 ** 32
    const bid = -candidate.weight / Math.log(unit)
    if (bid < highest || (bid === highest && candidate.identity < (best?.identity ?? 0))) continue
    best = candidate
    highest = bid
  }
  return best
}
