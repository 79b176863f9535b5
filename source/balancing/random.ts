/** RANDOM: every instance with the probability that its weight gives it, independent of all before. */
import type {StrategyFactory} from './strategy.ts'
import {Weighted} from './weighted.ts'

export const random: StrategyFactory = ({random: draw, lasting}) => {
  const weighted = new Weighted(lasting)
  return {pick: candidates => weighted.at(candidates, draw())}
}
