/** FIRST: always the first in the order of the configuration; the next one only while those before it cannot be used. */
import type {StrategyFactory} from './strategy.ts'

export const first: StrategyFactory = () => ({pick: candidates => candidates[0]})
