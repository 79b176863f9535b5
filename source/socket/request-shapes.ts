/** The shapes of single requests as they pass over a control socket: as control shows them, bodies in base64. */
import {strategyNames} from '../balancing/strategies.ts'
import type {
  AttemptView,
  CapturedBody,
  InFlightView,
  ReplayResult,
  RequestBatch,
  RequestDetail,
  RequestView,
  Skipped,
  SkippedThen,
} from '../control/requests.ts'
import {faultCodes} from '../faults.ts'
import {refusals} from '../recorder/layout.ts'
import {
  about,
  count,
  type Fields,
  flag,
  list,
  namesOf,
  number,
  object,
  oneOf,
  optional,
  orNull,
  type Shape,
  text,
} from './shape.ts'
import {definitions} from './shapes.ts'

/** A body as JSON can carry it. */
export interface WireBody extends Omit<CapturedBody, 'bytes'> {
  readonly bytes: string
}

type Wire<T> = {
  readonly [Key in keyof T]: T[Key] extends CapturedBody | undefined ? WireBody | undefined : T[Key]
}
/** What is not known of one pick is null: a list cannot leave it out. */
export interface WireDetail extends Omit<Wire<RequestDetail>, 'skipped'> {
  readonly skipped: ReadonlyArray<SkippedThen | null>
}
export type WireReplay = Wire<ReplayResult>
/** The first line of an answer; requests follow, one a line. */
export type WireBatch = Omit<RequestBatch, 'requests'>

const named = <T>(name: string, shape: Shape<T>) => definitions.named(name, shape)

const body = named(
  'Body',
  object<WireBody>({
    bytes: about('base64; the first 64 KiB', text),
    length: about('of the whole, in bytes', count),
    isCut: flag,
    hidden: count,
  }),
)

const attempt = object<AttemptView>({
  instance: text,
  fault: optional(oneOf(faultCodes)),
  status: count,
  started: number,
  connected: optional(number),
  ended: number,
  uses: count,
})

const requestFields: Fields<RequestView> = {
  id: text,
  at: number,
  duration: number,
  responded: optional(number),
  method: text,
  target: text,
  host: text,
  route: text,
  minor: count,
  service: optional(text),
  splitFrom: optional(text),
  strategy: optional(oneOf(strategyNames)),
  candidates: count,
  queued: number,
  status: count,
  fault: optional(oneOf(faultCodes)),
  detail: text,
  refusal: optional(oneOf(refusals)),
  attemptCount: count,
  attempts: list(attempt),
  bytesIn: count,
  bytesOut: count,
  clientAddress: text,
  clientPort: count,
  connection: count,
  requestOnConnection: count,
  tls: optional(oneOf(['TLSv1.2', 'TLSv1.3'])),
  upgraded: flag,
  sticky: flag,
  onPurpose: flag,
  broken: flag,
  problem: flag,
  requestHead: text,
  responseHead: text,
  requestHeadLength: count,
  responseHeadLength: count,
  requestId: optional(text),
  traceId: optional(text),
}

/** What passes of a request. */
export const requestKeys = Object.keys(requestFields) as readonly (keyof RequestView)[]

export const request = named('Request', object(requestFields))

export const batch = named('Batch', object<WireBatch>({cursor: text, missed: count, kept: count}))

const skipped = object<SkippedThen>({
  count,
  named: list(object<Skipped>({instance: text, reason: text})),
})

export const detail = named(
  'RequestDetail',
  object<WireDetail>({
    request,
    skipped: list(orNull(skipped)),
    requestBody: optional(body),
    responseBody: optional(body),
  }),
)

export const inFlight = named(
  'InFlight',
  object<InFlightView>({
    id: text,
    at: number,
    method: text,
    target: text,
    host: text,
    service: optional(text),
    instance: text,
    attempts: count,
    phase: namesOf<InFlightView['phase']>({
      connect: true,
      send: true,
      wait: true,
      body: true,
      tunnel: true,
      backoff: true,
      queue: true,
    }),
    bytesIn: count,
    bytesOut: count,
    idle: number,
  }),
)

export const replayed = named(
  'Replay',
  object<WireReplay>({
    instance: text,
    status: count,
    duration: number,
    head: text,
    body: optional(body),
    error: optional(text),
  }),
)
