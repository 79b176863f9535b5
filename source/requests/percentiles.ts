/** Percentiles of single requests, and how slow one was among those of its route. Pure. */
import type {RequestView} from '../control/requests.ts'

/** Fewer say nothing about a route. */
const MIN_REQUESTS = 10

/** The value below or at which a share of the sorted values lies; 0 without any. */
export function percentileOf(sorted: Float64Array | readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

export interface Rank {
  /** 1 to 100: so many of a hundred requests of the route were as fast or faster */
  readonly percentile: number
  readonly count: number
  /** ms */
  readonly p50: number
  readonly p99: number
}

/** Against the held ones of its service, method and route; undefined when there are too few of them. */
export function rankOf(request: RequestView, alike: readonly RequestView[]): Rank | undefined {
  // A tunnel is open for as long as somebody wants.
  const others = alike.filter(({upgraded}) => !upgraded)
  if (others.length < MIN_REQUESTS || request.upgraded) return undefined
  const durations = Float64Array.from(others, ({duration}) => duration).sort()
  const notSlower = durations.findLastIndex(duration => duration <= request.duration) + 1
  return {
    percentile: Math.max(1, Math.round((notSlower / durations.length) * 100)),
    count: durations.length,
    p50: percentileOf(durations, 0.5),
    p99: percentileOf(durations, 0.99),
  }
}
