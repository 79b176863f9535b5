/** Failures by cause, blame, instance and route, with counts, the latest, and the filter that finds them. Pure. */
import type {RequestView} from '../control/requests.ts'
import {type Blame, type FaultCode, faults} from '../faults.ts'
import {withCondition} from './filter.ts'

export interface ErrorGroup {
  /** undefined: an instance's own answer */
  readonly fault: FaultCode | undefined
  /** what the clients got, or what the fault stands for */
  readonly status: number
  readonly blame: Blame
  /** empty: none was involved */
  readonly instance: string
  readonly service: string | undefined
  readonly route: string
  /** requests that ended so */
  readonly count: number
  /** requests in which an attempt ended so, and a later one did better or at least otherwise */
  readonly retried: number
  readonly latest: RequestView
  /** finds these requests */
  readonly filter: string
}

type Cause = Pick<ErrorGroup, 'fault' | 'status' | 'blame' | 'instance'>

/** The most frequent first, then the latest. */
export function errorGroups(requests: readonly RequestView[]): readonly ErrorGroup[] {
  const groups = new Map<string, Counted>()
  for (const request of requests) {
    const end = endOf(request)
    if (end !== undefined) count(groups, request, end, 'count')
    for (const {fault, instance, status} of request.attempts.slice(0, -1)) {
      if (fault === undefined) continue
      count(groups, request, {fault, status, blame: faults[fault].blame, instance}, 'retried')
    }
  }
  return [...groups.values()]
    .map(group => ({...group, filter: filterOf(group)}))
    .sort(
      (one, other) =>
        other.count + other.retried - one.count - one.retried || other.latest.at - one.latest.at,
    )
}

type Counted = {-readonly [Key in keyof Omit<ErrorGroup, 'filter'>]: ErrorGroup[Key]}

function count(
  groups: Map<string, Counted>,
  request: RequestView,
  cause: Cause,
  what: 'count' | 'retried',
): void {
  const {service, route} = request
  const key = `${cause.fault ?? cause.status} ${cause.instance} ${service ?? ''} ${route}`
  const group = groups.get(key) ?? {...cause, service, route, count: 0, retried: 0, latest: request}
  group[what]++
  if (request.at >= group.latest.at) group.latest = request
  groups.set(key, group)
}

/** How a request failed; undefined: it did not. */
function endOf({fault, status, attempts}: RequestView): Cause | undefined {
  const instance = attempts.at(-1)?.instance ?? ''
  if (fault === undefined) {
    return status >= 500 ? {fault, status, blame: 'upstream', instance} : undefined
  }
  const {blame} = faults[fault]
  // What a client or the proxy did has nothing to do with the instance that happened to be asked.
  return {fault, status, blame, instance: blame === 'upstream' ? instance : ''}
}

function filterOf({fault, status, instance, service, route}: Counted): string {
  let filter = fault === undefined ? `status:${status} !error:*` : withCondition('', 'error', fault)
  if (service !== undefined) filter = withCondition(filter, 'service', service)
  if (instance !== '') filter = withCondition(filter, 'instance', instance)
  return withCondition(filter, 'route', route)
}
