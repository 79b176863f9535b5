/** Requests put together by service, method and route. Without a key of all three: joining texts 20,000 times is what would take long. */
import type {RequestView} from '../control/requests.ts'

type Route = Pick<RequestView, 'service' | 'method' | 'route'>
type Groups = Map<string | undefined, Map<string, Map<string, RequestView[]>>>

/** Each in the order of `requests`. */
export class RouteGroups {
  readonly #groups: Groups = new Map()

  constructor(requests: readonly RequestView[]) {
    for (const request of requests) this.#listOf(request).push(request)
  }

  /** Those like this one; none is an empty list. */
  like({service, method, route}: Route): readonly RequestView[] {
    return this.#groups.get(service)?.get(method)?.get(route) ?? []
  }

  get all(): readonly (readonly RequestView[])[] {
    return [...this.#groups.values()].flatMap(methods =>
      [...methods.values()].flatMap(routes => [...routes.values()]),
    )
  }

  #listOf({service, method, route}: RequestView): RequestView[] {
    const methods = held(this.#groups, service, () => new Map<string, Map<string, RequestView[]>>())
    const routes = held(methods, method, () => new Map<string, RequestView[]>())
    return held(routes, route, (): RequestView[] => [])
  }
}

function held<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
