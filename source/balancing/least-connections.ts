/**
 * LEAST_CONNECTIONS: the instance with the fewest requests in flight for its weight, over all workers, and any of them
 * among equals.
 */
import {loadOf} from './load.ts'
import type {Candidate, StrategyFactory} from './strategy.ts'

/** Up to here all are looked at, so that equals are drawn evenly. */
const FULL_SCAN = 64

/**
 * Above, so many are drawn and the best of them wins: looking at all would cost more with each instance. Of 16, the best
 * is among the least busy tenth in 81 of 100 picks (1 − 0.9^16), and workers do not all run to the same idle one.
 */
const DRAWS = 16

export const leastConnections: StrategyFactory = ({random, lasting}) => {
  let of: readonly Candidate[] = []
  /** what the heaviest one has when it is idle: nothing is less busy */
  let least = 0
  return {
    pick: candidates => {
      if (candidates.length <= FULL_SCAN) return drawnAmongFewest(candidates, random)
      const list = lasting()
      if (list !== of) {
        of = list
        least = list.length === 0 ? 0 : 1 / list.reduce((most, {weight}) => Math.max(most, weight), 0)
      }
      return fewestOfSome(candidates, least, random)
    },
  }
}

/** One pass: each further equal takes the place of the one held with probability 1/n (reservoir sampling). */
function drawnAmongFewest<C extends Candidate>(
  candidates: readonly C[],
  random: () => number,
): C | undefined {
  let best: C | undefined
  let fewest = Number.POSITIVE_INFINITY
  let equals = 0
  for (const candidate of candidates) {
    const load = loadOf(candidate)
    if (load > fewest) continue
    equals = load < fewest ? 1 : equals + 1
    fewest = load
    if (equals === 1 || random() * equals < 1) best = candidate
  }
  return best
}

/** The draws may meet the same instance twice: among so many that changes nothing. No other is drawn behind one with `least`. */
function fewestOfSome<C extends Candidate>(
  candidates: readonly C[],
  least: number,
  random: () => number,
): C | undefined {
  let best: C | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (let draw = 0; draw < DRAWS; draw++) {
    const candidate = candidates[Math.floor(random() * candidates.length)]
    if (candidate === undefined) continue
    const load = loadOf(candidate)
    if (load >= fewest) continue
    if (load <= least) return candidate
    best = candidate
    fewest = load
  }
  return best
}
