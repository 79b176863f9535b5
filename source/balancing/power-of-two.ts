/**
 * POWER_OF_TWO: two different instances are drawn, by their weights, and the one with fewer requests in flight for its
 * weight wins; the cost is flat.
 */
import {isLessBusy} from './load.ts'
import type {Candidate, StrategyFactory} from './strategy.ts'
import {Weighted} from './weighted.ts'

/** One that outweighs all others is drawn again and again: then it is the one. */
const DRAWS = 4

export const powerOfTwo: StrategyFactory = ({random, lasting}) => {
  const weighted = new Weighted(lasting)
  return {
    pick(candidates) {
      if (candidates.length < 2) return candidates[0]
      if (weighted.equal(candidates)) return lessBusyOfTwo(candidates, random)
      const one = weighted.at(candidates, random())
      let other = one
      for (let draw = 0; draw < DRAWS && other === one; draw++) other = weighted.at(candidates, random())
      return one !== undefined && other !== undefined && isLessBusy(other, one) ? other : one
    },
  }
}

function lessBusyOfTwo<C extends Candidate>(candidates: readonly C[], random: () => number): C | undefined {
  const count = candidates.length
  const firstDraw = Math.floor(random() * count)
  // From the others: drawn from count − 1, and moved past the first.
  const draw = Math.floor(random() * (count - 1))
  const one = candidates[firstDraw]
  const other = candidates[draw < firstDraw ? draw : draw + 1]
  if (one === undefined || other === undefined) return one
  return other.inFlight < one.inFlight ? other : one
}
