/** What a dashboard, a key, a script or a socket can see of a running proxy and ask of it. Types only. */
// Longer than our files are: a contract is read as one.
import type {AccessLogReading} from '../access-log/access-log.ts'
import type {StrategyName} from '../balancing/strategies.ts'
import type {RateLimit, Split} from '../config/config.ts'
import type {Traffic} from '../metrics/traffic.ts'
import type {ExplainRequest, Explanation} from './explanation.ts'
import type {Requests} from './requests.ts'

export type {RateLimit} from '../config/config.ts'
export type {FaultCount, Traffic} from '../metrics/traffic.ts'

export type Verdict = 'unknown' | 'up' | 'down'
/**
 * What the operator wants, whatever checks say. `drain`: no new requests, but those that stick to it. `maintenance`: none
 * at all, and no health checks.
 */
export type OperatorState = 'ready' | 'drain' | 'maintenance'

export interface CheckResult {
  /** epoch, ms */
  readonly at: number
  readonly passed: boolean
  readonly tookMs: number
  /** why it failed, in words; empty when it passed */
  readonly reason: string
  /** what was found where it passed, in words, such as `connected` or `status 200`; else empty */
  readonly found: string
}

/** Left out for a while, because of its answers. Times in epoch ms. */
export interface EjectionSnapshot {
  readonly since: number
  readonly until: number
  /** in words that are safe to print */
  readonly reason: string
  /** the how manieth time in a row: each is longer */
  readonly times: number
}

export interface InstanceSnapshot {
  /** `address:port`: unique within its service */
  readonly key: string
  readonly address: string
  readonly port: number
  /** the name that it was found by; undefined: it is configured by address */
  readonly name?: string | undefined
  readonly verdict: Verdict
  /** epoch ms of the last change of the verdict */
  readonly verdictSince: number
  /** what made the verdict, such as `3 failed checks: connection refused`; empty without one */
  readonly verdictReason: string
  /** how it is checked, in words; undefined: it is not */
  readonly check: string | undefined
  readonly lastCheck: CheckResult | undefined
  readonly ejection: EjectionSnapshot | undefined
  readonly passesInRow: number
  readonly failuresInRow: number
  readonly operator: OperatorState
  /** epoch ms of the last change of the operator's state */
  readonly operatorSince: number
  /** what it gets beside the others; 0: no new requests */
  readonly weight: number
  /** how much of its weight it gets while it starts slowly; undefined: all of it */
  readonly startingPercent?: number | undefined
  /** requests at a time; 0: any number */
  readonly maxConnections: number
  /** serves only while no instance that is none can */
  readonly backup: boolean
  /** healthy, ready and of some weight: gets new requests, a backup as soon as they are for it */
  readonly selectable: boolean
  /** gets requests of clients that stick to it: also while it drains */
  readonly acceptsSticky: boolean
  /** ms until nothing is in flight, by the rate at which its requests end; undefined: it is ready, or too few have ended */
  readonly drainedInMs: number | undefined
  /** share of the service's attempts in the last ten seconds, 0 to 1; undefined without any */
  readonly share: number | undefined
  readonly traffic: Traffic
}

/** A name, service records or a file that instances come from. */
export interface SourceSnapshot {
  readonly kind: 'name' | 'srv' | 'file'
  /** the name asked for, or the path */
  readonly name: string
  /** how many the last good answer has; undefined: there was none */
  readonly count: number | undefined
  /** epoch ms of that answer */
  readonly answeredAt: number | undefined
  /** why there is no newer answer, while the last one holds; undefined: there is nothing against it */
  readonly problem: string | undefined
}

/** What requests were like in a stretch of time. Of an instance: attempts. */
export interface SwitchFigures {
  readonly requests: number
  /** milliseconds; undefined without enough samples */
  readonly p50: number | undefined
  readonly p95: number | undefined
  /** share of 5xx answers and broken exchanges, 0 to 1; undefined without requests */
  readonly errorShare: number | undefined
}

export interface SwitchInstance extends SwitchFigures {
  readonly key: string
  /** of the service's attempts, 0 to 1; undefined without any */
  readonly share: number | undefined
}

export interface SwitchSide extends SwitchFigures {
  /** how long the stretch is */
  readonly ms: number
  /** those that were there, the first 200 of them */
  readonly instances: readonly SwitchInstance[]
}

/** The last switch of strategy: the minute before it, or less where there was less, and all that has been since. */
export interface SwitchSnapshot {
  /** epoch ms */
  readonly at: number
  readonly from: StrategyName
  readonly to: StrategyName
  readonly by: string
  readonly before: SwitchSide
  readonly after: SwitchSide
}

/** What the operator has set of the settings in the file, while it runs. */
export interface SettingChangeSnapshot {
  /** as the file has it, such as `retryPolicy.retries` */
  readonly key: string
  /** `address:port`; undefined: of all instances, or of the service itself */
  readonly instance: string | undefined
  readonly value: string
  /** what the file says */
  readonly file: string
}

/** A setting of a service that can be changed while it runs. */
export interface Setting {
  readonly key: string
  /** in force, as it is written; where instances differ, each value once */
  readonly value: string
  /** what the file says, where that is something else */
  readonly file: string | undefined
  /** what may be written */
  readonly form: string
  readonly about: string
}

export interface ServiceSnapshot {
  readonly name: string
  readonly domains: readonly string[]
  /** prefixes; only `/`: every path */
  readonly paths: readonly string[]
  /** conditions on header fields, such as `x-env: canary` */
  readonly headers: readonly string[]
  /** the part of its requests that another service gets now */
  readonly split: Split | undefined
  readonly strategy: StrategyName
  /** a live switch of it is taken back by itself when errors double soon after */
  readonly switchGuard?: boolean | undefined
  /** for fifteen minutes after a switch */
  readonly lastSwitch?: SwitchSnapshot | undefined
  /** the field that HEADER_HASH goes by; undefined: that strategy cannot be used */
  readonly hashHeader: string | undefined
  /** such as "tcp every 15s, timeout 1s, up after 2, down after 3"; undefined without a check */
  readonly check: string | undefined
  /** such as "retry 3, timeout 2s" or "no retries, timeout 30s" */
  readonly retry: string
  readonly selectable: number
  /** where instances come from that the configuration does not name by address */
  readonly sources?: readonly SourceSnapshot[]
  /** requests that wait for an instance with room, and how many may */
  readonly queued: number
  readonly queue: number
  /** how often a client may ask it now */
  readonly rateLimit: RateLimit | undefined
  /** those that the operator has set; undefined: all is as the file has it */
  readonly settings?: readonly SettingChangeSnapshot[] | undefined
  readonly instances: readonly InstanceSnapshot[]
  readonly traffic: Traffic
}

export type EventLevel = 'info' | 'good' | 'warning' | 'bad'

export interface ControlEvent {
  /** rises by one with each event */
  readonly id: number
  /** epoch, ms */
  readonly at: number
  readonly level: EventLevel
  /** `service`, `service/address:port`, a listener's address, or `proxy` */
  readonly subject: string
  /** what happened, already safe to print */
  readonly text: string
  /** who or what caused it: keyboard, health check, signal, worker 1, … */
  readonly cause: string
}

export interface Snapshot {
  /** epoch, ms */
  readonly at: number
  /** epoch, ms */
  readonly startedAt: number
  /** base name of the configuration file */
  readonly configName: string
  readonly configuration: ConfigurationSnapshot
  /** `address:port` of each open listener */
  readonly listeners: readonly string[]
  /** those of them where clients have to speak TLS */
  readonly secureListeners?: readonly string[]
  /** that clients are shown; those without TLS need none */
  readonly certificates?: readonly CertificateSnapshot[]
  readonly phase: 'running' | 'draining'
  readonly workers: number
  /** open client connections */
  readonly connections: number
  /** undefined: there is none */
  readonly accessLog?: AccessLogReading | undefined
  /** how often a client may ask at all now */
  readonly rateLimit: RateLimit | undefined
  readonly total: Traffic
  readonly services: readonly ServiceSnapshot[]
  /** faults that are made on purpose now */
  readonly faults: readonly FaultOnPurpose[]
  /** the latest 500, oldest first */
  readonly events: readonly ControlEvent[]
  /** The proxy is elsewhere and does not answer: all else is what was last known of it. */
  readonly lost?: LostProxy
}

export interface LostProxy {
  /** epoch, ms */
  readonly since: number
  /** in words that are not safe to print */
  readonly why: string
}

/** A certificate that clients are shown. */
export interface CertificateSnapshot {
  readonly path: string
  /** exact ones and `*.name` */
  readonly names: readonly string[]
  /** epoch ms */
  readonly expiresAt: number
  /** why what stands in its files now is not in force, while what was read before is; undefined: it is */
  readonly problem: string | undefined
}

/** A fault on purpose that is on. */
export interface FaultOnPurpose {
  readonly number: number
  readonly service: string
  /** undefined: on all instances of the service */
  readonly instance: string | undefined
  /** such as `delay 2s 50% /api x10 for 30s` */
  readonly text: string
  /** how many requests it has met */
  readonly struck: number
  /** epoch ms at which it ends; undefined: by itself only when its count is reached, or not at all */
  readonly until: number | undefined
}

/** The configuration in force. */
export interface ConfigurationSnapshot {
  /** 1 is the start; each reload that changed something adds one */
  readonly generation: number
  /** epoch ms at which it was put into force */
  readonly loadedAt: number
  /** why the last reload was refused, while what ran before goes on; undefined: there is nothing against the file */
  readonly problem: string | undefined
}

/** A key of the configuration that differs; a side that has no such key is undefined. Secrets are not told. */
export interface ConfigDifference {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** What a file says that is not in force; with findings it cannot be put into force, and is not compared. */
export interface ConfigComparison {
  /** what the file said that is in force, key by key in its order; an entry of a list has no value. Safe to print */
  readonly inForce: ReadonlyArray<{readonly path: string; readonly value: string}>
  /** each with file:line:column, safe to print */
  readonly findings: readonly string[]
  readonly differences: readonly ConfigDifference[]
}

/** Names an instance: its service and its key. */
export interface InstanceRef {
  readonly service: string
  readonly instance: string
}

export type Command =
  /** `guard`: whether it is taken back by itself when errors double soon after; absent: as `switchGuard` says */
  | {
      readonly type: 'set-strategy'
      readonly service: string
      readonly strategy: StrategyName
      readonly guard?: boolean
    }
  /** how many of a hundred requests the service gives to the one that its `split` names */
  | {readonly type: 'set-split'; readonly service: string; readonly percent: number}
  /** `force`, with maintenance only: what is in flight on it is cut, and where that is safe sent to another instance */
  | ({
      readonly type: 'set-operator-state'
      readonly state: OperatorState
      readonly force?: boolean
    } & InstanceRef)
  /** 0 to 1000; 0: no new requests */
  | ({readonly type: 'set-weight'; readonly weight: number} & InstanceRef)
  /** 0: any number */
  | ({readonly type: 'set-max-connections'; readonly maxConnections: number} & InstanceRef)
  /** a fault on purpose, as `madeFaultText` writes it; without an instance, on all of the service */
  | {
      readonly type: 'add-fault'
      readonly service: string
      readonly instance: string | undefined
      readonly fault: string
    }
  /** the fault of that number, or all of them, in all services */
  | {readonly type: 'clear-faults'; readonly number: number | undefined}
  | ({readonly type: 'check-now'} & InstanceRef)
  /** an instance that was left out because of its answers serves again at once */
  | ({readonly type: 'end-ejection'} & InstanceRef)
  /** of a service, or (undefined) of all requests; without a limit: none */
  | {
      readonly type: 'set-rate-limit'
      readonly service: string | undefined
      readonly limit: RateLimit | undefined
    }
  /**
   * A setting of a service or of one of its instances, by its key in the file (or its last word, where that is the only
   * one); `value` is written as in the file, undefined: as the file has it.
   */
  | {
      readonly type: 'set-setting'
      readonly service: string
      readonly instance: string | undefined
      readonly key: string
      readonly value: string | undefined
    }
  /** read the configuration's file again and put it into force, whole or not at all */
  | {readonly type: 'reload'}
  /** the access log's file has been moved away: go on in the one that has its path now */
  | {readonly type: 'reopen-log'}
  /** start a process that takes over the listeners, and finish here what is in flight */
  | {readonly type: 'restart'}
  /** stop: finish what is in flight; with `force`, cut it */
  | {readonly type: 'stop'; readonly force: boolean}

/** `undo` takes the change back; it is absent where nothing changed or nothing can be taken back. */
export type Outcome =
  | {readonly ok: true; readonly message: string; readonly undo?: Command}
  | {readonly ok: false; readonly message: string}

export interface Control {
  snapshot(): Snapshot
  /**
   * Calls `listener` with each new snapshot until the function returned is called: four a second, or `perSecond` where
   * more are wanted; a control may give fewer.
   */
  subscribe(listener: (snapshot: Snapshot) => void, perSecond?: number): () => void
  /** single requests, finished and under way */
  readonly requests: Requests
  /** What a reload would change now; with a path (on the proxy's machine), what that file would change. */
  compareConfig(path?: string): Promise<ConfigComparison>
  /** The settings of a service, or of one of its instances, that can be changed while it runs. Rejects where there is none. */
  settings(service: string, instance: string | undefined): Promise<readonly Setting[]>
  /** What would become of a request, without sending it. Rejects a question that is none, and says what is wrong with it. */
  explain(request: ExplainRequest): Promise<Explanation>
  /** `by` says who asks, for the event: 'keyboard', 'signal', … Never rejects: a refusal is an Outcome. */
  execute(command: Command, by: string): Promise<Outcome>
}
