/** ROUND_ROBIN: strictly in turn. The turn is shared by all workers, so the shares are exact over all of them. */
import type {StrategyFactory} from './strategy.ts'

export const roundRobin: StrategyFactory =
  ({turns}) =>
  candidates => {
    if (candidates.length === 0) return undefined
    // >>> 0: the cell wraps at 2^32, and Atomics gives what was there before
    return candidates[(Atomics.add(turns, 0, 1) >>> 0) % candidates.length]
  }
