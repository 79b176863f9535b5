/** What the parts of one worker share: the configuration's limits, the clock, the counters and the way up. */
import type {BlockList} from 'node:net'
import type {Config, Limits, RateLimit, Timeouts} from '../config/config.ts'
import type {CollectorLimits} from '../http1/head-collector.ts'
import type {Lane} from '../metrics/lane.ts'
import type {RecorderWriter} from '../recorder/writer.ts'
import {blockListOf} from '../routing/client-address.ts'
import type {Capture} from './capture.ts'
import type {Deadlines} from './deadlines.ts'
import type {Up} from './messages.ts'
import type {RateTable} from './rate-table.ts'
import type {RequestIds} from './request-ids.ts'
import type {Router} from './router.ts'
import type {UpstreamContexts} from './secure-link.ts'

/** What the configuration says of all requests alike; a reload changes it between two requests. */
export interface WorkerSettings {
  limits: Limits
  /** those limits again, in the form in which heads are collected */
  requestLimits: CollectorLimits
  upstreamLimits: CollectorLimits
  timeouts: Timeouts
  forwardsTrace: boolean
  /** of all requests together */
  rateLimit: RateLimit | undefined
  /** the clients whose word on whom they forward for is believed; undefined: nobody's */
  trusted: BlockList | undefined
}

export interface WorkerContext extends WorkerSettings {
  /** undefined: X-Request-Id and traceparent are fields like any other */
  ids: RequestIds | undefined
  readonly index: number
  readonly deadlines: Deadlines
  readonly rates: RateTable
  /** for requests that belong to no service, and for client connections */
  readonly lane: Lane
  readonly recorder: RecorderWriter
  /** undefined: no bodies are kept */
  capture: Capture | undefined
  readonly pseudonym: string
  /** set once all services are built */
  router: Router
  /** for TLS to instances */
  readonly secure: UpstreamContexts
  /** client connections accepted so far */
  connections: number
  /** no new requests are wanted: connections end after the one they have */
  draining: boolean
  /** how long a kept connection without a request may still bring one then */
  patienceMs: number
  /** clients wait for a connection: none is kept open without a request */
  crowded: boolean
  readonly report: (event: Up) => void
}

export function settingsOf({
  limits,
  timeouts,
  forwardsTrace,
  rateLimit,
  trustedProxies,
}: Config): WorkerSettings {
  return {
    limits,
    requestLimits: {firstLine: limits.requestLine, head: limits.head},
    upstreamLimits: {firstLine: limits.upstreamHead, head: limits.upstreamHead},
    timeouts,
    forwardsTrace,
    rateLimit,
    trusted: blockListOf(trustedProxies),
  }
}
