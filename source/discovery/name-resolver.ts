/** Asks for addresses and services by name: DNS with its TTL, and where that knows nothing, the system (its hosts file). */
import {Resolver, lookup as systemLookup} from 'node:dns/promises'
import type {ResolverSettings} from '../config/config.ts'
import {codeOf} from '../thrown.ts'

/** One server of several that do not answer costs so long. */
const TIMEOUT_MS = 2000
const TRIES = 2
/** So many names that had an answer are remembered as such. */
const MOST_TOLD = 10_000
/** What the system knows has no TTL. */
const SYSTEM_TTL_MS = 30_000

export interface Answer<Value> {
  readonly value: Value
  /** undefined: the answer says nothing of it */
  readonly ttlMs: number | undefined
}

export interface SrvTarget {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** Why there is no answer, in words. */
export class NoAnswer extends Error {
  /** the answer is that there is nothing, which is not known of one that did not come */
  readonly saysNone: boolean

  constructor(words: string, saysNone = false) {
    super(words)
    this.saysNone = saysNone
  }
}

/** No answer to a question that had one before: what was known is not gone. */
class LostAnswer extends NoAnswer {}

export class NameResolver {
  readonly #resolver = new Resolver({timeout: TIMEOUT_MS, tries: TRIES})
  readonly #settings: ResolverSettings
  /** `family name` of addresses that were told, the last of them: where such a question fails, they are not gone */
  readonly #told = new Set<string>()

  constructor(settings: ResolverSettings) {
    this.#settings = settings
    if (settings.servers.length > 0) this.#resolver.setServers([...settings.servers])
  }

  /**
   * In a fixed order, so that the same answer is the same whatever order a server gives it in.
   * @throws NoAnswer
   */
  async addresses(name: string): Promise<Answer<readonly string[]>> {
    const {servers} = this.#settings
    // RFC 6761 §6.3: no server is asked for it. A name without a dot is for the system, which knows what to put behind.
    const isLocal = /(?:^|\.)localhost\.?$/.test(name)
    if (isLocal || (servers.length === 0 && !name.includes('.'))) return this.#fromSystem(name)
    try {
      return await this.#fromDns(name)
    } catch (error) {
      if (servers.length > 0 || error instanceof LostAnswer) throw error
      return await this.#fromSystem(name).catch(() => {
        throw error
      })
    }
  }

  /** @throws NoAnswer */
  async services(name: string): Promise<Answer<readonly SrvTarget[]>> {
    const records = await this.#resolver.resolveSrv(name).catch((error: unknown) => {
      throw codeOf(error) === 'ENODATA' ? new NoAnswer('it has no service records', true) : noAnswer(error)
    })
    const targets = records.map(({name: target, port, priority, weight}) => ({
      name: target.toLowerCase().replace(/\.$/, ''),
      port,
      priority,
      weight,
    }))
    // RFC 2782: a single root as the target says that there is no such service.
    const offered = targets.filter(({name: target}) => target !== '')
    if (offered.length === 0) throw new NoAnswer('there is no such service')
    return {value: offered.toSorted(bySrv), ttlMs: undefined}
  }

  async #fromDns(name: string): Promise<Answer<readonly string[]>> {
    const {family} = this.#settings
    if (family === 'both') {
      const both = await Promise.allSettled([this.#ask(name, 4), this.#ask(name, 6)])
      const answers = both.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
      const failures = both.flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
      const lost = failures.find(reason => reason instanceof LostAnswer)
      if (lost !== undefined || answers.length === 0) throw lost ?? failures[0]
      const ttls = answers.map(({ttlMs}) => ttlMs ?? 0)
      return {value: answers.flatMap(({value}) => value), ttlMs: Math.min(...ttls)}
    }
    const [first, second] = family === 'ipv6' ? ([6, 4] as const) : ([4, 6] as const)
    try {
      return await this.#ask(name, first)
    } catch (error) {
      if (error instanceof LostAnswer) throw error
      // The other kind says what there is; when it fails, too, the first failure is told.
      return await this.#ask(name, second).catch(() => {
        throw error
      })
    }
  }

  /** @throws LostAnswer where there were addresses before, and this time no answer; else NoAnswer */
  async #ask(name: string, family: 4 | 6): Promise<Answer<readonly string[]>> {
    const key = `${family} ${name}`
    try {
      const records = await (family === 4
        ? this.#resolver.resolve4(name, {ttl: true})
        : this.#resolver.resolve6(name, {ttl: true})
      ).catch(refused)
      if (records.length === 0) throw new NoAnswer('it has no addresses', true)
      this.#remember(key)
      const value = [...new Set(records.map(({address}) => address))].toSorted()
      return {value, ttlMs: Math.min(...records.map(({ttl}) => ttl)) * 1000}
    } catch (error) {
      if (error instanceof NoAnswer && !error.saysNone && this.#told.has(key))
        throw new LostAnswer(error.message)
      this.#told.delete(key)
      throw error
    }
  }

  /** Names of service records come and go: the one that was told longest ago makes room. */
  #remember(key: string): void {
    this.#told.delete(key)
    this.#told.add(key)
    const [oldest] = this.#told
    if (oldest !== undefined && this.#told.size > MOST_TOLD) this.#told.delete(oldest)
  }

  async #fromSystem(name: string): Promise<Answer<readonly string[]>> {
    const found = await systemLookup(name, {all: true}).catch(refused)
    const {family} = this.#settings
    const preferred = family === 'ipv6' ? 6 : 4
    const kept =
      family === 'both' || found.every(one => one.family !== preferred)
        ? found
        : found.filter(one => one.family === preferred)
    return {value: [...new Set(kept.map(({address}) => address))].toSorted(), ttlMs: SYSTEM_TTL_MS}
  }
}

function bySrv(one: SrvTarget, other: SrvTarget): number {
  return (
    one.priority - other.priority ||
    (one.name < other.name ? -1 : one.name > other.name ? 1 : one.port - other.port)
  )
}

function refused(error: unknown): never {
  throw noAnswer(error)
}

function noAnswer(error: unknown): NoAnswer {
  const code = codeOf(error) ?? ''
  return new NoAnswer(reasonOf(code), code === 'ENODATA' || code === 'ENOTFOUND')
}

function reasonOf(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'there is no such name'
    case 'ENODATA':
      return 'it has no addresses'
    case 'ESERVFAIL':
      return 'the name server failed'
    case 'EREFUSED':
      return 'the name server refused to answer'
    case 'ETIMEOUT':
    case 'EAI_AGAIN':
      return 'no name server answered in time'
    case 'ECONNREFUSED':
      return 'no name server can be reached'
    case 'EFORMERR':
    case 'EBADRESP':
      return 'the answer of the name server is damaged'
    default:
      return `no answer (${code})`
  }
}
