/** Which service a request is for, and what each rule that was asked, or was not, has to do with it. */
import type {RequestHead} from '../http1/request-head.ts'
import {type HeaderRule, headerRuleText} from '../routing/header-rule.ts'
import {readingsOf} from '../routing/path.ts'
import {mismatch, type Refused, type Route, RouteTable, routed} from '../routing/routes.ts'
import type {RouteExplanation} from './explanation.ts'
import type {ServiceModel} from './model.ts'

export interface RoutesExplained {
  readonly routes: readonly RouteExplanation[]
  readonly decision: ServiceModel | Refused
}

/** `host` in lower case, without a port. */
export function explainRoutes(
  services: Iterable<ServiceModel>,
  host: string,
  head: RequestHead,
): RoutesExplained {
  const all = [...services]
  const table = new RouteTable(all.map(service => ({service, rules: service.config})))
  const asked = table.routesFor(host)
  const found = routed(asked, head)
  const chosen = typeof found === 'string' ? undefined : found
  const readings = readingsOf(head.target)
  const routes = asked.map(route =>
    told(route, route === chosen, whyOf(route, chosen, asked, readings, head)),
  )
  const isAsked = new Set(asked.map(({service}) => service))
  for (const service of all) if (!isAsked.has(service)) routes.push(...notAsked(service, host, chosen))
  return {routes, decision: chosen?.service ?? (found as Refused)}
}

function told(
  {service, domain, path, headers}: Route<ServiceModel>,
  isChosen: boolean,
  why: string,
): RouteExplanation {
  return {service: service.config.name, domain, path, headers: headers.map(headerRuleText), isChosen, why}
}

function whyOf(
  route: Route<ServiceModel>,
  chosen: Route<ServiceModel> | undefined,
  asked: readonly Route<ServiceModel>[],
  readings: readonly string[],
  head: RequestHead,
): string {
  const misses = readings.map(reading => mismatch(route, reading, head.fields))
  if (chosen === undefined && misses.some(miss => miss === undefined) && readings.length > 1)
    return 'its path fits in one way of reading it, and not in another'
  if (route === chosen) return chosenBecause(route, asked)
  const [miss] = misses
  if (miss === 'path') return `the path does not lie below ${route.path}`
  if (miss !== undefined) return fieldMissing(miss)
  return 'it fits too, but less narrowly than the one before'
}

function fieldMissing(rule: HeaderRule): string {
  return `the request lacks ${headerRuleText(rule)}`
}

function chosenBecause({domain, path, headers}: Route<ServiceModel>, asked: readonly unknown[]): string {
  const parts = [
    domain === '*'
      ? 'it answers for every host'
      : domain.startsWith('*.')
        ? `the host is below ${domain.slice(2)}`
        : 'the host is its domain',
    ...(path === '/' ? [] : [`the path lies below ${path}`]),
    ...(headers.length === 0 ? [] : ['its header fields are there']),
  ]
  const first = asked.length > 1 ? '; the first in order that fits' : ''
  return `${parts.join(', ')}${first}`
}

/** For another host, or behind one that takes everything that comes to it. */
function notAsked(
  service: ServiceModel,
  host: string,
  chosen: Route<ServiceModel> | undefined,
): RouteExplanation[] {
  const {name, domains, paths, headers} = service.config
  const fitting = domains.find(domain => answersFor(domain, host))
  const [path = '/'] = paths
  const why =
    fitting === undefined
      ? 'it does not answer for this host'
      : `${chosen?.service.config.name ?? 'another service'} comes before it and takes every request to its host`
  return [
    {
      service: name,
      domain: fitting ?? domains.join(', '),
      path,
      headers: headers.map(headerRuleText),
      isChosen: false,
      why,
    },
  ]
}

function answersFor(domain: string, host: string): boolean {
  if (domain === '*' || domain === host) return true
  const suffix = domain.slice(1)
  return domain.startsWith('*.') && host.length > suffix.length && host.endsWith(suffix)
}
