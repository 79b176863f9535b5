/**
 * HEADER_HASH: requests with the same value of one header field (`hashHeader`) go to the same instance. Those without
 * it are taken in turn, as by HAProxy's `hash hdr()`: on one instance they would be a flood.
 */
import {hashOf} from '../hash.ts'
import {highestBidder} from './rendezvous.ts'
import {roundRobin} from './round-robin.ts'
import type {StrategyFactory} from './strategy.ts'

export const headerHash: StrategyFactory = context => {
  const inTurn = roundRobin(context)
  return {
    pick(candidates, request) {
      const value = request.field(context.hashHeader())
      return value === undefined || value === ''
        ? inTurn.pick(candidates, request)
        : highestBidder(candidates, hashOf(value))
    },
  }
}
