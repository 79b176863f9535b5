/**
 * ROUND_ROBIN: strictly in turn, and each as often as its weight says. The turn is shared by all workers, so the shares
 * are exact over all of them. A list that is made for one pick (a retry) takes no turn of the others: it is drawn from.
 */
import type {StrategyFactory} from './strategy.ts'
import {Weighted} from './weighted.ts'

export const roundRobin: StrategyFactory = ({turns, random, lasting}) => {
  const weighted = new Weighted(lasting)
  return {
    pick(candidates) {
      if (candidates.length < 2) return candidates[0]
      if (candidates !== lasting()) return weighted.at(candidates, random())
      // >>> 0: the cell wraps at 2^32, and Atomics gives what was there before
      return weighted.inTurn(candidates, Atomics.add(turns, 0, 1) >>> 0)
    },
  }
}
