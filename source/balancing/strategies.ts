/** The one table of strategies: a strategy is a file, a row here and a test. All names come from it. */
import {first} from './first.ts'
import {headerHash} from './header-hash.ts'
import {ipHash} from './ip-hash.ts'
import {leastConnections} from './least-connections.ts'
import {peakEwma} from './peak-ewma.ts'
import {powerOfTwo} from './power-of-two.ts'
import {random} from './random.ts'
import {roundRobin} from './round-robin.ts'
import type {StrategyFactory} from './strategy.ts'
import {weightedRoundRobin} from './weighted-round-robin.ts'

// New rows at the end: records name a strategy by its place here.
export const strategies = {
  ROUND_ROBIN: roundRobin,
  RANDOM: random,
  LEAST_CONNECTIONS: leastConnections,
  POWER_OF_TWO: powerOfTwo,
  IP_HASH: ipHash,
  FIRST: first,
  WEIGHTED_ROUND_ROBIN: weightedRoundRobin,
  PEAK_EWMA: peakEwma,
  HEADER_HASH: headerHash,
} satisfies Record<string, StrategyFactory>

export type StrategyName = keyof typeof strategies

export const strategyNames = Object.keys(strategies) as readonly StrategyName[]
