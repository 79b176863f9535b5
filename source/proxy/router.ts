/** Which service answers for a host: an exact name, else the longest wildcard, else the service for all hosts. */
import {hostOf} from '../http1/authority.ts'
import type {Service} from './service.ts'

/** Authorities are a client's to choose: their cache is emptied when it has grown to this. */
const MAX_CACHED = 4096

export class Router {
  readonly #exact = new Map<string, Service>()
  /** by suffix with its dot, longest first */
  readonly #wildcards: Array<readonly [string, Service]> = []
  #any: Service | undefined
  readonly #cache = new Map<string, Service | undefined>()
  /** clients ask for the same host again and again: a comparison is cheaper than a look-up */
  #lastAuthority = ''
  #lastService: Service | undefined

  constructor(services: readonly Service[]) {
    for (const service of services) {
      for (const domain of service.config.domains) this.#add(domain, service)
    }
    this.#wildcards.sort(([one], [other]) => other.length - one.length)
    this.#lastService = this.#find('')
  }

  /** `authority` is a Host value: any case, with or without port and final dot. */
  serviceFor(authority: string): Service | undefined {
    if (authority === this.#lastAuthority) return this.#lastService
    const service = this.#cached(authority)
    this.#lastAuthority = authority
    this.#lastService = service
    return service
  }

  #cached(authority: string): Service | undefined {
    const known = this.#cache.get(authority)
    if (known !== undefined) return known
    if (this.#cache.has(authority)) return undefined
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
    const service = this.#find(hostOf(authority))
    this.#cache.set(authority, service)
    return service
  }

  #add(domain: string, service: Service): void {
    if (domain === '*') this.#any = service
    else if (domain.startsWith('*.')) this.#wildcards.push([domain.slice(1), service])
    else this.#exact.set(domain, service)
  }

  #find(host: string): Service | undefined {
    const exact = this.#exact.get(host)
    if (exact !== undefined) return exact
    // `*.name` stands for one label or more: the host must be longer than the suffix with its dot.
    const match = this.#wildcards.find(([suffix]) => host.length > suffix.length && host.endsWith(suffix))
    return match === undefined ? this.#any : match[1]
  }
}
