/** What an exchange remembers of itself while it runs: times, attempts and heads, told to the record when it is over. */
import {performance} from 'node:perf_hooks'
import {type FaultCode, faultIndex, faults} from '../faults.ts'
import type {RequestHead} from '../http1/request-head.ts'
import {type AttemptFacts, FinishedRequest} from '../recorder/facts.ts'
import {Flag, type Refusal, refusals} from '../recorder/layout.ts'
import type {Instance} from './instance.ts'
import type {Service} from './service.ts'

// Filled anew for every request of this worker and read before the next: no allocation a request.
const facts = new FinishedRequest()

/** How an exchange ended. */
export interface Ending {
  readonly endedAt: number
  /** as it is counted: 0 where nobody was there to get one */
  readonly status: number
  readonly fault: FaultCode | undefined
  readonly detail: string
  readonly service: Service | undefined
  /** of the attempt under way; undefined when there was none */
  readonly instance: Instance | undefined
  /** of the response that the client got from an instance; 0: none */
  readonly answered: number
  readonly bytesOut: number
  /** the request could not have been sent once more: too much of its body had been let go */
  readonly bodyGone: boolean
}

/** Times on the clock of `performance.now()`. */
export class Trace {
  readonly startedAt = performance.now()
  /** the head as it came */
  readonly asked: string
  bytesIn: number
  /** number of the service whose rules the request met, where that one gives a part of its requests away; -1: none */
  routed = -1
  /** ids that were made for it: see `Made` */
  made = 0
  /** a fault that was made on purpose has met it */
  onPurpose = false
  attemptStartedAt = 0
  /** ms that it waited for an instance with room */
  queuedMs = 0
  /** attempts before the one under way */
  earlier: AttemptFacts[] | undefined
  readonly #minor: number
  readonly #requestOnConnection: number
  #answered = ''
  #connectedAt = -1
  #respondedAt = -1
  #candidates = 0
  #selection = 0
  #uses = 0
  #refusal = 0

  constructor(head: RequestHead, requestOnConnection: number) {
    this.asked = head.text
    this.bytesIn = head.text.length
    this.#minor = head.minor
    this.#requestOnConnection = requestOnConnection
  }

  /** Among those of the service that can be picked, of which there may be none. */
  picked({selectable, selection}: Service): void {
    this.#candidates = selectable.length
    this.#selection = selection
  }

  attempt(): void {
    const isFirst = this.earlier === undefined && this.queuedMs === 0
    this.attemptStartedAt = isFirst ? this.startedAt : performance.now()
    this.#connectedAt = -1
    this.#uses = 1
  }

  /** There is a connection, in its how manieth use, and the request is sent on it. */
  connected(uses: number): void {
    this.#uses = uses
    this.#connectedAt = uses > 1 ? this.attemptStartedAt : performance.now()
  }

  responded(head: string): void {
    this.#respondedAt = performance.now()
    this.#answered = head
  }

  /** The attempt under way has failed, and another one follows. */
  attemptFailed(instance: Instance, fault: FaultCode, status: number): void {
    this.earlier ??= []
    this.earlier.push({
      instance: instance.number,
      fault: faultIndex(fault) + 1,
      status,
      startedAt: this.attemptStartedAt,
      connectedAt: this.#connectedAt,
      endedAt: performance.now(),
      uses: this.#uses,
      selection: this.#selection,
    })
  }

  /** There was no further attempt, and why. */
  refused(refusal: Refusal): void {
    this.#refusal = refusals.indexOf(refusal) + 1
  }

  /** Everything for the record. The object is filled anew by the next exchange that ends. */
  facts(ending: Ending): FinishedRequest {
    const {status, fault, service, answered} = ending
    facts.startedAt = this.startedAt
    facts.endedAt = ending.endedAt
    facts.respondedAt = this.#respondedAt
    facts.status =
      answered !== 0 ? answered : status === 0 && fault !== undefined ? faults[fault].status : status
    facts.fault = fault === undefined ? 0 : faultIndex(fault) + 1
    facts.service = service === undefined ? 0 : service.number + 1
    facts.routed = this.routed + 1
    facts.strategy = service === undefined ? 0 : service.strategyIndex
    facts.candidates = this.#candidates
    facts.selection = this.#selection
    facts.queued = this.queuedMs
    facts.bytesIn = this.bytesIn
    facts.bytesOut = ending.bytesOut
    facts.minor = this.#minor
    facts.requestOnConnection = this.#requestOnConnection
    facts.refusal = this.#refusal
    facts.flags =
      (answered === 101 ? Flag.UPGRADED : 0) |
      (fault !== undefined && answered !== 0 ? Flag.RESPONSE_BROKEN : 0) |
      (ending.bodyGone ? Flag.BODY_GONE : 0) |
      (isBound(ending, this.asked) ? Flag.STICKY : 0) |
      (this.onPurpose ? Flag.ON_PURPOSE : 0)
    facts.made = this.made
    facts.requestHead = this.asked
    facts.responseHead = this.#answered
    facts.detail = ending.detail
    facts.earlier = this.earlier
    this.#lastAttempt(ending)
    return facts
  }

  #lastAttempt({fault, instance, answered, endedAt}: Ending): void {
    const {last} = facts
    // What may be tried again was the end of an attempt, whoever is to blame.
    const blamed =
      fault !== undefined && (faults[fault].blame === 'upstream' || faults[fault].retry !== 'never')
    last.instance = instance === undefined ? -1 : instance.number
    last.fault = blamed ? faultIndex(fault) + 1 : 0
    last.status = blamed ? faults[fault].status : answered
    last.startedAt = this.attemptStartedAt
    last.connectedAt = this.#connectedAt
    last.endedAt = endedAt
    last.uses = this.#uses
    last.selection = this.#selection
  }
}

/** Whether the client's cookie named the instance. */
function isBound({service, instance}: Ending, head: string): boolean {
  return (
    service?.sticky !== undefined && instance !== undefined && service.sticky.instanceIn(head) === instance
  )
}
