/** Requests by route: how many, how fast, how big, how many of them failed. Pure. */
import type {RequestView} from '../control/requests.ts'
import {faults} from '../faults.ts'
import {percentileOf} from './percentiles.ts'

export interface RouteSummary {
  readonly service: string | undefined
  readonly method: string
  readonly route: string
  readonly count: number
  /** over the time that all requests given lie in */
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

/** In no particular order: whoever shows them sorts by what they ask for. Requests may come in any order. */
export function byRoute(requests: readonly RequestView[]): readonly RouteSummary[] {
  const groups = new Map<string, RequestView[]>()
  for (const request of requests) {
    const key = `${request.service ?? ''} ${request.method} ${request.route}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [request])
    else group.push(request)
  }
  const seconds = Math.max(1, secondsOf(requests))
  return [...groups.values()].map(group => summaryOf(group, seconds))
}

function summaryOf(group: readonly RequestView[], seconds: number): RouteSummary {
  const durations = Float64Array.from(group, ({duration}) => duration).sort()
  let bytes = 0
  let failures = 0
  let latest = group[0] as RequestView // a group begins with a request
  for (const request of group) {
    bytes += request.bytesOut
    if (isFailure(request)) failures++
    if (request.at >= latest.at) latest = request
  }
  const {service, method, route} = latest
  return {
    service,
    method,
    route,
    count: group.length,
    perSecond: group.length / seconds,
    p50: percentileOf(durations, 0.5),
    p99: percentileOf(durations, 0.99),
    bytes: bytes / group.length,
    errorShare: failures / group.length,
    latest,
  }
}

function secondsOf(requests: readonly RequestView[]): number {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const {at} of requests) {
    if (at < first) first = at
    if (at > last) last = at
  }
  return requests.length === 0 ? 0 : (last - first) / 1000
}
