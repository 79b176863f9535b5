/** Which services may answer for a host, in the order in which they are asked, and which of them does. Pure. */
import type {FieldSpans} from '../http1/fields.ts'
import {type HeaderRule, meets} from './header-rule.ts'
import {octetsOf} from './octets.ts'
import {isBelow, readingsOf} from './path.ts'

/** What a service says of the requests that it is for. */
export interface RoutingRules {
  /** lower case; an exact name, `*.name`, or `*` */
  readonly domains: readonly string[]
  /** prefixes of whole segments, percent-decoded; `/`: every path */
  readonly paths: readonly string[]
  /** all of them have to hold */
  readonly headers: readonly HeaderRule[]
}

/** One domain and one path of a service. */
export interface Route<S> {
  readonly service: S
  readonly domain: string
  /** as in the file */
  readonly path: string
  readonly headers: readonly HeaderRule[]
  /** the path in octets */
  readonly prefix: string
}

/** What of a request routes look at. */
export interface RoutedRequest {
  /** origin-form or `*` */
  readonly target: string
  readonly fields: FieldSpans
}

export type Refused = 'NO_SERVICE' | 'NO_ROUTE' | 'PATH_AMBIGUOUS'

export class RouteTable<S> {
  readonly #exact = new Map<string, Route<S>[]>()
  /** by suffix with its dot, longest first */
  readonly #wildcards: Array<readonly [string, Route<S>[]]>
  readonly #any: Route<S>[] = []

  /** In the order of the file, which decides where nothing else does. */
  constructor(services: ReadonlyArray<{readonly service: S; readonly rules: RoutingRules}>) {
    const suffixes = new Map<string, Route<S>[]>()
    for (const {service, rules} of services) {
      const {headers} = rules
      for (const domain of rules.domains) {
        const routes = this.#listFor(domain, suffixes)
        for (const path of rules.paths) routes.push({service, domain, path, headers, prefix: octetsOf(path)})
      }
    }
    this.#wildcards = [...suffixes].sort(([one], [other]) => other.length - one.length)
    for (const list of [...this.#exact.values(), ...suffixes.values(), this.#any]) list.sort(narrowerFirst)
  }

  /**
   * The routes for a host (lower case, without port), the one that wins first: an exact name before the longest
   * wildcard before `*`, then the longest path, then the most header rules, then the order of the file. None follows
   * one that takes every request.
   */
  routesFor(host: string): readonly Route<S>[] {
    const routes = [...(this.#exact.get(host) ?? [])]
    for (const [suffix, list] of this.#wildcards) {
      // `*.name` stands for one label or more: the host must be longer than the suffix with its dot.
      if (host.length > suffix.length && host.endsWith(suffix)) routes.push(...list)
    }
    routes.push(...this.#any)
    const last = routes.findIndex(takesAll)
    return last === -1 ? routes : routes.slice(0, last + 1)
  }

  #listFor(domain: string, suffixes: Map<string, Route<S>[]>): Route<S>[] {
    if (domain === '*') return this.#any
    const isWildcard = domain.startsWith('*.')
    const lists = isWildcard ? suffixes : this.#exact
    const name = isWildcard ? domain.slice(1) : domain
    const known = lists.get(name) ?? []
    lists.set(name, known)
    return known
  }
}

/** A sort keeps the order of the file where this gives 0. */
function narrowerFirst<S>(one: Route<S>, other: Route<S>): number {
  return other.prefix.length - one.prefix.length || other.headers.length - one.headers.length
}

export function takesAll<S>({path, headers}: Route<S>): boolean {
  return path === '/' && headers.length === 0
}

/** Why a route is not for a request whose path reads as `path`; undefined: it is. */
export function mismatch<S>(
  {prefix, headers}: Route<S>,
  path: string,
  fields: FieldSpans,
): 'path' | HeaderRule | undefined {
  if (!isBelow(path, prefix)) return 'path'
  return headers.find(rule => !meets(fields, rule))
}

/**
 * The first of `routes` that is for the request. A path that can be read in several ways has to lead to the same service
 * in each of them: else a client could choose by its spelling which service sees the path.
 */
export function routed<S>(routes: readonly Route<S>[], request: RoutedRequest): Route<S> | Refused {
  if (routes.length === 0) return 'NO_SERVICE'
  const {target, fields} = request
  const [path = '', ...others] = readingsOf(target)
  const first = firstFor(routes, path, fields)
  for (const other of others) {
    if (firstFor(routes, other, fields)?.service !== first?.service) return 'PATH_AMBIGUOUS'
  }
  return first ?? 'NO_ROUTE'
}

function firstFor<S>(routes: readonly Route<S>[], path: string, fields: FieldSpans): Route<S> | undefined {
  return routes.find(route => mismatch(route, path, fields) === undefined)
}
