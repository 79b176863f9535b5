/** What is counted over all held requests: made at most once a second, whatever the screen is drawn for. */
import {type ErrorGroup, errorGroups} from '../requests/errors.ts'
import {byRoute, type RouteSummary} from '../requests/routes.ts'
import type {Stage} from './frame.ts'
import {unbroken} from './request-store.ts'
import type {RouteSort} from './view.ts'

interface Made<Result> {
  readonly version: number
  readonly at: number
  readonly result: Result
}

/** Rows that change seats four times a second cannot be read, and counting 20,000 requests takes some milliseconds. */
const EVERY_MS = 1000

const made = new WeakMap<object, Map<string, Made<unknown>>>()

function once<Result>({requests, latest}: Stage, key: string, make: () => Result): Result {
  const all = made.get(requests) ?? new Map<string, Made<unknown>>()
  made.set(requests, all)
  const known = all.get(key) as Made<Result> | undefined
  const isFresh =
    known !== undefined && (known.version === requests.version || Math.abs(latest.at - known.at) < EVERY_MS)
  if (isFresh) return known.result
  const result = make()
  all.set(key, {version: requests.version, at: latest.at, result})
  return result
}

export function errorsOf(stage: Stage): readonly ErrorGroup[] {
  const key = `errors ${stage.requests.isLoaded} ${stage.snapshot === stage.latest}`
  return once(stage, key, () => errorGroups(stage.requests.counted.filter(({problem}) => problem)))
}

export function errorKey({filter}: ErrorGroup): string {
  return filter
}

export function routesOf(stage: Stage, service: string, sort: RouteSort): readonly RouteSummary[] {
  const key = `routes ${stage.requests.isLoaded} ${stage.snapshot === stage.latest} ${sort} ${service}`
  return once(stage, key, () => {
    const mine = unbroken(stage.requests.counted).filter(request => request.service === service)
    return byRoute(mine, stage.requests.window(stage.latest.at)).toSorted(
      (one, other) => measure(other, sort) - measure(one, sort),
    )
  })
}

export function routeKey({method, route}: RouteSummary): string {
  return `${method} ${route}`
}

function measure(summary: RouteSummary, sort: RouteSort): number {
  switch (sort) {
    case 'busiest':
      return summary.count
    case 'slowest':
      return summary.p99
    case 'most failing':
      return summary.errorShare * 1e9 + summary.count
  }
}
