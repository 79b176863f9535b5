/** How slow a request was among those of its route. */
import type {RequestView} from '../control/requests.ts'
import {rankOf} from '../requests/percentiles.ts'
import {RouteGroups} from '../requests/route-groups.ts'
import {type Frame, shown} from './frame.ts'
import {count, duration} from './numbers.ts'
import {unbroken} from './request-store.ts'
import {ordinal} from './timing-bars.ts'

interface Known {
  readonly count: number
  readonly groups: RouteGroups
}

/** Made once for as long as the list stands still, which it does while a request is inspected; gone with the list. */
const known = new WeakMap<readonly RequestView[], Known>()

function groupsOf(all: readonly RequestView[]): RouteGroups {
  const found = known.get(all)
  if (found?.count === all.length) return found.groups
  const groups = new RouteGroups(unbroken(all))
  known.set(all, {count: all.length, groups})
  return groups
}

/** In words; empty where too few are known to say. */
export function slowness({requests}: Frame, request: RequestView): string {
  const rank = rankOf(request, groupsOf(requests.all).like(request))
  if (rank === undefined) return ''
  const route = `${shown(request.method)} ${shown(request.route)}`
  const among = `p50 ${duration(rank.p50)}, p99 ${duration(rank.p99)}, of ${count(rank.count)} held`
  return `${ordinal(rank.percentile)} percentile for ${route} (${among})`
}
