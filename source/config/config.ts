/** What a running proxy is told to do: the shape of a checked configuration. Immutable, one a generation. */
// Longer than our files are: a contract is read as one.
import type {LogFormat} from '../access-log/formats.ts'
import type {EjectionPolicy} from '../balancing/ejection.ts'
import type {StrategyName} from '../balancing/strategies.ts'
import type {MadeFault} from '../made-faults.ts'
import type {RateLimit} from '../rates.ts'
import type {HeaderRule} from '../routing/header-rule.ts'

export type {RateLimit} from '../rates.ts'

/** An address and a port to listen on. Port 0: any free port. */
export interface Listen {
  readonly address: string
  readonly port: number
  /** undefined: plain HTTP */
  readonly tls?: ListenTls | undefined
  /** undefined: requests are served; a port that is undefined is that of the first listener with TLS, or 443 */
  readonly redirect?: {readonly port: number | undefined} | undefined
}

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** Absolute paths; both are the same where one file holds both. What the files say is no part of a configuration. */
export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

export interface ListenTls {
  /** the first is for clients that ask for no name, or for one that no certificate has */
  readonly certificates: readonly CertificateFiles[]
  readonly minVersion: TlsVersion
}

/** How an instance is spoken to over TLS. */
export interface InstanceTls {
  readonly verify: boolean
  /** absolute path; undefined: the system's and Node's */
  readonly ca: string | undefined
  /** undefined: none is asked for, and its certificate has to have its address */
  readonly serverName: string | undefined
  readonly minVersion: TlsVersion
}

/** All in milliseconds, all finite. */
export interface Timeouts {
  /** from the first byte of a request (or the opening of the connection) to the end of its head */
  readonly clientHeadMs: number
  /** a kept connection without a request */
  readonly clientIdleMs: number
  readonly connectMs: number
  /** from the last byte of the request sent to the end of the response head; a retry policy's timeout wins */
  readonly responseHeadMs: number
  /** waiting for an instance that has room */
  readonly queueMs: number
  /** silence in the middle of a body, in either direction */
  readonly bodyIdleMs: number
  readonly tunnelIdleMs: number
  /** from the opening of a TLS connection to the end of its handshake */
  readonly handshakeMs: number
  /** a kept connection to an instance without a request */
  readonly upstreamIdleMs: number
  /** how long a stop waits for what is in flight */
  readonly shutdownMs: number
  /** how long a stop goes on accepting before that */
  readonly shutdownDelayMs: number
}

/** Sizes in bytes, except `fields` (a count) and `connections` (a count, for each worker). */
export interface Limits {
  readonly requestLine: number
  readonly head: number
  readonly fields: number
  readonly upstreamHead: number
  readonly replay: number
  readonly connections: number
}

/** `attemptMs` stands for `responseHeadMs` where it is given. `retries`: how many attempts more after the first. */
export interface RetryPolicy {
  readonly attemptMs?: number
  readonly retries: number
  /** for all attempts together, up to the response head; undefined: no such limit */
  readonly totalMs?: number | undefined
  /** answers that count as failed attempts; undefined: none */
  readonly statuses?: readonly number[] | undefined
  /** retries under way at a time, in percent of the service's requests in flight */
  readonly budgetPercent: number
}

export interface TcpHealthcheck {
  /** where to knock; undefined: the instance's own port */
  readonly port: number | undefined
  readonly intervalMs: number
  /** from one check to the next while results contradict the verdict, or there is none yet */
  readonly fastIntervalMs: number
  readonly timeoutMs: number
  /** passes in a row that bring an instance up */
  readonly rise: number
  /** failures in a row that take an instance down */
  readonly fall: number
}

export interface HttpHealthcheck extends TcpHealthcheck {
  readonly method: 'GET' | 'HEAD'
  readonly path: string
  /** the Host field; undefined: the instance's `address:port` */
  readonly host: string | undefined
  /** those that pass, each the first and the last of a range; none: 200 to 399 */
  readonly statuses: ReadonlyArray<readonly [from: number, to: number]>
  /** all of them have to hold of the answer */
  readonly headers: readonly HeaderRule[]
  /** must occur in the body; undefined: the body is not looked at */
  readonly text: string | undefined
}

export type Healthcheck = TcpHealthcheck | HttpHealthcheck

export interface InstanceConfig {
  /** `address:port`, an IPv6 address in brackets: the identity of the instance within its service */
  readonly key: string
  readonly address: string
  readonly port: number
  /** the name that stood for it, where it was found by one */
  readonly name?: string | undefined
  /** undefined: plain HTTP */
  readonly tls?: InstanceTls | undefined
  readonly retry: RetryPolicy
  /** 0 to 1000; 0: no new requests */
  readonly weight: number
  /** requests at a time, over all workers; 0: any number */
  readonly maxConnections: number
  /** serves only while no instance that is none can */
  readonly backup: boolean
  /** its own; undefined: the service's */
  readonly healthcheck?: Healthcheck | 'none' | undefined
}

/** What instances have that are found while the proxy runs, but for what is said of each. */
export type InstanceTemplate = Pick<InstanceConfig, 'retry' | 'weight' | 'maxConnections' | 'tls'>

/** Where to look for instances. */
export interface Discover {
  /** the name of SRV records */
  readonly srv: string | undefined
  /** absolute path */
  readonly file: string | undefined
  /** without a server name of its own an instance is asked for the name that it was found by */
  readonly template: InstanceTemplate
}

/** How names are asked for. */
export interface ResolverSettings {
  /** with a port where it is not 53; none: the system's */
  readonly servers: readonly string[]
  /** which addresses count where a name has both kinds */
  readonly family: 'ipv4' | 'ipv6' | 'both'
  readonly minTtlMs: number
  readonly maxTtlMs: number
}

/** Clients go back to the instance that their cookie names. */
export interface StickyCookie {
  readonly name: string
  /** undefined: one that is made at the start */
  readonly secret: string | undefined
  /** undefined: until the browser closes */
  readonly maxAgeMs: number | undefined
}

/** A part of a service's requests goes to another one. */
export interface Split {
  /** the name of the other service */
  readonly to: string
  /** 0 to 100 */
  readonly percent: number
  /** drawn for each request, or the same for all requests of a client address */
  readonly by: 'request' | 'client'
}

export interface ServiceConfig {
  readonly name: string
  /** lower case; an exact name, `*.name`, or `*` */
  readonly domains: readonly string[]
  /** prefixes of whole segments, percent-decoded; `/`: every path */
  readonly paths: readonly string[]
  /** all of them have to hold */
  readonly headers: readonly HeaderRule[]
  readonly split: Split | undefined
  readonly strategy: StrategyName
  /** the field that HEADER_HASH goes by, in lower case */
  readonly hashHeader?: string | undefined
  readonly stickyCookie?: StickyCookie | undefined
  /** ms in which an instance that begins to serve beside others gets to its full weight; undefined: at once */
  readonly slowStartMs?: number
  /** a live switch of the strategy is taken back when errors at least double soon after it */
  readonly switchGuard?: boolean
  readonly instances: readonly InstanceConfig[]
  /** undefined: nowhere but in `instances` */
  readonly discover?: Discover | undefined
  /** faults to be made on purpose; `instance` undefined: on all of them */
  readonly faults?: ReadonlyArray<{readonly instance: string | undefined; readonly fault: MadeFault}>
  /** of all instances that have none of their own */
  readonly healthcheck: Healthcheck | undefined
  readonly ejection: EjectionPolicy
  /** of its requests; undefined: only that of the proxy */
  readonly rateLimit: RateLimit | undefined
  /** how many requests may wait while no instance has room */
  readonly queue: number
  readonly timeouts: Timeouts
}

/** How the proxy can be controlled from outside; paths are as the file has them. */
export interface ControlConfig {
  /** undefined: the usual place */
  readonly socket: string | undefined
  /** undefined: not over TCP; else one of `token` and `tokenFile` is there */
  readonly listen: Listen | undefined
  readonly token: string | undefined
  readonly tokenFile: string | undefined
  /** what Host may say over TCP; none: what follows from the address */
  readonly hosts: readonly string[]
}

export interface Identification {
  readonly requestId: 'off' | 'keep' | 'replace'
  /** whether one that is made says that the trace is sampled */
  readonly traceparent: 'off' | 'unsampled' | 'sampled'
}

export interface Config {
  readonly listen: readonly Listen[]
  readonly resolver: ResolverSettings
  /** undefined: as many as suit the machine */
  readonly workers: number | undefined
  readonly timeouts: Timeouts
  readonly limits: Limits
  /** undefined: there is no admin listener */
  readonly admin: Listen | undefined
  /** undefined: there is no access log */
  readonly accessLog: {readonly path: string; readonly format: LogFormat} | undefined
  /** undefined: a Unix socket in the usual place */
  readonly control: ControlConfig | undefined
  /** where what operators change is kept, an absolute path; undefined: nowhere */
  readonly stateFile: string | undefined
  /** addresses or CIDR blocks whose X-Forwarded-* and Forwarded are believed */
  readonly trustedProxies: readonly string[]
  /** TRACE goes on to an instance like any other method; else it is refused */
  readonly forwardsTrace: boolean
  /** what becomes of X-Request-Id and traceparent; undefined: they are fields like any other */
  readonly identification: Identification | undefined
  /** names of fields, in lower case, that are shown without their values; those that always are not among them */
  readonly redact: readonly string[]
  /** of all requests; undefined: there is none */
  readonly rateLimit: RateLimit | undefined
  readonly services: readonly ServiceConfig[]
}
