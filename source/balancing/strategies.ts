/** The one table of strategies: a strategy is a file, a row here and a test. All names come from it. */
import {leastConnections} from './least-connections.ts'
import {random} from './random.ts'
import {roundRobin} from './round-robin.ts'
import type {StrategyFactory} from './strategy.ts'

export const strategies = {
  ROUND_ROBIN: roundRobin,
  RANDOM: random,
  LEAST_CONNECTIONS: leastConnections,
} satisfies Record<string, StrategyFactory>

export type StrategyName = keyof typeof strategies

export const strategyNames = Object.keys(strategies) as readonly StrategyName[]
