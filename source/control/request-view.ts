/** A record of the flight recorder with names for its indexes, what can be computed of it, and without its secrets. */
import {strategyNames} from '../balancing/strategies.ts'
import type {RequestRecord} from '../recorder/reader.ts'
import {fieldOf, hostOf} from '../requests/heads.ts'
import {hasMade, idText, Made, traceIdOf} from '../requests/ids.ts'
import type {Redact} from '../requests/redact.ts'
import {routeOf} from '../requests/route-of.ts'
import type {Numbers} from './registry.ts'
import type {AttemptView, RequestView} from './requests.ts'

/** Made by the thousand when somebody looks, so the heads, which few look at, are redacted when they are read. */
class RecordedRequest implements RequestView {
  readonly id: RequestView['id']
  readonly at: RequestView['at']
  readonly duration: RequestView['duration']
  readonly responded: RequestView['responded']
  readonly method: RequestView['method']
  readonly target: RequestView['target']
  readonly minor: RequestView['minor']
  readonly status: RequestView['status']
  readonly fault: RequestView['fault']
  readonly detail: RequestView['detail']
  readonly refusal: RequestView['refusal']
  readonly attemptCount: RequestView['attemptCount']
  readonly bytesIn: RequestView['bytesIn']
  readonly bytesOut: RequestView['bytesOut']
  readonly clientAddress: RequestView['clientAddress']
  readonly clientPort: RequestView['clientPort']
  readonly connection: RequestView['connection']
  readonly requestOnConnection: RequestView['requestOnConnection']
  readonly tls: RequestView['tls']
  readonly upgraded: RequestView['upgraded']
  readonly sticky: RequestView['sticky']
  readonly onPurpose: RequestView['onPurpose']
  readonly broken: RequestView['broken']
  readonly candidates: RequestView['candidates']
  readonly queued: RequestView['queued']
  readonly requestHeadLength: RequestView['requestHeadLength']
  readonly responseHeadLength: RequestView['responseHeadLength']
  readonly host: string
  readonly route: string
  readonly service: RequestView['service']
  readonly splitFrom: RequestView['splitFrom']
  readonly strategy: RequestView['strategy']
  readonly attempts: readonly AttemptView[]
  readonly problem: boolean
  readonly #made: number
  readonly #idPrefix: string
  readonly #redact: Redact
  readonly #requestHead: string
  readonly #responseHead: string

  constructor(record: RequestRecord, numbers: Numbers, redact: Redact) {
    this.id = record.id
    this.at = record.at
    this.duration = record.duration
    this.responded = record.responded
    this.method = record.method
    this.target = record.target
    this.minor = record.minor
    this.status = record.status
    this.fault = record.fault
    this.detail = record.detail
    this.refusal = record.refusal
    this.attemptCount = record.attemptCount
    this.bytesIn = record.bytesIn
    this.bytesOut = record.bytesOut
    this.clientAddress = record.clientAddress
    this.clientPort = record.clientPort
    this.connection = record.connection
    this.requestOnConnection = record.requestOnConnection
    this.tls = record.tls
    this.upgraded = record.upgraded
    this.sticky = record.sticky
    this.onPurpose = record.onPurpose
    this.broken = record.broken
    this.candidates = record.candidates
    this.queued = record.queued
    this.requestHeadLength = record.requestHeadLength
    this.responseHeadLength = record.responseHeadLength
    this.host = hostOf(record.requestHead, record.target)
    this.route = routeOf(record.target)
    this.service = numbers.serviceName(record.service)
    this.splitFrom = record.routed === record.service ? undefined : numbers.serviceName(record.routed)
    this.strategy = this.service === undefined ? undefined : strategyNames[record.strategy]
    this.attempts = attemptViews(record, numbers)
    this.problem = record.fault !== undefined || record.status >= 500 || record.attemptCount > 1
    this.#made = record.made
    this.#idPrefix = numbers.idPrefix
    this.#redact = redact
    this.#requestHead = record.requestHead
    this.#responseHead = record.responseHead
  }

  get requestId(): string | undefined {
    return hasMade(this.#made, Made.REQUEST_ID)
      ? idText(this.#idPrefix, this.#made)
      : fieldOf(this.#requestHead, 'x-request-id')
  }

  get traceId(): string | undefined {
    return hasMade(this.#made, Made.TRACE)
      ? idText(this.#idPrefix, this.#made)
      : traceIdOf(fieldOf(this.#requestHead, 'traceparent'))
  }

  get requestHead(): string {
    return this.#redact(this.#requestHead)
  }

  get responseHead(): string {
    return this.#redact(this.#responseHead)
  }
}

export function requestView(record: RequestRecord, numbers: Numbers, redact: Redact): RequestView {
  return new RecordedRequest(record, numbers, redact)
}

// Not `map` and a spread: this is done for thousands of requests at a time.
function attemptViews({service, attempts}: RequestRecord, numbers: Numbers): readonly AttemptView[] {
  const views: AttemptView[] = []
  for (const {instance, fault, status, started, connected, ended, uses} of attempts) {
    const key = numbers.instanceKey(service, instance)
    views.push({instance: key, fault, status, started, connected, ended, uses})
  }
  return views
}
