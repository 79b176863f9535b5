/** How slow a request was among those of its route. */
import type {RequestView} from '../control/requests.ts'
import {type Rank, rankOf} from '../requests/percentiles.ts'
import {type Frame, shown} from './frame.ts'
import {count, duration} from './numbers.ts'
import {ordinal} from './timing-bars.ts'

interface Known {
  readonly version: number
  readonly rank: Rank | undefined
}

/** Looked up once a request for as long as the list stands still, which it does while one is inspected. */
const known = new WeakMap<RequestView, Known>()

/** In words; empty where too few are known to say. */
export function slowness({requests}: Frame, request: RequestView): string {
  const found = known.get(request)
  const rank = found?.version === requests.version ? found.rank : rankOf(request, requests.all)
  known.set(request, {version: requests.version, rank})
  if (rank === undefined) return ''
  const route = `${shown(request.method)} ${shown(request.route)}`
  const among = `p50 ${duration(rank.p50)}, p99 ${duration(rank.p99)}, of ${count(rank.count)} held`
  return `${ordinal(rank.percentile)} percentile for ${route} (${among})`
}
