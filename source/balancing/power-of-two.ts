/** POWER_OF_TWO: two different instances are drawn, and the one with fewer requests in flight wins; the cost is flat. */
import type {StrategyFactory} from './strategy.ts'

export const powerOfTwo: StrategyFactory =
  ({random}) =>
  candidates => {
    const count = candidates.length
    if (count < 2) return candidates[0]
    const firstDraw = Math.floor(random() * count)
    // From the others: drawn from count − 1, and moved past the first.
    const draw = Math.floor(random() * (count - 1))
    const one = candidates[firstDraw]
    const other = candidates[draw < firstDraw ? draw : draw + 1]
    if (one === undefined || other === undefined) return one
    return other.inFlight < one.inFlight ? other : one
  }
