/** WEIGHTED_ROUND_ROBIN: what other proxies call a ROUND_ROBIN that goes by weights, smoothly; here that is the same. */
import {roundRobin} from './round-robin.ts'
import type {StrategyFactory} from './strategy.ts'

export const weightedRoundRobin: StrategyFactory = roundRobin
