/** Why a strategy took the instance that it took, in a few words: a row for each strategy. */
import type {RequestView} from '../control/requests.ts'

export const pickWords = {
  ROUND_ROBIN: 'its turn',
  RANDOM: 'drawn at random',
  LEAST_CONNECTIONS: 'fewest in flight',
  POWER_OF_TWO: 'fewer in flight of two drawn',
  IP_HASH: "by the client's address",
  FIRST: 'the first',
  WEIGHTED_ROUND_ROBIN: 'its turn by weight',
  PEAK_EWMA: 'soonest answer expected',
  HEADER_HASH: 'by a header field',
} as const satisfies Record<NonNullable<RequestView['strategy']>, string>
