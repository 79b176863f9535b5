/** What a filter can ask about: one table of fields, one of flags; a field is a row. */
import type {AttemptView, RequestView} from '../control/requests.ts'
import {faults} from '../faults.ts'
import {pathOf} from './route-of.ts'

/** What is known of a request when its head is there. */
export type EarlySubject = Pick<
  RequestView,
  'method' | 'target' | 'host' | 'route' | 'service' | 'clientAddress'
>

/** What is known when it is over, as far as filters ask. */
export type Subject = EarlySubject &
  Pick<
    RequestView,
    | 'id'
    | 'status'
    | 'fault'
    | 'duration'
    | 'responded'
    | 'bytesIn'
    | 'bytesOut'
    | 'attemptCount'
    | 'broken'
    | 'upgraded'
    | 'problem'
    | 'onPurpose'
    | 'requestId'
  > & {readonly attempts: readonly Pick<AttemptView, 'instance' | 'fault'>[]}

export type Unit = 'time' | 'bytes' | 'status' | 'count'

interface EarlyField {
  readonly is: 'early'
  readonly about: string
  readonly read: (request: EarlySubject) => string
  /** what is compared when the pattern holds a `?` */
  readonly whole?: (request: EarlySubject) => string
}

interface TextField {
  readonly is: 'text'
  readonly about: string
  /** any of them may match */
  readonly read: (request: Subject) => readonly string[]
}

interface NumberField {
  readonly is: 'number'
  readonly about: string
  readonly unit: Unit
  readonly read: (request: Subject) => number | undefined
}

export type FieldRow = EarlyField | TextField | NumberField

const status = {
  is: 'number',
  about: 'what the client got',
  unit: 'status',
  read: request => request.status,
} satisfies NumberField

export const fields = {
  status,
  code: status,
  method: {is: 'early', about: 'GET, POST, …', read: request => request.method},
  path: {
    is: 'early',
    about: 'the target without its query, unless the pattern holds a ?',
    read: request => pathOf(request.target),
    whole: request => request.target,
  },
  route: {is: 'early', about: 'the path with :id, :uuid and :hash', read: request => request.route},
  host: {is: 'early', about: 'as the client sent it', read: request => request.host},
  service: {is: 'early', about: "the service's name", read: request => request.service ?? ''},
  client: {is: 'early', about: "the client's address", read: request => request.clientAddress},
  instance: {
    is: 'text',
    about: 'address:port of any attempt',
    read: request => request.attempts.map(attempt => attempt.instance),
  },
  dur: {is: 'number', about: 'from the head to the end', unit: 'time', read: request => request.duration},
  ttfb: {is: 'number', about: 'until the response began', unit: 'time', read: request => request.responded},
  size: {
    is: 'number',
    about: 'bytes both ways',
    unit: 'bytes',
    read: request => request.bytesIn + request.bytesOut,
  },
  up: {is: 'number', about: 'bytes from the client', unit: 'bytes', read: request => request.bytesIn},
  down: {is: 'number', about: 'bytes to the client', unit: 'bytes', read: request => request.bytesOut},
  attempts: {is: 'number', about: 'how many', unit: 'count', read: request => request.attemptCount},
  error: {is: 'text', about: 'the fault of the request or of any attempt', read: errorsOf},
  blame: {
    is: 'text',
    about: 'client, upstream or proxy',
    read: request => (request.fault === undefined ? [] : [faults[request.fault].blame]),
  },
  rid: {
    is: 'text',
    about: 'X-Request-Id, as the instance got it',
    read: request => (request.requestId === undefined ? [] : [request.requestId]),
  },
  id: {is: 'text', about: 'the number of the request', read: request => [request.id]},
} satisfies Record<string, FieldRow>

export type FieldName = keyof typeof fields

export const fieldNames = Object.keys(fields) as readonly FieldName[]

const SLOW_MS = 1000

export const flags = {
  retried: request => request.attemptCount > 1,
  problem: request => request.problem,
  slow: request => request.duration >= SLOW_MS,
  broken: request => request.broken,
  tunnel: request => request.upgraded,
  onpurpose: request => request.onPurpose,
} satisfies Record<string, (request: Subject) => boolean>

export type FlagName = keyof typeof flags

export const flagNames = Object.keys(flags) as readonly FlagName[]

function errorsOf({fault, attempts}: Subject): readonly string[] {
  const found: string[] = fault === undefined ? [] : [fault]
  for (const attempt of attempts) if (attempt.fault !== undefined) found.push(attempt.fault)
  return found
}
