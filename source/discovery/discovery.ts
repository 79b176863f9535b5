/** Finds instances while the proxy runs: by name, by service records, in a file; the last good answer holds until another. */
// Longer than our files are: names, service records and files are followed in one way, by maps that belong together.
import {instanceOfFile} from '../config/build.ts'
import type {
  Config,
  InstanceConfig,
  InstanceTemplate,
  ResolverSettings,
  ServiceConfig,
} from '../config/config.ts'
import {formatFinding} from '../config/finding.ts'
import {addressAndPort} from '../config/formats.ts'
import {type FileHost, parseHosts} from '../config/hosts-file.ts'
import {readTextFile} from '../config/read-file.ts'
import {expandedInstances, isName, type Known, namedInstances} from './expand.ts'
import {Follower} from './follower.ts'
import {NameResolver, NoAnswer, type SrvTarget} from './name-resolver.ts'

/** Node does not tell the TTL of service records. */
const SRV_MS = 30_000
/** A file is read when it changes; this is for where that goes unnoticed. */
const FILE_MS = 60_000

export type SourceKind = 'name' | 'srv' | 'file'

/** What is known of one source of instances. */
export interface SourceState {
  readonly kind: SourceKind
  /** the name asked for, or the path */
  readonly name: string
  /** how many addresses, records or hosts the last good answer has; undefined: there was none */
  readonly count: number | undefined
  /** epoch ms of that answer */
  readonly answeredAt: number | undefined
  /** why there is no newer answer; undefined: there is */
  readonly problem: string | undefined
}

export interface DiscoveryOptions {
  /** other answers: instances are to be expanded anew */
  readonly changed: () => void
  /** `problem`: undefined: it answers again */
  readonly failed: (source: SourceState, problem: string | undefined) => void
  readonly answered: (source: SourceState, added: readonly string[], gone: readonly string[]) => void
  /** these files are to be watched */
  readonly watched: (paths: readonly string[]) => void
}

export class Discovery {
  readonly #options: DiscoveryOptions
  #resolver: NameResolver
  #settings: ResolverSettings
  readonly #names = new Map<string, Follower<readonly string[]>>()
  readonly #srvs = new Map<string, Follower<readonly SrvTarget[]>>()
  readonly #files = new Map<string, Follower<readonly FileHost[]>>()
  #services: readonly ServiceConfig[] = []
  readonly #known: Known = {
    addresses: name => this.#names.get(name)?.value,
    targets: srv => this.#srvs.get(srv)?.value,
    hosts: (file, template: InstanceTemplate) =>
      this.#files.get(file)?.value?.map(host => instanceOfFile(host, template)),
  }

  constructor(settings: ResolverSettings, options: DiscoveryOptions) {
    this.#settings = settings
    this.#resolver = new NameResolver(settings)
    this.#options = options
  }

  /** Follows what this configuration names, and nothing else. What was followed before keeps its answers. */
  follow({services, resolver}: Config): void {
    if (JSON.stringify(resolver) !== JSON.stringify(this.#settings)) {
      this.#settings = resolver
      this.#resolver = new NameResolver(resolver)
      for (const follower of [...this.#names.values(), ...this.#srvs.values()]) void follower.ask()
    }
    this.#services = services
    this.#follow()
  }

  /** The configuration with the instances that are known now. */
  expand(config: Config): Config {
    if (this.#names.size + this.#srvs.size + this.#files.size === 0) return config
    const services = config.services.map(service => {
      const instances = expandedInstances(service, this.#known)
      return {...service, instances}
    })
    return {...config, services}
  }

  /** Resolves when everything has been answered or has failed once, or after so long. */
  async ready(ms: number): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, ms)
    const pending = () => [...this.#names.values(), ...this.#srvs.values(), ...this.#files.values()]
    const settled = async () => {
      // Service records and files name names.
      for (let count = -1; count !== pending().length; ) {
        count = pending().length
        await Promise.all(pending().map(({first}) => first))
      }
    }
    await Promise.race([settled(), late.promise])
    clearTimeout(timer)
  }

  /** Reads all files now. */
  lookAtFiles(): void {
    for (const follower of this.#files.values()) void follower.ask()
  }

  /** Of the sources that a service has, as it is after it was expanded. */
  sourcesOf(service: ServiceConfig): readonly SourceState[] {
    const {srv, file} = service.discover ?? {}
    const states: SourceState[] = []
    if (this.#names.size + this.#srvs.size + this.#files.size === 0) return states
    if (srv !== undefined) states.push(this.#state('srv', srv))
    if (file !== undefined) states.push(this.#state('file', file))
    const names = new Set(service.instances.map(({name, address}) => name ?? address))
    for (const name of names) if (this.#names.has(name)) states.push(this.#state('name', name))
    return states
  }

  close(): void {
    for (const map of [this.#names, this.#srvs, this.#files]) {
      for (const follower of map.values()) follower.close()
      map.clear()
    }
  }

  #follow(): void {
    const srvs = this.#services.flatMap(({discover}) => discover?.srv ?? [])
    const files = this.#services.flatMap(({discover}) => discover?.file ?? [])
    keepOnly(this.#srvs, new Set(srvs), srv => this.#followSrv(srv))
    keepOnly(this.#files, new Set(files), file => this.#followFile(file))
    const names = this.#services.flatMap(service => namesOf(namedInstances(service, this.#known)))
    keepOnly(this.#names, new Set(names), name => this.#followName(name))
    this.#options.watched([...this.#files.keys()])
  }

  #followName(name: string): Follower<readonly string[]> {
    return new Follower<readonly string[]>({
      ask: () => this.#resolver.addresses(name),
      bounds: () => ({leastMs: this.#settings.minTtlMs, mostMs: this.#settings.maxTtlMs}),
      changed: (value, before = []) => this.#changed('name', name, value, before),
      failed: problem => this.#options.failed(this.#state('name', name), problem),
    })
  }

  #followSrv(srv: string): Follower<readonly SrvTarget[]> {
    const texts = (targets: readonly SrvTarget[]) => targets.map(({name, port}) => `${name}:${port}`)
    return new Follower<readonly SrvTarget[]>({
      ask: () => this.#resolver.services(srv),
      bounds: () => ({
        leastMs: this.#settings.minTtlMs,
        mostMs: Math.min(this.#settings.maxTtlMs, SRV_MS),
      }),
      changed: (value, before = []) => this.#changed('srv', srv, texts(value), texts(before)),
      failed: problem => this.#options.failed(this.#state('srv', srv), problem),
    })
  }

  #followFile(file: string): Follower<readonly FileHost[]> {
    const texts = (hosts: readonly FileHost[]) =>
      hosts.map(({address, port}) => addressAndPort(address, port))
    return new Follower<readonly FileHost[]>({
      ask: () => hostsIn(file),
      bounds: () => ({leastMs: FILE_MS, mostMs: FILE_MS}),
      changed: (value, before = []) => this.#changed('file', file, texts(value), texts(before)),
      failed: problem => this.#options.failed(this.#state('file', file), problem),
    })
  }

  #changed(kind: SourceKind, name: string, now: readonly string[], before: readonly string[]): void {
    if (kind !== 'name') this.#follow()
    const added = now.filter(text => !before.includes(text))
    const gone = before.filter(text => !now.includes(text))
    this.#options.answered(this.#state(kind, name), added, gone)
    this.#options.changed()
  }

  #state(kind: SourceKind, name: string): SourceState {
    const map = {name: this.#names, srv: this.#srvs, file: this.#files}[kind]
    const follower = map.get(name)
    return {
      kind,
      name,
      count: follower?.value?.length,
      answeredAt: follower?.answeredAt,
      problem: follower?.problem,
    }
  }
}

function namesOf(instances: readonly InstanceConfig[]): readonly string[] {
  return [...new Set(instances.map(({address}) => address).filter(isName))]
}

function keepOnly<Value>(
  map: Map<string, Follower<Value>>,
  wanted: ReadonlySet<string>,
  follow: (key: string) => Follower<Value>,
): void {
  for (const [key, follower] of map) {
    if (wanted.has(key)) continue
    follower.close()
    map.delete(key)
  }
  for (const key of wanted) if (!map.has(key)) map.set(key, follow(key))
}

async function hostsIn(file: string) {
  const {text, problem} = await readTextFile(file, 'hosts')
  if (text === undefined) throw new NoAnswer(`${file}: ${problem}`)
  const {hosts, findings} = parseHosts(text, file)
  const [first] = findings ?? []
  if (hosts === undefined)
    throw new NoAnswer(first === undefined ? `${file} is no file of hosts` : formatFinding(first))
  return {value: hosts, ttlMs: undefined}
}
