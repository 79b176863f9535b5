/** Requests by route: how many, how fast, how big, how many of them failed. Pure. */
import type {RequestView} from '../control/requests.ts'
import {faults} from '../faults.ts'
import {percentileOf} from './percentiles.ts'
import {RouteGroups} from './route-groups.ts'

export interface RouteSummary {
  readonly service: string | undefined
  readonly method: string
  readonly route: string
  readonly count: number
  /** over the window that was asked for */
  readonly perSecond: number
  /** ms */
  readonly p50: number
  readonly p99: number
  /** to the client, on average */
  readonly bytes: number
  /** 0 to 1: those that the client cannot be blamed for */
  readonly errorShare: number
  readonly latest: RequestView
}

/** A request that failed, and not by its client. */
function isFailure({fault, status}: RequestView): boolean {
  return fault === undefined ? status >= 500 : faults[fault].blame !== 'client'
}

/** Over which rates are counted, in epoch ms: requests that ended in it are all known. */
export interface RateWindow {
  readonly from: number
  readonly to: number
}

/** In no particular order: whoever shows them sorts by what they ask for. Requests may come in any order. */
export function byRoute(requests: readonly RequestView[], window: RateWindow): readonly RouteSummary[] {
  return new RouteGroups(requests).all.map(group => summaryOf(group, window))
}

function summaryOf(group: readonly RequestView[], {from, to}: RateWindow): RouteSummary {
  const durations = Float64Array.from(group, ({duration}) => duration).sort()
  let bytes = 0
  let failures = 0
  let inWindow = 0
  let latest = group[0] as RequestView // a group begins with a request
  for (const request of group) {
    bytes += request.bytesOut
    if (isFailure(request)) failures++
    if (request.at >= latest.at) latest = request
    const end = request.at + request.duration
    if (end > from && end <= to) inWindow++
  }
  const {service, method, route} = latest
  return {
    service,
    method,
    route,
    count: group.length,
    perSecond: inWindow / Math.max(1, (to - from) / 1000),
    p50: percentileOf(durations, 0.5),
    p99: percentileOf(durations, 0.99),
    bytes: bytes / group.length,
    errorShare: failures / group.length,
    latest,
  }
}
