/** RANDOM: every instance with the same probability, independent of all before. */
import type {StrategyFactory} from './strategy.ts'

export const random: StrategyFactory =
  ({random: draw}) =>
  candidates =>
    candidates[Math.floor(draw() * candidates.length)]
