/**
 * LEAST_CONNECTIONS: the instance with the fewest requests in flight for its weight, over all workers, and any of them
 * among equals.
 */
import {loadOf} from './load.ts'
import type {Candidate, StrategyFactory} from './strategy.ts'

/** Up to here all are looked at, so that equals are drawn evenly. */
const FULL_SCAN = 64

export const leastConnections: StrategyFactory = ({random}) => ({
  pick: candidates =>
    candidates.length <= FULL_SCAN ? drawnAmongFewest(candidates, random) : firstOfFewest(candidates, random),
})

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

/** Among thousands an idle one is soon found: the search starts anywhere and ends at the first without a request. */
function firstOfFewest<C extends Candidate>(candidates: readonly C[], random: () => number): C | undefined {
  const count = candidates.length
  let index = Math.floor(random() * count)
  let best = candidates[index]
  let fewest = best === undefined ? 0 : loadOf(best)
  for (let seen = 1; seen < count && best?.inFlight !== 0; seen++) {
    if (++index === count) index = 0
    const candidate = candidates[index]
    if (candidate === undefined) continue
    const load = loadOf(candidate)
    if (load >= fewest) continue
    best = candidate
    fewest = load
  }
  return best
}
