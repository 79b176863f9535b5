/** IP_HASH: a client's address stays with one instance. */
import {hashOf} from '../hash.ts'
import {highestBidder} from './rendezvous.ts'
import type {StrategyFactory} from './strategy.ts'

export const ipHash: StrategyFactory = () => ({
  pick: (candidates, {address}) => highestBidder(candidates, hashOf(address)),
})
