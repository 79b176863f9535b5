/** Which service answers a request: by its host, and where services ask for it by its path and its header fields. */
import {hostOf} from '../http1/authority.ts'
import type {RequestHead} from '../http1/request-head.ts'
import {type Refused, type Route, RouteTable, routed, takesAll} from '../routing/routes.ts'
import {drawOf, goesAcross} from '../routing/split.ts'
import type {Service} from './service.ts'

/** Authorities are a client's to choose: their cache is emptied when it has grown to this. */
const MAX_CACHED = 4096

export class Router {
  readonly #table: RouteTable<Service>
  readonly #cache = new Map<string, readonly Route<Service>[]>()
  /** clients ask for the same host again and again: a comparison is cheaper than a look-up */
  #lastAuthority = ''
  #lastRoutes: readonly Route<Service>[]
  /** the host alone decides, as it mostly does */
  #byHost: boolean
  #lastService: Service | undefined

  constructor(services: readonly Service[]) {
    this.#table = new RouteTable(services.map(service => ({service, rules: service.config})))
    this.#lastRoutes = this.#table.routesFor('')
    this.#byHost = decidesAlone(this.#lastRoutes)
    this.#lastService = this.#lastRoutes[0]?.service
  }

  /** undefined: there is none, and `refusal` says why. The authority may have any case, a port, and a final dot. */
  serviceFor(head: RequestHead): Service | undefined {
    if (head.authority !== this.#lastAuthority) this.#look(head.authority)
    if (this.#byHost) return this.#lastService
    const found = routed(this.#lastRoutes, head)
    return typeof found === 'string' ? undefined : found.service
  }

  /** Why no service answers a request. */
  refusal(head: RequestHead): Refused {
    const found = routed(this.#routesFor(head.authority), head)
    return typeof found === 'string' ? found : 'NO_SERVICE'
  }

  #look(authority: string): void {
    this.#lastAuthority = authority
    this.#lastRoutes = this.#routesFor(authority)
    this.#byHost = decidesAlone(this.#lastRoutes)
    this.#lastService = this.#lastRoutes[0]?.service
  }

  #routesFor(authority: string): readonly Route<Service>[] {
    const known = this.#cache.get(authority)
    if (known !== undefined) return known
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
    const routes = this.#table.routesFor(hostOf(authority))
    this.#cache.set(authority, routes)
    return routes
  }
}

function decidesAlone(routes: readonly Route<Service>[]): boolean {
  return routes[0] === undefined || takesAll(routes[0])
}

/** The one of the two sides of a split that gets this request of a client. */
export function sideOf(service: Service, client: string): Service {
  const {split} = service
  if (split === undefined) return service
  const draw = drawOf(split, service.config.name, client, Math.random)
  return goesAcross(split, draw, split.other.selectable.length) ? split.other : service
}
