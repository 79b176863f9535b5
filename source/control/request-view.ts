/** A record of the flight recorder with names for its indexes, what can be computed of it, and without its secrets. */
import {strategyNames} from '../balancing/strategies.ts'
import type {Names} from '../recorder/names.ts'
import type {RequestRecord} from '../recorder/record.ts'
import {fieldOf, hostOf} from '../requests/heads.ts'
import {hasMade, idText, Made, traceIdOf} from '../requests/ids.ts'
import type {Redact} from '../requests/redact.ts'
import {routeOf} from '../requests/route-of.ts'
import type {AttemptView, RequestView} from './requests.ts'

/** What all requests of one look have in common. */
export interface Showing {
  readonly names: Names
  readonly redact: Redact
}

/** Made by the thousand when somebody looks, so it holds nothing of its own: what is read is decoded then. */
class RecordedRequest implements RequestView {
  readonly #record: RequestRecord
  readonly #showing: Showing
  /** kept, since whoever counts by route reads it of every request again and again */
  #route: string | undefined

  constructor(record: RequestRecord, showing: Showing) {
    this.#record = record
    this.#showing = showing
  }

  get id(): RequestView['id'] {
    return this.#record.id
  }

  get at(): RequestView['at'] {
    return this.#record.at
  }

  get duration(): RequestView['duration'] {
    return this.#record.duration
  }

  get responded(): RequestView['responded'] {
    return this.#record.responded
  }

  get method(): RequestView['method'] {
    return this.#record.method
  }

  get target(): RequestView['target'] {
    return this.#record.target
  }

  get minor(): RequestView['minor'] {
    return this.#record.minor
  }

  get status(): RequestView['status'] {
    return this.#record.status
  }

  get fault(): RequestView['fault'] {
    return this.#record.fault
  }

  get detail(): RequestView['detail'] {
    return this.#record.detail
  }

  get refusal(): RequestView['refusal'] {
    return this.#record.refusal
  }

  get attemptCount(): RequestView['attemptCount'] {
    return this.#record.attemptCount
  }

  get bytesIn(): RequestView['bytesIn'] {
    return this.#record.bytesIn
  }

  get bytesOut(): RequestView['bytesOut'] {
    return this.#record.bytesOut
  }

  get clientAddress(): RequestView['clientAddress'] {
    return this.#record.clientAddress
  }

  get clientPort(): RequestView['clientPort'] {
    return this.#record.clientPort
  }

  get connection(): RequestView['connection'] {
    return this.#record.connection
  }

  get requestOnConnection(): RequestView['requestOnConnection'] {
    return this.#record.requestOnConnection
  }

  get tls(): RequestView['tls'] {
    return this.#record.tls
  }

  get upgraded(): RequestView['upgraded'] {
    return this.#record.upgraded
  }

  get sticky(): RequestView['sticky'] {
    return this.#record.sticky
  }

  get onPurpose(): RequestView['onPurpose'] {
    return this.#record.onPurpose
  }

  get broken(): RequestView['broken'] {
    return this.#record.broken
  }

  get candidates(): RequestView['candidates'] {
    return this.#record.candidates
  }

  get queued(): RequestView['queued'] {
    return this.#record.queued
  }

  get requestHeadLength(): RequestView['requestHeadLength'] {
    return this.#record.requestHeadLength
  }

  get responseHeadLength(): RequestView['responseHeadLength'] {
    return this.#record.responseHeadLength
  }

  get host(): string {
    return hostOf(this.#record.requestHead, this.#record.target)
  }

  get route(): string {
    this.#route ??= routeOf(this.#record.target)
    return this.#route
  }

  get service(): RequestView['service'] {
    return this.#showing.names.serviceName(this.#record.service)
  }

  get splitFrom(): RequestView['splitFrom'] {
    const {routed, service} = this.#record
    return routed === service ? undefined : this.#showing.names.serviceName(routed)
  }

  get strategy(): RequestView['strategy'] {
    return this.service === undefined ? undefined : strategyNames[this.#record.strategy]
  }

  get attempts(): readonly AttemptView[] {
    return attemptViews(this.#record, this.#showing.names)
  }

  get problem(): boolean {
    const {fault, status, attemptCount} = this.#record
    return fault !== undefined || status >= 500 || attemptCount > 1
  }

  get requestId(): string | undefined {
    const {made, requestHead} = this.#record
    return hasMade(made, Made.REQUEST_ID)
      ? idText(this.#showing.names.idPrefix, made)
      : fieldOf(requestHead, 'x-request-id')
  }

  get traceId(): string | undefined {
    const {made, requestHead} = this.#record
    return hasMade(made, Made.TRACE)
      ? idText(this.#showing.names.idPrefix, made)
      : traceIdOf(fieldOf(requestHead, 'traceparent'))
  }

  get requestHead(): string {
    return this.#showing.redact(this.#record.requestHead)
  }

  get responseHead(): string {
    return this.#showing.redact(this.#record.responseHead)
  }
}

export function requestView(record: RequestRecord, showing: Showing): RequestView {
  return new RecordedRequest(record, showing)
}

function attemptViews({service, attempts}: RequestRecord, names: Names): readonly AttemptView[] {
  return attempts.map(({instance, fault, status, started, connected, ended, uses}) => {
    return {instance: names.instanceKey(service, instance), fault, status, started, connected, ended, uses}
  })
}
