/** What crosses between the main thread and a worker: rare messages down, rare events up. Types only. */
// Longer than our files are: a contract is read as one.
import type {StrategyName} from '../balancing/strategies.ts'
import type {Config, Listen, RateLimit} from '../config/config.ts'
import type {MadeFault} from '../made-faults.ts'
import type {RecorderCells} from '../recorder/layout.ts'

/**
 * Shared memory and numbers of everything that a configuration names. Records name services and instances by number: one
 * is never given to another service, or to another instance of that service, as long as the proxy runs.
 */
export interface SharedCells {
  readonly proxy: SharedArrayBuffer
  /** token buckets of clients */
  readonly rates: SharedArrayBuffer
  readonly services: ReadonlyMap<string, ServiceCells>
}

export interface ServiceCells {
  readonly number: number
  readonly lanes: SharedArrayBuffer
  readonly turns: SharedArrayBuffer
  /** signs cookies where the file gives no secret */
  readonly secret: string
  /** by `address:port` */
  readonly instances: ReadonlyMap<string, InstanceCells>
}

export interface InstanceCells {
  /** stands for the address: an instance that comes back has it again */
  readonly number: number
  /** stands for these counters: an instance that was gone and comes back has another one */
  readonly serial: number
  readonly lanes: SharedArrayBuffer
  /** what strategies learn of it */
  readonly learned: SharedArrayBuffer
}

/** What the files of certificates say: not part of the configuration, which is shown and compared. */
export interface TlsMaterial {
  /** PEM by absolute path */
  readonly pem: ReadonlyMap<string, string>
  /** 48 bytes, for the sessions of clients */
  readonly ticketKeys: Uint8Array
}

/** What a worker starts with. */
export interface WorkerStart {
  /** which lane is its own */
  readonly index: number
  readonly config: Config
  /** the addresses to bind, ports resolved */
  readonly listen: readonly Listen[]
  /** whether each worker binds the port itself, or there is only one */
  readonly reusePort: boolean
  readonly cells: SharedCells
  readonly tls: TlsMaterial
  /** this worker's own rings, and among how many they are shared out */
  readonly recorder: RecorderCells
  readonly workers: number
  /** the name of this proxy in Via: unique, so that a loop shows */
  readonly pseudonym: string
  /** what the ids that are made begin with: random, and the same for all workers */
  readonly idPrefix: string
  /** sockets that listen already, for the first start of a worker in its place */
  readonly inherited: readonly InheritedSocket[]
  /** what control has decided since the configuration was read */
  readonly orders: readonly Order[]
}

/** A socket that listens on the address, port resolved. */
export interface InheritedSocket {
  readonly address: string
  readonly port: number
  readonly fd: number
}

export type OpenListener = InheritedSocket

/** A lasting decision of control. A worker that starts late is given all that hold. */
export type Order =
  | {readonly type: 'strategy'; readonly service: string; readonly strategy: StrategyName}
  | {readonly type: 'split'; readonly service: string; readonly percent: number}
  | {
      readonly type: 'selectable'
      readonly service: string
      readonly instance: string
      readonly selectable: boolean
      /** requests of clients that stick to it still go there */
      readonly acceptsSticky: boolean
      /** it is one of those that are left out because of their answers */
      readonly ejected: boolean
      readonly selection: number
    }
  /** how often a client may ask a service, or (undefined) any of them; without a limit: as often as it likes */
  | {
      readonly type: 'rate-limit'
      readonly service: string | undefined
      readonly limit: RateLimit | undefined
    }
  /** how many requests an instance may have at a time; 0: any number */
  | {
      readonly type: 'max-connections'
      readonly service: string
      readonly instance: string
      readonly maxConnections: number
    }
  /** number of the state that the service's instances are in now: records refer to it */
  | {readonly type: 'selection'; readonly service: string; readonly selection: number}
  /** how much of the requests it gets beside the others now: not what the file says */
  | {
      readonly type: 'weight'
      readonly service: string
      readonly instance: string
      readonly weight: number
    }
  /** all faults that are made on purpose in a service from here on */
  | {readonly type: 'faults'; readonly service: string; readonly faults: readonly LiveFault[]}
  /** keep bodies of requests that match; undefined: keep none, and forget those that are kept */
  | {readonly type: 'capture'; readonly filter: string | undefined}

/** A fault on purpose that is on. */
export interface LiveFault {
  readonly number: number
  /** undefined: on all instances of the service */
  readonly instance: string | undefined
  readonly fault: MadeFault
  /** epoch ms */
  readonly until: number | undefined
  /** one cell, shared by all workers: how many requests it has met */
  readonly struck: SharedArrayBuffer
}

/** What a worker is asked; it says it once, under the same number. */
export type Ask =
  | {readonly type: 'list-in-flight'; readonly number: number}
  | {readonly type: 'list-listeners'; readonly number: number}
  | {readonly type: 'tell-bodies'; readonly number: number; readonly sequence: number}

export type Answer =
  | {
      readonly type: 'answer'
      readonly to: 'list-listeners'
      readonly number: number
      readonly listeners: readonly OpenListener[]
    }
  | {
      readonly type: 'answer'
      readonly to: 'list-in-flight'
      readonly number: number
      readonly requests: readonly InFlight[]
    }
  | {
      readonly type: 'answer'
      readonly to: 'tell-bodies'
      readonly number: number
      readonly requestBody: Body | undefined
      readonly responseBody: Body | undefined
    }

/** The beginning of a body, and how long the whole was. */
export interface Body {
  readonly bytes: Uint8Array
  readonly length: number
}

/** A request that is not over; `id` is unique within its worker. */
export interface InFlight {
  readonly id: string
  /** epoch ms */
  readonly at: number
  readonly method: string
  readonly target: string
  readonly host: string
  readonly service: string | undefined
  /** empty between attempts */
  readonly instance: string
  readonly attempts: number
  readonly phase: 'connect' | 'send' | 'wait' | 'body' | 'tunnel' | 'backoff' | 'queue'
  readonly bytesIn: number
  readonly bytesOut: number
  /** ms since the last byte in either direction */
  readonly idle: number
}

/** Another configuration, in force from here on. Services and instances that it names as before keep all they have. */
export interface Configure {
  readonly type: 'configure'
  readonly config: Config
  readonly cells: SharedCells
  readonly tls: TlsMaterial
  /** listeners that are not there yet are opened, those that are not named are closed */
  readonly listen: readonly Listen[]
  /** all that hold: they say what the configuration cannot */
  readonly orders: readonly Order[]
}

export type Down =
  | Order
  | Ask
  | Configure
  /** Open those of these listeners that are not there yet, and say `prepared`; a `configure` that names them follows, or not. */
  | {readonly type: 'prepare'; readonly number: number; readonly listen: readonly Listen[]}
  /** files of certificates say something else: for all connections from here on */
  | {readonly type: 'tls'; readonly tls: TlsMaterial}
  /**
   * Stop listening, finish what is in flight, then say `drained`. `idleMs`: a kept connection without a request may
   * still bring one for so long, since it has not been told that it ends; 0: it ends at once.
   */
  | {readonly type: 'drain'; readonly idleMs: number}
  /** end what is in flight on this instance; where that is safe, it is sent to another one */
  | {readonly type: 'cut-instance'; readonly service: string; readonly instance: string}
  /** end everything at once */
  | {readonly type: 'cut'}
  /** answered with `alive` */
  | {readonly type: 'ping'}

export type Up =
  | Answer
  | {readonly type: 'listening'}
  /** `failure`: why one of the listeners cannot be opened; none of them is then */
  | {
      readonly type: 'prepared'
      readonly number: number
      readonly failure:
        | {readonly address: string; readonly code: string; readonly message: string}
        | undefined
    }
  | {
      readonly type: 'listen-failed'
      readonly address: string
      readonly code: string
      readonly message: string
    }
  | {readonly type: 'drained'}
  | {readonly type: 'alive'}
  /** an attempt on an instance could not connect; at most one a second an instance */
  | {
      readonly type: 'connect-failed'
      readonly service: string
      readonly instance: string
      readonly fault: string
    }
  /**
   * An instance was taken out here at once, because of its answers, or would have been but for the others that are; an
   * order says what holds for all.
   */
  | {
      readonly type: 'eject'
      readonly service: string
      readonly instance: string
      readonly reason: string
    }
  /** a mistake of our own, contained to one connection; at most one a second */
  | {readonly type: 'mistake'; readonly text: string}
  /** at most one a second */
  | {readonly type: 'handshake-failed'; readonly text: string}
  /** somebody spoke TLS or HTTP/2 to a plain port; at most one a second */
  | {readonly type: 'wrong-protocol'; readonly text: string}
