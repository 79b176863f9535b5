/** The one table of metrics: what `/metrics` writes, and what its page in docs/ says, are derived from it. */
// Longer than our files are: a table in two files is two tables.
import {faultCodes, faults} from '../faults.ts'
import {histogram, labelsOf, type MetricType, sample} from '../metrics/exposition.ts'
import {Cell} from '../metrics/lane.ts'
import {bounds, type Totals} from '../metrics/totals.ts'
import {version} from '../version.ts'
import type {
  CertificateSubject,
  ProxySubject,
  ServiceSubject,
  SourceSubject,
  UpstreamSubject,
} from './metric-subjects.ts'
import type {ProcessReading} from './process-reading.ts'
import type {WorkerReading} from './workers.ts'

interface Row<Subject> {
  readonly type: MetricType
  readonly help: string
  /** the labels besides those of the subject, for the documentation */
  readonly labels?: readonly string[]
  /** the lines of one subject; may be none */
  readonly lines: (name: string, subject: Subject) => string
}

/** Of the whole proxy. */
type Proxy = ProxySubject & {readonly process: ProcessReading}

const classes = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const
const classLabels = classes.map(code => labelsOf({code}))
const faultLabels = faultCodes.map(code => labelsOf({fault: code, blame: faults[code].blame}))
const levels = ['info', 'good', 'warning', 'bad'] as const

interface Counted {
  readonly labels: string
  readonly totals: Totals
}

const withClasses = (name: string, {labels, totals}: Counted) =>
  classLabels
    .map((code, index) => sample(name, `${labels},${code}`, totals.count(Cell.CLASSES + index)))
    .join('')

/** `all`: those too that never occurred, so that the first one is an increase. */
function withFaults(name: string, {labels, totals}: Counted, all: boolean): string {
  let lines = ''
  for (let index = 0; index < faultLabels.length; index++) {
    const count = totals.count(Cell.FAULTS + index)
    if (all || count > 0) lines += sample(name, `${labels},${faultLabels[index] ?? ''}`, count)
  }
  return lines
}

const latencies = (name: string, {labels, totals}: Counted) =>
  histogram(name, labels, bounds, totals.cumulative(), totals.seconds)

const one = (value: (subject: Proxy) => number) => (name: string, subject: Proxy) =>
  sample(name, '', value(subject))
const each =
  <Subject extends Counted>(value: (subject: Subject) => number) =>
  (name: string, subject: Subject) =>
    sample(name, subject.labels, value(subject))
const worker = (value: (reading: WorkerReading) => number) => (name: string, reading: WorkerReading) =>
  sample(name, labelsOf({worker: String(reading.worker)}), value(reading))

export const proxyFamilies = {
  revproxy_build_info: {
    type: 'gauge',
    help: 'Which version runs, on which version of Node; always 1.',
    labels: ['version', 'node'],
    lines: name => sample(name, labelsOf({version: version(), node: process.versions.node}), 1),
  },
  revproxy_start_time_seconds: {
    type: 'gauge',
    help: 'When the proxy was started, in seconds since 1970.',
    lines: one(({snapshot}) => snapshot.startedAt / 1000),
  },
  revproxy_ready: {
    type: 'gauge',
    help: '1 while /readyz says 200: all workers listen and no stop has begun.',
    lines: one(({ready}) => Number(ready)),
  },
  revproxy_config_generation: {
    type: 'gauge',
    help: 'Counts the configurations put into force; 1 is that of the start.',
    lines: one(({snapshot}) => snapshot.configuration.generation),
  },
  revproxy_config_loaded_timestamp_seconds: {
    type: 'gauge',
    help: 'When the configuration in force was loaded, in seconds since 1970.',
    lines: one(({snapshot}) => snapshot.configuration.loadedAt / 1000),
  },
  revproxy_config_refused: {
    type: 'gauge',
    help: '1 while the file on disk was refused and what ran before goes on.',
    lines: one(({snapshot}) => Number(snapshot.configuration.problem !== undefined)),
  },
  revproxy_faults_on_purpose: {
    type: 'gauge',
    help: 'Faults that are made on purpose now, in all services.',
    lines: one(({snapshot}) => snapshot.faults.length),
  },
  revproxy_workers: {
    type: 'gauge',
    help: 'Worker threads that are meant to run.',
    lines: one(({workers}) => workers.length),
  },
  revproxy_client_connections: {
    type: 'gauge',
    help: 'Open connections of clients.',
    lines: one(({lanes}) => lanes.connections),
  },
  revproxy_client_connections_total: {
    type: 'counter',
    help: 'Connections of clients that were accepted.',
    lines: one(({totals}) => totals.count(Cell.CONNECTIONS_OPENED)),
  },
  revproxy_events_total: {
    type: 'counter',
    help: 'Events of the log, by level.',
    labels: ['level'],
    lines: (name, {events}) =>
      levels.map(level => sample(name, labelsOf({level}), events[level] ?? 0)).join(''),
  },
  revproxy_access_log_lines_total: {
    type: 'counter',
    help: 'Lines of the access log that were written; absent while it is off.',
    lines: (name, {accessLog}) => (accessLog === undefined ? '' : sample(name, '', accessLog.written)),
  },
  revproxy_access_log_dropped_total: {
    type: 'counter',
    help: 'Lines of the access log that were lost: a full disk, a slow reader, or too much at once.',
    lines: (name, {accessLog}) => (accessLog === undefined ? '' : sample(name, '', accessLog.dropped)),
  },
  process_cpu_seconds_total: {
    type: 'counter',
    help: 'Processor time that the process has used, in seconds.',
    lines: one(({process: {cpuSeconds}}) => cpuSeconds),
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    help: 'Memory of the process that is in RAM.',
    lines: one(({process: {residentBytes}}) => residentBytes),
  },
  process_open_fds: {
    type: 'gauge',
    help: 'Open files and sockets of the process; absent where they cannot be counted.',
    lines: (name, {process: {openFiles}}) => (openFiles === undefined ? '' : sample(name, '', openFiles)),
  },
} as const satisfies Record<string, Row<Proxy>>

export const workerFamilies = {
  revproxy_worker_listening: {
    type: 'gauge',
    help: '1 while the worker listens.',
    lines: worker(({listening}) => Number(listening)),
  },
  revproxy_worker_restarts_total: {
    type: 'counter',
    help: 'How often the worker died or was replaced.',
    lines: worker(({restarts}) => restarts),
  },
  revproxy_worker_active_seconds_total: {
    type: 'counter',
    help: "Time in which the worker's event loop was busy; its rate is how much of a core's time is taken.",
    lines: worker(({activeSeconds}) => activeSeconds),
  },
  revproxy_worker_answer_seconds: {
    type: 'gauge',
    help: 'How long the worker took to answer the last ping: an upper bound of the lag of its event loop.',
    lines: worker(({answerSeconds}) => answerSeconds),
  },
} as const satisfies Record<string, Row<WorkerReading>>

export const certificateFamilies = {
  revproxy_certificate_expiry_timestamp_seconds: {
    type: 'gauge',
    help: 'When a certificate that clients are shown expires, in seconds since 1970.',
    lines: (name, {labels, certificate}) => sample(name, labels, certificate.expiresAt / 1000),
  },
  revproxy_certificate_refused: {
    type: 'gauge',
    help: '1 while what stands in its files now was refused and what was read before goes on.',
    lines: (name, {labels, certificate}) => sample(name, labels, Number(certificate.problem !== undefined)),
  },
} as const satisfies Record<string, Row<CertificateSubject>>

export const sourceFamilies = {
  revproxy_source_answer_timestamp_seconds: {
    type: 'gauge',
    help: 'When the source of instances gave its last good answer, in seconds since 1970; absent without one.',
    lines: (name, {labels, source: {answeredAt}}) =>
      answeredAt === undefined ? '' : sample(name, labels, answeredAt / 1000),
  },
  revproxy_source_failing: {
    type: 'gauge',
    help: '1 while the source gives no good answer; its last good one, if there was one, holds.',
    lines: (name, {labels, source}) => sample(name, labels, Number(source.problem !== undefined)),
  },
  revproxy_source_targets: {
    type: 'gauge',
    help: 'Addresses, service records or hosts in the last good answer; absent without one.',
    lines: (name, {labels, source: {count}}) => (count === undefined ? '' : sample(name, labels, count)),
  },
} as const satisfies Record<string, Row<SourceSubject>>

export const serviceFamilies = {
  revproxy_service_upstreams: {
    type: 'gauge',
    help: 'Instances of the service.',
    lines: (name, {labels, model}) => (model === undefined ? '' : sample(name, labels, model.instances.size)),
  },
  revproxy_service_upstreams_selectable: {
    type: 'gauge',
    help: 'Instances of the service that get new requests.',
    lines: (name, {labels, model}) => {
      if (model === undefined) return ''
      const selectable = [...model.instances.values()].filter(instance => instance.selectable).length
      return sample(name, labels, selectable)
    },
  },
  revproxy_requests_total: {
    type: 'counter',
    help: 'Requests that have ended, by class of the status that the client got; none: it got no response.',
    labels: ['code'],
    lines: withClasses,
  },
  revproxy_requests_in_flight: {
    type: 'gauge',
    help: 'Requests that have not ended.',
    lines: each<ServiceSubject>(({lanes}) => lanes.inFlight),
  },
  revproxy_requests_waiting: {
    type: 'gauge',
    help: 'Requests that wait in the queue for an instance with room.',
    lines: each<ServiceSubject>(({lanes}) => lanes.difference(Cell.QUEUED, Cell.DEQUEUED)),
  },
  revproxy_requests_waiting_limit: {
    type: 'gauge',
    help: 'How many requests may wait in the queue.',
    lines: (name, {labels, model}) => (model === undefined ? '' : sample(name, labels, model.config.queue)),
  },
  revproxy_requests_queued_total: {
    type: 'counter',
    help: 'Requests that had to wait for an instance with room; each is counted when it has ended at the latest.',
    lines: each<ServiceSubject>(({totals}) => totals.count(Cell.QUEUED)),
  },
  revproxy_request_duration_seconds: {
    type: 'histogram',
    help: "From a request's head to the last byte of its response; not of requests whose client went away.",
    lines: latencies,
  },
  revproxy_request_bytes_total: {
    type: 'counter',
    help: 'Bytes of requests that have ended, heads included.',
    lines: each<ServiceSubject>(({totals}) => totals.bytesIn),
  },
  revproxy_response_bytes_total: {
    type: 'counter',
    help: 'Bytes of responses that have ended, heads included.',
    lines: each<ServiceSubject>(({totals}) => totals.bytesOut),
  },
  revproxy_retries_total: {
    type: 'counter',
    help: 'Failed attempts that were followed by another one.',
    lines: each<ServiceSubject>(({totals}) => totals.count(Cell.RETRIED)),
  },
  revproxy_faults_total: {
    type: 'counter',
    help: 'Requests that failed, by fault and by who is to blame for it.',
    labels: ['fault', 'blame'],
    lines: (name, subject) => withFaults(name, subject, true),
  },
} as const satisfies Record<string, Row<ServiceSubject>>

export const upstreamFamilies = {
  revproxy_upstream_selectable: {
    type: 'gauge',
    help: '1 while the instance gets new requests.',
    lines: each<UpstreamSubject>(({model}) => Number(model.selectable)),
  },
  revproxy_upstream_up: {
    type: 'gauge',
    help: '1 while health checks say up, 0 while they say down; absent while they have said neither.',
    lines: (name, {labels, model: {health}}) =>
      health.verdict === 'unknown' ? '' : sample(name, labels, Number(health.verdict === 'up')),
  },
  revproxy_upstream_state: {
    type: 'gauge',
    help: 'What health checks and the operator say of the instance; always 1.',
    labels: ['health', 'operator'],
    lines: (name, {labels, model: {health, operator}}) =>
      sample(name, `${labels},${labelsOf({health: health.verdict, operator})}`, 1),
  },
  revproxy_upstream_ejected: {
    type: 'gauge',
    help: '1 while the instance is left out for a while because of its answers.',
    lines: each<UpstreamSubject>(({model}) => Number(model.ejection !== undefined)),
  },
  revproxy_upstream_backup: {
    type: 'gauge',
    help: '1: the instance serves only while no instance that is no backup can.',
    lines: each<UpstreamSubject>(({model}) => Number(model.config.backup)),
  },
  revproxy_upstream_weight: {
    type: 'gauge',
    help: 'Weight of the instance that is in force; 0: no new requests.',
    lines: each<UpstreamSubject>(({model}) => model.weight),
  },
  revproxy_upstream_weight_effective: {
    type: 'gauge',
    help: 'Weight that the instance is picked by: less than its weight while it starts slowly.',
    lines: each<UpstreamSubject>(({model}) => model.effectiveWeight),
  },
  revproxy_upstream_weight_configured: {
    type: 'gauge',
    help: 'Weight that the configuration gives the instance; the operator may have set another one.',
    lines: each<UpstreamSubject>(({model}) => model.config.weight),
  },
  revproxy_upstream_check_duration_seconds: {
    type: 'gauge',
    help: 'How long the last health check took.',
    lines: (name, {labels, model: {lastCheck}}) =>
      lastCheck === undefined ? '' : sample(name, labels, lastCheck.tookMs / 1000),
  },
  revproxy_upstream_attempts_total: {
    type: 'counter',
    help: 'Attempts that have ended, by class of the status that the instance gave or its fault stands for.',
    labels: ['code'],
    lines: withClasses,
  },
  revproxy_upstream_attempts_in_flight: {
    type: 'gauge',
    help: 'Attempts that have not ended.',
    lines: each<UpstreamSubject>(({lanes}) => lanes.inFlight),
  },
  revproxy_upstream_attempts_in_flight_limit: {
    type: 'gauge',
    help: 'How many requests the instance takes at a time (maxConnections), as in force; absent: any number.',
    lines: (name, {labels, model: {maxConnections}}) =>
      maxConnections === 0 ? '' : sample(name, labels, maxConnections),
  },
  revproxy_upstream_attempt_duration_seconds: {
    type: 'histogram',
    help: 'From the choice of the instance to the last byte of its response; not of those whose client went away.',
    lines: latencies,
  },
  revproxy_upstream_retries_total: {
    type: 'counter',
    help: 'Failed attempts on the instance that were followed by another attempt.',
    lines: each<UpstreamSubject>(({totals}) => totals.count(Cell.RETRIED)),
  },
  revproxy_upstream_faults_total: {
    type: 'counter',
    help: 'Failed attempts on the instance, retried ones included; only faults that have occurred.',
    labels: ['fault', 'blame'],
    lines: (name, subject) => withFaults(name, subject, false),
  },
  revproxy_upstream_connections: {
    type: 'gauge',
    help: 'Open connections to the instance, used and kept ones.',
    lines: each<UpstreamSubject>(({lanes}) => lanes.connections),
  },
  revproxy_upstream_connections_total: {
    type: 'counter',
    help: 'Connections to the instance that were opened.',
    lines: each<UpstreamSubject>(({totals}) => totals.count(Cell.CONNECTIONS_OPENED)),
  },
} as const satisfies Record<string, Row<UpstreamSubject>>

export interface Family {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  readonly labels: readonly string[]
}

const own = {
  proxy: [],
  worker: ['worker'],
  certificate: ['path'],
  source: ['service', 'kind', 'source'],
  service: ['service'],
  upstream: ['service', 'upstream'],
}

/** All metrics in the order in which they are written. */
export const families: readonly Family[] = [
  ...described(proxyFamilies, own.proxy),
  ...described(workerFamilies, own.worker),
  ...described(certificateFamilies, own.certificate),
  ...described(sourceFamilies, own.source),
  ...described(serviceFamilies, own.service),
  ...described(upstreamFamilies, own.upstream),
]

function described(
  rows: Readonly<Record<string, Omit<Row<never>, 'lines'>>>,
  labels: readonly string[],
): readonly Family[] {
  return Object.entries(rows).map(([name, {type, help, labels: more = []}]) => {
    return {name, type, help, labels: [...labels, ...more]}
  })
}
