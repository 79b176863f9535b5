/** A snapshot put together: all that a dashboard shows, as it is at one moment. */
import type {Listen, RateLimit} from '../config/config.ts'
import type {ConfigFile} from './config-file.ts'
import type {ServiceSnapshot, Snapshot} from './control.ts'
import type {EventLog} from './event-log.ts'
import type {FaultsOnPurpose} from './faults-on-purpose.ts'
import type {InstanceDiscovery} from './instance-discovery.ts'
import {addressText} from './listen-probe.ts'
import type {ServiceModel} from './model.ts'
import type {Outlets} from './outlets.ts'
import type {TlsFiles} from './tls-files.ts'
import type {Topology} from './topology.ts'
import {Turns} from './turns.ts'

export interface SnapshotsOptions {
  readonly configName: string
  readonly workers: number
  readonly file: ConfigFile | undefined
  readonly topology: Topology
  readonly discovery: InstanceDiscovery
  readonly tls: TlsFiles
  readonly outlets: Outlets
  readonly faults: FaultsOnPurpose
  readonly events: EventLog
  /** how many are taken in a second */
  perSecond(): number
  listen(): readonly Listen[]
  phase(): Snapshot['phase']
  rateLimit(): RateLimit | undefined
}

export class Snapshots {
  readonly #options: SnapshotsOptions
  readonly #startedAt = Date.now()
  #taken = 0

  constructor(options: SnapshotsOptions) {
    this.#options = options
  }

  /** `at`: milliseconds since 1970. An event tells of each switch of strategy that has had its time by then. */
  take(at: number): Snapshot {
    const {configName, workers, file, topology, tls, outlets, faults, events, ...of} = this.#options
    const turns = this.#turns()
    const listen = of.listen()
    return {
      at,
      startedAt: this.#startedAt,
      configName,
      configuration: {
        generation: file?.generation ?? 1,
        loadedAt: file?.loadedAt ?? this.#startedAt,
        problem: file?.problem,
      },
      listeners: listen.map(addressText),
      secureListeners: listen.filter(one => one.tls !== undefined).map(addressText),
      certificates: tls.certificates,
      phase: of.phase(),
      workers,
      connections: topology.proxyLanes.connections,
      accessLog: outlets.accessLog.reading,
      rateLimit: of.rateLimit(),
      total: topology.total.read(at),
      services: [...topology.services.values()].map(service => this.#service(service, at, turns)),
      faults: faults.snapshot(),
      events: events.events,
    }
  }

  #turns(): Turns {
    const {topology, perSecond} = this.#options
    let instances = 0
    for (const service of topology.services.values()) instances += service.instances.size
    return new Turns(instances, this.#taken++, perSecond())
  }

  #service(service: ServiceModel, at: number, turns: Turns): ServiceSnapshot {
    const {discovery, file, events} = this.#options
    const {config} = service
    const sources = discovery.sourcesOf(config)
    const settings = file?.settingsOf(config.name)
    const snapshot = service.snapshot(at, turns)
    const words = service.switchWords(at)
    if (words !== undefined) events.add('info', config.name, words, 'switch')
    if (sources.length === 0 && settings === undefined) return snapshot
    return {
      ...snapshot,
      ...(sources.length === 0 ? {} : {sources}),
      ...(settings === undefined ? {} : {settings}),
    }
  }
}
