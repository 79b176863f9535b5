/** What can be seen of single requests, finished and under way: the flight recorder as a control shows it. Types only. */
import type {StrategyName} from '../balancing/strategies.ts'
import type {FaultCode} from '../faults.ts'
import type {Refusal} from '../recorder/layout.ts'
import type {AttemptRecord} from '../recorder/record.ts'

/** Times in ms after the request's start; undefined where it did not come to that. */
export interface AttemptView extends Omit<AttemptRecord, 'instance' | 'selection'> {
  /** `address:port`; empty when no instance could be picked */
  readonly instance: string
}

/**
 * One finished request. Texts come from the network as latin1: whoever draws or logs them passes them through
 * `printable` first.
 */
export interface RequestView {
  /** unique while the proxy runs */
  readonly id: string
  /** epoch ms at which the head was complete */
  readonly at: number
  readonly duration: number
  /** when the response head was there */
  readonly responded: number | undefined
  readonly method: string
  /** as the client sent it */
  readonly target: string
  /** Host or authority, as the client sent it */
  readonly host: string
  /** the target's path with `:id`, `:uuid` and `:hash` in place of what only names one thing, without its query */
  readonly route: string
  readonly minor: number
  /** undefined: no service answers for the host */
  readonly service: string | undefined
  /** the service whose rules it met, and which gave it to `service` by its split; undefined: that is itself */
  readonly splitFrom: string | undefined
  readonly strategy: StrategyName | undefined
  /** instances that could be picked, at the last pick */
  readonly candidates: number
  /** ms that it waited for an instance with room; 0: it did not */
  readonly queued: number
  /** what the client got; 499: it was gone before */
  readonly status: number
  readonly fault: FaultCode | undefined
  /** what made the fault, such as ECONNRESET; may be empty */
  readonly detail: string
  /** why a failed attempt was not followed by another one */
  readonly refusal: Refusal | undefined
  /** all of them; `attempts` holds the last four */
  readonly attemptCount: number
  readonly attempts: readonly AttemptView[]
  readonly bytesIn: number
  readonly bytesOut: number
  readonly clientAddress: string
  readonly clientPort: number
  readonly connection: number
  readonly requestOnConnection: number
  /** of the client's connection; undefined: plain */
  readonly tls?: 'TLSv1.2' | 'TLSv1.3' | undefined
  readonly upgraded: boolean
  /** the last instance was the one that the client's cookie named */
  readonly sticky: boolean
  /** a fault that was made on purpose has met it: what it tells is no news of the instance */
  readonly onPurpose: boolean
  /** the response had begun and was cut */
  readonly broken: boolean
  /** a fault, a 5xx, or more than one attempt */
  readonly problem: boolean
  /** as much as was kept, redacted unless asked otherwise */
  readonly requestHead: string
  readonly responseHead: string
  /** X-Request-Id as the instance got it; undefined: none */
  readonly requestId?: string | undefined
  /** the trace-id of its traceparent as the instance got it */
  readonly traceId?: string | undefined
  readonly requestHeadLength: number
  readonly responseHeadLength: number
}

/** A request that is not over. */
export interface InFlightView {
  readonly id: string
  readonly at: number
  readonly method: string
  readonly target: string
  readonly host: string
  readonly service: string | undefined
  /** the instance of the attempt under way; empty between attempts */
  readonly instance: string
  readonly attempts: number
  readonly phase: 'connect' | 'send' | 'wait' | 'body' | 'tunnel' | 'backoff' | 'queue'
  readonly bytesIn: number
  readonly bytesOut: number
  /** ms since the last byte in either direction */
  readonly idle: number
}

/** Where a reader of the recorder has got to; opaque. */
export type Cursor = string

export interface RequestBatch {
  /** new since the cursor, oldest first; at most `limit`, the newest of them */
  readonly requests: readonly RequestView[]
  readonly cursor: Cursor
  /** requests that came and went between two looks, and will never be shown */
  readonly missed: number
  /** held by the recorder now */
  readonly kept: number
}

/** A captured body: the first 64 KiB of it. */
export interface CapturedBody {
  /** with `hidden`: unpacked, the secrets in it taken out */
  readonly bytes: Uint8Array
  /** of the whole, as it came */
  readonly length: number
  /** there was more of it than was kept */
  readonly isCut: boolean
  /** values that are not shown because their names say that they are secrets */
  readonly hidden: number
}

/** An instance that a pick passed over. */
export interface Skipped {
  /** `address:port` */
  readonly instance: string
  /** in a few words, safe to print: drain, down: connection refused, … */
  readonly reason: string
}

/** What one pick passed over before any strategy was asked. */
export interface SkippedThen {
  readonly count: number
  /** at most a hundred of them */
  readonly named: readonly Skipped[]
}

export interface RequestDetail {
  readonly request: RequestView
  /**
   * Who could not be picked: for each of the request's `attempts`, and once more where the last pick found nobody.
   * undefined: so long ago that it is not known any more. Without a service there was no pick.
   */
  readonly skipped: ReadonlyArray<SkippedThen | undefined>
  readonly requestBody: CapturedBody | undefined
  readonly responseBody: CapturedBody | undefined
}

/** What one instance answered to a request that was sent again. */
export interface ReplayResult {
  readonly instance: string
  /** 0: no answer */
  readonly status: number
  /** ms, until the last byte or the error */
  readonly duration: number
  /** as it came, redacted; from the network: not safe to print */
  readonly head: string
  readonly body: CapturedBody | undefined
  /** why there is no whole answer, in words that are safe to print */
  readonly error: string | undefined
}

export interface Requests {
  /** Everything that is new since `cursor`; without one, what is held. Nothing is sent unless somebody asks. */
  since(cursor: Cursor | undefined, limit: number): Promise<RequestBatch>
  /** As `since`, but only problems: failed, retried, or answered with 5xx. None of them counts as missed. */
  problems(cursor: Cursor | undefined, limit: number): Promise<RequestBatch>
  /** With `reveal`, the heads are not redacted. undefined: it is not held any more. */
  detail(id: string, reveal: boolean): Promise<RequestDetail | undefined>
  /** oldest first */
  inFlight(): Promise<readonly InFlightView[]>
  /** Keeps bodies of requests that match the filter text; undefined ends it and forgets them. Rejects a bad filter. */
  capture(filter: string | undefined): Promise<void>
  /**
   * Sends a recorded request once more, straight to each of these instances (`address:port`) of its service; none
   * named: to the one of its last attempt. Rejects what cannot be sent again as it was, and says why.
   */
  replay(id: string, instances: readonly string[]): Promise<readonly ReplayResult[]>
}
