/** What the parts of one worker share: the configuration's limits, the clock, the counters and the way up. */
import type {BlockList} from 'node:net'
import type {Limits, Timeouts} from '../config/config.ts'
import type {CollectorLimits} from '../http1/head-collector.ts'
import type {Lane} from '../metrics/lane.ts'
import type {RecorderWriter} from '../recorder/writer.ts'
import type {Capture} from './capture.ts'
import type {Deadlines} from './deadlines.ts'
import type {Up} from './messages.ts'
import type {Router} from './router.ts'

export interface WorkerContext {
  readonly index: number
  readonly limits: Limits
  /** those limits again, in the form in which heads are collected */
  readonly requestLimits: CollectorLimits
  readonly upstreamLimits: CollectorLimits
  readonly timeouts: Timeouts
  readonly deadlines: Deadlines
  /** for requests that belong to no service, and for client connections */
  readonly lane: Lane
  readonly recorder: RecorderWriter
  /** undefined: no bodies are kept */
  capture: Capture | undefined
  readonly forwardsTrace: boolean
  readonly trusted: BlockList | undefined
  readonly pseudonym: string
  /** set once all services are built */
  router: Router
  /** client connections accepted so far */
  connections: number
  /** no new requests are wanted: connections end after the one they have */
  draining: boolean
  /** clients wait for a connection: none is kept open without a request */
  crowded: boolean
  readonly report: (event: Up) => void
}
