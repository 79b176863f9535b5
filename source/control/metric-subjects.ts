/** What metrics are about, as the families of metrics read it: the proxy, its workers, services and instances. */
import type {AccessLogReading} from '../access-log/access-log.ts'
import {labelsOf} from '../metrics/exposition.ts'
import type {Lanes} from '../metrics/lane.ts'
import {Totals} from '../metrics/totals.ts'
import type {CertificateSnapshot, Snapshot, SourceSnapshot} from './control.ts'
import type {InstanceModel, ServiceModel} from './model.ts'
import type {Topology} from './topology.ts'
import type {WorkerReading} from './workers.ts'

/** Everything that is one of its kind. */
export interface ProxySubject {
  readonly snapshot: Snapshot
  readonly ready: boolean
  readonly workers: readonly WorkerReading[]
  /** of client connections */
  readonly lanes: Lanes
  readonly totals: Totals
  /** events since the start, by level */
  readonly events: Readonly<Record<string, number>>
  readonly accessLog: AccessLogReading | undefined
}

/** A service; without a model: the requests that belong to none. */
export interface ServiceSubject {
  readonly labels: string
  readonly lanes: Lanes
  readonly totals: Totals
  readonly model: ServiceModel | undefined
}

export interface UpstreamSubject {
  readonly labels: string
  readonly lanes: Lanes
  readonly totals: Totals
  readonly model: InstanceModel
}

/** Where a service's instances come from. */
export interface SourceSubject {
  readonly labels: string
  readonly source: SourceSnapshot
}

export interface CertificateSubject {
  readonly labels: string
  readonly certificate: CertificateSnapshot
}

export interface Subjects {
  readonly proxy: ProxySubject
  readonly workers: readonly WorkerReading[]
  readonly certificates: readonly CertificateSubject[]
  readonly sources: readonly SourceSubject[]
  readonly services: readonly ServiceSubject[]
  readonly upstreams: readonly UpstreamSubject[]
}

export interface SubjectSource {
  readonly topology: Topology
  snapshot(): Snapshot
  workers(): readonly WorkerReading[]
  ready(): boolean
  events(): Readonly<Record<string, number>>
  accessLog(): AccessLogReading | undefined
}

/** Totals belong to the shared memory that they count: what stays over a reload goes on counting, what went is let go. */
const totalsByMemory = new WeakMap<SharedArrayBuffer, Totals>()

function totalsOf(lanes: Lanes): Totals {
  const memory = lanes.cells.buffer as SharedArrayBuffer // Lanes are made on nothing else
  const known = totalsByMemory.get(memory)
  if (known !== undefined) return known
  const totals = new Totals(lanes)
  totalsByMemory.set(memory, totals)
  return totals
}

/** Escaping ten thousand names takes longer than all the rest of `subjectsOf`. */
const labelsByModel = new WeakMap<InstanceModel, string>()

function labelsOfUpstream(service: string, upstream: string, model: InstanceModel): string {
  const known = labelsByModel.get(model)
  if (known !== undefined) return known
  const labels = labelsOf({service, upstream})
  labelsByModel.set(model, labels)
  return labels
}

/** One a path: with two keys for it a certificate is there twice, and the same series twice is a scrape that fails. */
function certificatesOf({certificates = []}: Snapshot): readonly CertificateSubject[] {
  const byPath = new Map(certificates.map(certificate => [certificate.path, certificate]))
  return [...byPath].map(([path, certificate]) => ({labels: labelsOf({path}), certificate}))
}

function sourcesOf({services}: Snapshot): readonly SourceSubject[] {
  return services.flatMap(({name: service, sources = []}) =>
    sources.map(source => ({labels: labelsOf({service, kind: source.kind, source: source.name}), source})),
  )
}

export function subjectsOf(source: SubjectSource): Subjects {
  const {topology} = source
  const {proxyLanes} = topology
  const services: ServiceSubject[] = [
    {labels: labelsOf({service: ''}), lanes: proxyLanes, totals: totalsOf(proxyLanes), model: undefined},
  ]
  const upstreams: UpstreamSubject[] = []
  for (const [service, model] of topology.services) {
    const labels = labelsOf({service})
    services.push({labels, lanes: model.lanes, totals: totalsOf(model.lanes), model})
    for (const [upstream, instance] of model.instances) {
      const {lanes} = instance
      upstreams.push({
        labels: labelsOfUpstream(service, upstream, instance),
        lanes,
        totals: totalsOf(lanes),
        model: instance,
      })
    }
  }
  const workers = source.workers()
  const snapshot = source.snapshot()
  const proxy = {
    snapshot,
    ready: source.ready(),
    workers,
    lanes: proxyLanes,
    totals: totalsOf(proxyLanes),
    events: source.events(),
    accessLog: source.accessLog(),
  }
  const certificates = certificatesOf(snapshot)
  return {proxy, workers, certificates, sources: sourcesOf(snapshot), services, upstreams}
}
