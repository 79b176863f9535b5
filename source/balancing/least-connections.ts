/** LEAST_CONNECTIONS: the instance with the fewest requests in flight over all workers. */
import type {StrategyFactory} from './strategy.ts'

export const leastConnections: StrategyFactory =
  ({random}) =>
  candidates => {
    // Starting at a random place spreads ties: without it, every quiet moment would send its request to the first.
    const count = candidates.length
    let index = Math.floor(random() * count)
    let best = candidates[index]
    if (best === undefined) return undefined
    let fewest = best.inFlight
    for (let seen = 1; seen < count && fewest > 0; seen++) {
      if (++index === count) index = 0
      const candidate = candidates[index]
      if (candidate === undefined) continue
      const inFlight = candidate.inFlight
      if (inFlight >= fewest) continue
      best = candidate
      fewest = inFlight
    }
    return best
  }
