/** One request and its response: judged, routed, attempted, answered, and counted exactly once. */
import {performance} from 'node:perf_hooks'
import type {AttemptResult, PickRequest} from '../balancing/strategy.ts'
import type {RateLimit} from '../config/config.ts'
import {type FaultCode, faultIndex, faults} from '../faults.ts'
import {hostOf as hostNameOf} from '../http1/authority.ts'
import {Field, type FieldKind} from '../http1/fields.ts'
import {fieldValue} from '../http1/find-field.ts'
import {combined, forwardedRequest, upgradeOf} from '../http1/forward.ts'
import {Framing} from '../http1/framing.ts'
import {MalformedMessage} from '../http1/malformed.ts'
import type {RequestHead} from '../http1/request-head.ts'
import type {ResponseHead} from '../http1/response-head.ts'
import type {Lane} from '../metrics/lane.ts'
import type {Refusal} from '../recorder/layout.ts'
import {hostOf, requestLineOf} from '../requests/heads.ts'
import {clientAddress} from '../routing/client-address.ts'
import {faultAnswer, optionsAnswer, redirectAnswer} from './answer.ts'
import {FailedAttempts} from './attempts.ts'
import type {CapturedExchange} from './capture.ts'
import type {ClientConnection} from './client-connection.ts'
import {ClientResponse} from './client-response.ts'
import {HTTPS_PORT} from './entrance.ts'
import type {Instance} from './instance.ts'
import type {Struck} from './made-faults.ts'
import type {InFlight} from './messages.ts'
import {isLoop} from './own-fields.ts'
import {eventBatch} from './poll.ts'
import {limitedAs} from './rate-table.ts'
import {RequestBody} from './request-body.ts'
import type {Waiter} from './request-queue.ts'
import {isTooLateForStale} from './retry.ts'
import {sideOf} from './router.ts'
import type {Service} from './service.ts'
import {earlySubject, finishedSubject} from './subjects.ts'
import {Trace} from './trace.ts'
import {TroubledUser} from './troubled-user.ts'
import {isOffered, type OpenTunnel, openTunnel} from './tunnel.ts'
import type {UpstreamConnection, UpstreamUser} from './upstream-connection.ts'
import type {WorkerContext} from './worker-context.ts'
import {hasUnsent, write} from './write.ts'

const NOTHING: Buffer[] = []
const NO_FIELDS: readonly FieldKind[] = []

/** Whether what was wrong with a message may be told to the client: a parser's words are, a system's are not. */
function isTold(fault: FaultCode): boolean {
  return fault === 'REQUEST_MALFORMED' || fault === 'RESPONSE_MALFORMED'
}

/** After this answer another instance is to be asked. */
function isListed({config}: Instance, status: number): boolean {
  return config.retry.statuses?.includes(status) === true
}

// Longer than our files are: this is the one place where both sides of a request meet, and splitting it would only
// spread its state. Framing, retries, bodies, answers and tunnels have files of their own.
export class Exchange implements UpstreamUser, PickRequest, Waiter {
  readonly method: string
  readonly minor: number
  readonly #client: ClientConnection
  readonly #context: WorkerContext
  readonly #trace: Trace
  readonly #response: ClientResponse
  readonly #accept: string
  readonly #upgrade: string
  /** the client has been told nothing yet, and may wait for it before it sends its body */
  #expectsContinue: boolean
  readonly #body: RequestBody | undefined
  #lane: Lane
  #service: Service | undefined
  #requestHead = ''
  /** of an answer that the proxy makes itself: an instance has not sent them */
  #ownBytes = 0
  /** its pieces come with the chunked coding */
  #answerChunked = false
  /** nothing said so far ends the client's connection after this exchange */
  #persistent: boolean
  #ended = false

  #upstream: UpstreamConnection | undefined
  #instance: Instance | undefined
  /** the head has been written to the connection of this attempt */
  #sent = false
  #failed: FailedAttempts | undefined
  /** undefined, as nearly always: no bodies are kept of this request */
  #captured: CapturedExchange | undefined
  #tunnel: OpenTunnel | undefined
  /** the last byte in either direction, on the coarse clock */
  #movedAt: number
  #backoff: NodeJS.Timeout | undefined

  /** `head` is read, not kept: it belongs to the parser. */
  constructor(client: ClientConnection, head: RequestHead, context: WorkerContext) {
    this.#client = client
    this.#context = context
    this.#lane = context.lane
    client.askedFor = clientAddress(client.peer.address, head.fields, context.trusted)
    this.method = head.method
    this.minor = head.minor
    this.#persistent = head.persistent
    this.#accept = combined(head.fields, Field.ACCEPT)
    this.#upgrade = upgradeOf(head)
    this.#expectsContinue = head.expectsContinue
    this.#trace = new Trace(head, client.requests)
    this.#movedAt = this.#trace.startedAt
    this.#body = head.framing === Framing.NONE ? undefined : new RequestBody(head)
    this.#response = new ClientResponse(client, head.minor, context.pseudonym)
  }

  /** Of the client, behind trusted proxies if there are any. Kept by the connection, which has one request at a time. */
  get address(): string {
    return this.#client.askedFor
  }

  /** as it came */
  get head(): string {
    return this.#trace.asked
  }

  field(name: string): string | undefined {
    return fieldValue(this.#trace.asked, name)
  }

  /** Whether bytes from the client still belong to this request. */
  get wantsBody(): boolean {
    return this.#body !== undefined && !this.#body.complete
  }

  get holdsBytes(): boolean {
    return this.#client.socket.writableLength > 0
  }

  /** Whether the client has been sent anything of a final response. */
  get responseStarted(): boolean {
    return this.#response.started
  }

  /**
   * Decides what becomes of the request. What of its body came with the head lies in piece[from..); gives the offset
   * after the last byte of it.
   */
  begin(head: RequestHead, piece: Buffer, from: number): number {
    let service = this.#context.router.serviceFor(head)
    if (service?.split !== undefined) {
      this.#trace.routed = service.number
      service = sideOf(service, this.address)
    }
    if (service !== undefined) this.#lane = service.lane
    this.#service = service
    this.#lane.start()
    const {capture} = this.#context
    if (capture !== undefined)
      this.#captured = capture.begin(earlySubject(this.#trace.asked, service, this.#client.peer.address))
    // The body first: what is here of it then goes out in one write with the head.
    const end = from < piece.length ? this.takeBody(piece, from) : from
    if (!this.#ended) this.#route(head)
    return end
  }

  #route(head: RequestHead): void {
    // RFC 9931: who asks for a tunnel may have sent its first bytes, and they must not be read as requests.
    if (head.method === 'CONNECT') this.#persistent = false
    const {rateLimit} = this.#context
    if (rateLimit !== undefined && this.#isTooOften(0, rateLimit)) return
    if (this.#service?.rateLimit !== undefined) {
      if (this.#isTooOften(this.#service.number + 1, this.#service.rateLimit)) return
    }
    if (head.method === 'CONNECT') return this.fail('METHOD_REFUSED')
    if (head.method === 'TRACE' && !this.#context.forwardsTrace) return this.fail('METHOD_REFUSED')
    if (isLoop(head, this.#context.pseudonym)) return this.fail('LOOP')
    if (this.#service === undefined) return this.fail(this.#context.router.refusal(head))
    if (this.#client.peer.entrance.redirectPort !== undefined)
      return this.#redirect(head, this.#client.peer.entrance.redirectPort)
    if (this.#client.peer.isMisdirected(head)) return this.fail('MISDIRECTED')
    let own = this.#client.peer.forwardingLines(head)
    let replaced = NO_FIELDS
    const {ids} = this.#context
    if (ids !== undefined) {
      this.#trace.made = ids.name(head, this.#client.peer.trusted)
      own += ids.lines
      replaced = ids.replaced
    }
    if (head.method === 'OPTIONS' && head.fields.has(Field.MAX_FORWARDS))
      return this.#countHops(head, own, replaced)
    this.#requestHead = forwardedRequest(head, own, replaced)
    this.#attempt()
  }

  /** Tells a client that has used up what it may, and gives whether it has. */
  #isTooOften(scope: number, limit: RateLimit): boolean {
    const waitMs = this.#context.rates.take(scope, limitedAs(this.address), limit)
    if (waitMs === 0) return false
    this.fail('RATE_LIMITED', '', 429, Math.ceil(waitMs / 1000))
    return true
  }

  /** RFC 9110 §7.6.2: Max-Forwards is counted down by each that forwards, and answered by whoever is given none. */
  #countHops(head: RequestHead, own: string, replaced: readonly FieldKind[]): void {
    const hops = combined(head.fields, Field.MAX_FORWARDS)
    if (/^0+$/.test(hops)) return this.#answerOptions()
    this.#requestHead = /^\d{1,9}$/.test(hops)
      ? forwardedRequest(head, `${own}Max-Forwards: ${Number(hops) - 1}\r\n`, [
          ...replaced,
          Field.MAX_FORWARDS,
        ])
      : forwardedRequest(head, own, replaced)
    this.#attempt()
  }

  /** Takes the client's bytes piece[from..) as request body; gives the offset after the last one that is. */
  takeBody(piece: Buffer, from: number): number {
    const body = this.#body
    if (body === undefined) return from
    const pieces: Buffer[] = []
    let end = from
    try {
      end = body.read(piece, from, pieces)
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error
      this.#persistent = false
      this.fail('REQUEST_MALFORMED', error.message, error.status)
      return piece.length
    }
    if (body.complete && this.#requestHead !== '') body.completedAt = this.#context.deadlines.now
    this.#trace.bytesIn += end - from
    if (this.#captured !== undefined) this.#captured.requestPieces(pieces, body.chunked)
    const upstream = this.#upstream
    if (upstream === undefined || !this.#sent) {
      if (body.isFull(this.#context.limits.replay)) this.#client.pause()
      return end
    }
    if (upstream.socket.deaf) {
      body.sent(this.#context.limits.replay)
      return end
    }
    upstream.continues()
    if (!write(upstream, '', pieces) && this.wantsBody) this.#client.pause()
    body.sent(this.#context.limits.replay)
    this.#setDeadline(upstream)
    return end
  }

  upstreamConnected(): void {
    const upstream = this.#upstream
    if (upstream === undefined) return
    this.#sent = true
    this.#trace.connected(upstream.uses)
    const body = this.#body
    if (body === undefined) write(upstream, this.#requestHead, NOTHING)
    else {
      const more = write(upstream, this.#requestHead, body.soFar)
      if (upstream.waiting === '') upstream.writtenIn = eventBatch()
      body.sent(this.#context.limits.replay)
      if (more || !this.wantsBody) this.#client.resume()
      else this.#client.pause()
    }
    this.#setDeadline(upstream)
  }

  upstreamDrained(): void {
    this.#client.resume()
    if (this.#upstream !== undefined) this.#setDeadline(this.#upstream)
  }

  upstreamDeafened(): void {
    // What the client still sends is read and thrown away, so that it comes to read its answer.
    this.#client.resume()
  }

  upstreamInterim(head: ResponseHead): void {
    this.#response.interim(head)
    // From here on it is the client that is waited for.
    if (head.status === 100) this.#expectsContinue = false
    if (this.#upstream !== undefined) this.#setDeadline(this.#upstream)
  }

  upstreamResponded(head: ResponseHead, pieces: Buffer[], done: boolean): void {
    this.#instance?.answered(head.status)
    const instance = this.#instance
    if (instance !== undefined && isListed(instance, head.status)) {
      if (this.#answeredElsewhere(instance, head.status, done)) return
    }
    if (this.#failed?.retrying === true) this.#retryEnded(this.#failed)
    // A client that is still sending cannot be kept in step once it has its answer.
    const keep = this.#persistent && !this.wantsBody && !this.#context.draining
    const text = this.#response.head(head, keep, this.#cookieLine(head.status))
    this.#trace.responded(head.text)
    this.#learn(head.status >= 500 ? 'failed' : 'answered')
    this.#answerChunked = head.framing === Framing.CHUNKED && this.minor === 1
    this.#persistent = keep && !this.#response.closeDelimited
    this.#pass(text, pieces, done)
  }

  upstreamBody(pieces: Buffer[], done: boolean): void {
    this.#pass('', pieces, done)
  }

  upstreamSwitched(head: ResponseHead, rest: Buffer): void {
    const upstream = this.#upstream
    if (upstream === undefined) return
    const protocols = upgradeOf(head)
    if (this.wantsBody || !isOffered(this.#upgrade, protocols))
      return this.upstreamFailed('UNASKED_SWITCH', '')
    this.#instance?.answered(101)
    this.#response.pass(this.#response.switching(head, protocols, this.#cookieLine(101)), NOTHING, false)
    this.#trace.responded(head.text)
    this.#upstream = undefined
    const {socket, pending} = this.#client.release()
    this.#tunnel = openTunnel({
      client: socket,
      server: upstream.release(),
      early: pending,
      rest,
      idleMs: this.#timeouts().tunnelIdleMs,
      deadlines: this.#context.deadlines,
      mistaken: error => this.#client.mistaken(error),
      ended: (fault, up, down) => {
        this.#trace.bytesIn += up
        this.#response.bytes += down
        if (fault !== undefined) this.#lane.fault(faultIndex(fault))
        this.#finish(101, false, fault)
        this.#client.tunnelEnded()
      },
    })
  }

  upstreamFailed(found: FaultCode, detail: string): void {
    const instance = this.#instance
    const elapsedMs = performance.now() - this.#trace.attemptStartedAt
    const fault = isTooLateForStale(found, elapsedMs, this.#upstream?.openedInMs) ? 'RESET' : found
    // The instance closed a kept connection in the same turn: its end was read before the request was written.
    const unsent = this.#upstream?.waiting.startsWith(this.#requestHead) === true
    this.#dropUpstream()
    if (this.#ended || instance === undefined) return
    instance.lane.fault(faultIndex(fault))
    if (faults[fault].blame === 'upstream' && fault !== 'STALE_CONNECTION') this.#learn('failed')
    instance.failed(fault)
    if (faults[fault].phase === 'connect' && faults[fault].blame === 'upstream')
      instance.reportConnectFailure(fault)
    const refusal = this.#refusal(fault, instance, unsent)
    if (refusal === undefined) return this.#retry(instance, fault, faults[fault].status)
    this.#trace.refused(refusal)
    this.fail(fault, detail)
  }

  /** An answer with a status that the policy lists: gives whether another attempt is made instead of passing it on. */
  #answeredElsewhere(instance: Instance, status: number, done: boolean): boolean {
    const refusal = this.#refusal('STATUS_LISTED', instance)
    if (refusal !== undefined) {
      this.#trace.refused(refusal)
      return false
    }
    instance.lane.fault(faultIndex('STATUS_LISTED'))
    if (done) this.#letGo()
    else this.#dropUpstream()
    this.#retry(instance, 'STATUS_LISTED', status)
    return true
  }

  #refusal(fault: FaultCode, instance: Instance, unsent = false): Refusal | undefined {
    const service = this.#service
    if (service === undefined) return 'spent'
    this.#failed ??= new FailedAttempts()
    return this.#failed.refusal(fault, instance, {
      service,
      method: this.method,
      unsent,
      responseStarted: this.#response.started,
      bodyKept: this.#body === undefined || this.#body.kept,
      elapsedMs: performance.now() - this.#arrivedAt(),
    })
  }

  #retry(instance: Instance, fault: FaultCode, status: number): void {
    this.#trace.attemptFailed(instance, fault, status)
    this.#finishAttempt(status, true)
    instance.lane.retried()
    if (this.#failed !== undefined) {
      if (this.#failed.retrying) this.#retryEnded(this.#failed)
      this.#failed.retrying = true
    }
    this.#lane.retried()
    this.#attempt()
  }

  #retryEnded(failed: FailedAttempts): void {
    failed.retrying = false
    this.#lane.retryEnded()
  }

  /** When all of the request was here; Infinity: the client is still sending. */
  #arrivedAt(): number {
    const body = this.#body
    if (body === undefined) return this.#trace.startedAt
    return body.complete ? (body.completedAt ?? this.#trace.startedAt) : Number.POSITIVE_INFINITY
  }

  /** No attempt may outlast the time that the policy gives to all of them. */
  #boundByTotal(upstream: UpstreamConnection): void {
    const totalMs = this.#instance?.config.retry.totalMs
    if (totalMs !== undefined) upstream.deadline = Math.min(upstream.deadline, this.#arrivedAt() + totalMs)
  }

  upstreamExpired(): void {
    if (this.#response.started) {
      if (this.#response.blocked) this.fail('CLIENT_STALLED')
      else this.upstreamFailed('BODY_TIMEOUT', '')
    } else if (!this.#sent) this.upstreamFailed('CONNECT_TIMEOUT', '')
    else if ((this.#upstream?.socket.writableLength ?? 0) > 0) this.upstreamFailed('SEND_TIMEOUT', '')
    else if (!this.wantsBody || this.#awaitsContinue()) this.upstreamFailed('RESPONSE_TIMEOUT', '')
    else this.fail('REQUEST_BODY_TIMEOUT')
  }

  upstreamMistaken(error: unknown): void {
    this.#client.mistaken(error)
  }

  /** Lets go of everything without an answer: what should have ended the exchange has itself gone wrong. */
  abandon(): void {
    this.#dropUpstream()
    if (this.#ended) return
    this.#ended = true
    if (this.#failed?.retrying === true) this.#retryEnded(this.#failed)
    this.#leaveQueue()
    this.#finishAttempt(0, false)
    this.#lane.finish(0, -1, this.#trace.bytesIn, this.#response.bytes)
  }

  /** The client reads again. */
  clientDrained(): void {
    if (!this.#response.blocked) return
    this.#response.blocked = false
    const upstream = this.#upstream
    if (upstream === undefined) return
    this.#setDeadline(upstream)
    upstream.socket.resume()
  }

  /** The client left; in which phase says what is recorded. */
  clientGone(): void {
    if (this.wantsBody) this.fail('REQUEST_ABANDONED')
    else if (this.#response.started) this.fail('RESPONSE_ABANDONED')
    else {
      this.#learn('abandoned')
      this.fail('CLIENT_CLOSED')
    }
  }

  /** The operator wants nothing in flight on this instance any more. */
  cutOn(instance: Instance): void {
    if (this.#instance !== instance) return
    if (this.#tunnel === undefined)
      this.upstreamFailed(this.#sent ? 'INSTANCE_CUT' : 'INSTANCE_CUT_EARLY', '')
    else this.#tunnel.end('INSTANCE_CUT')
  }

  /** Ends the exchange with a fault. The client gets an answer if it has nothing yet, else a broken connection. */
  fail(
    fault: FaultCode,
    detail = '',
    status: number = faults[fault].status,
    retryAfterSeconds?: number,
  ): void {
    if (this.#ended) return
    this.#dropUpstream()
    this.#lane.fault(faultIndex(fault))
    if (this.#response.started || status === 499) {
      this.#finish(status === 499 ? 0 : status, status !== 499, fault, detail)
      return this.#client.abort(this.#response.closeDelimited)
    }
    const close = !this.#persistent || this.wantsBody || this.#context.draining
    const context = {accept: this.#accept, method: this.method, close, minor: this.minor, retryAfterSeconds}
    const answer = faultAnswer(fault, context, isTold(fault) ? detail : '', status)
    this.#ownBytes = answer.length
    this.#finish(status, true, fault, detail)
    this.#client.write(answer, NOTHING)
    this.#client.exchangeEnded(!close)
  }

  #attempt(): void {
    const service = this.#service
    if (service === undefined) return
    if (service.limited) return this.#attemptWithin(service)
    if (this.#failed === undefined) return this.#connect(service.choose(this, service.selectable))
    const {candidates, waitMs} = this.#failed.next(service)
    if (waitMs === 0) return this.#connect(service.choose(this, candidates, this.#failed))
    this.#backoff = setTimeout(() => this.#tryAgain(service), waitMs)
  }

  /** As far as the instances have room; behind those that came before. */
  #attemptWithin(service: Service): void {
    const waitMs = this.#failed?.next(service).waitMs ?? 0
    if (waitMs > 0) this.#backoff = setTimeout(() => this.#tryAgain(service), waitMs)
    else this.#takeRoom(service)
  }

  #takeRoom(service: Service): void {
    this.#backoff = undefined
    const waitsForOthers = this.#failed?.hasUntried(service) === true
    const hasRoom = waitsForOthers ? this.hasRoom : service.hasRoom
    if (hasRoom && service.queue.isEmpty) this.#connectWithin(service)
    else if (!service.queue.enter(this, waitsForOthers)) this.fail('QUEUE_FULL')
  }

  /** Of those that it has not tried. */
  get hasRoom(): boolean {
    const service = this.#service
    if (service === undefined) return true
    const candidates = this.#failed?.next(service).candidates ?? service.selectable
    return candidates.length === 0 || candidates.some(instance => instance.hasRoom)
  }

  #connectWithin(service: Service): void {
    const candidates = this.#failed?.next(service).candidates ?? service.selectable
    this.#connect(service.choose(this, service.withRoom(candidates), this.#failed))
  }

  proceed(): void {
    try {
      if (performance.now() >= this.waitsUntil) return this.queueTimedOut()
      this.#leaveQueue()
      if (this.#service !== undefined) this.#connectWithin(this.#service)
    } catch (error) {
      this.#client.mistaken(error)
    }
  }

  /** What the policy gives to all attempts is the bound of a wait as well. */
  get waitsUntil(): number {
    const totalMs = this.#failed?.totalMs ?? this.#service?.totalMs ?? Number.POSITIVE_INFINITY
    return this.#arrivedAt() + totalMs
  }

  queueTimedOut(): void {
    try {
      if (performance.now() >= this.waitsUntil) this.#trace.refused('total-time')
      this.fail('QUEUE_TIMEOUT')
    } catch (error) {
      this.#client.mistaken(error)
    }
  }

  #leaveQueue(): void {
    this.#trace.queuedMs += this.#service?.queue.leave(this) ?? 0
  }

  #tryAgain(service: Service): void {
    try {
      if (service.limited) return this.#takeRoom(service)
      this.#connect(service.choose(this, service.selectable, this.#failed))
    } catch (error) {
      this.#client.mistaken(error)
    }
  }

  #connect(instance: Instance | undefined): void {
    this.#backoff = undefined
    if (this.#ended) return
    if (this.#service !== undefined) this.#trace.picked(this.#service)
    if (instance === undefined) return this.fail('NO_INSTANCE')
    this.#instance = instance
    this.#trace.attempt()
    this.#sent = false
    instance.lane.start()
    const struck = instance.made?.strike(this.#trace.asked)
    if (struck !== undefined && this.#isAnsweredBy(struck, instance)) return
    const upstream = instance.connection(this.#failed?.fresh === true, this.method)
    this.#upstream = upstream
    const user = struck === undefined ? this : this.#troubled(upstream, struck)
    upstream.assign(user)
    if (upstream.connected) return user.upstreamConnected()
    const {connectMs} = this.#timeouts()
    upstream.deadline =
      this.#trace.attemptStartedAt + Math.min(connectMs, instance.config.retry.attemptMs ?? connectMs)
    this.#boundByTotal(upstream)
  }

  /** A fault on purpose that lets nothing get to the instance. */
  #isAnsweredBy({action}: Struck, instance: Instance): boolean {
    this.#trace.onPurpose = true
    if (action?.does === 'refuse') this.upstreamFailed('CONNECT_REFUSED', 'made on purpose')
    else if (action?.does === 'status') {
      const {status} = action
      instance.answered(status)
      if (isListed(instance, status) && this.#answeredElsewhere(instance, status, true)) return true
      instance.lane.fault(faultIndex('MADE_ON_PURPOSE'))
      this.#learn(status >= 500 ? 'failed' : 'answered')
      this.fail('MADE_ON_PURPOSE', '', status)
    } else return false
    return true
  }

  #troubled(upstream: UpstreamConnection, struck: Struck): UpstreamUser {
    return new TroubledUser(this, upstream, struck, this.#timeouts().bodyIdleMs)
  }

  /** It has ended, whatever may still come of an attempt. */
  get isOver(): boolean {
    return this.#ended
  }

  /** Passes a part of the response on, and ends the exchange with its last part. */
  #pass(head: string, pieces: Buffer[], done: boolean): void {
    if (this.#captured !== undefined) this.#captured.responsePieces(pieces, this.#answerChunked)
    const more = this.#response.pass(head, pieces, done)
    if (done) return this.#complete()
    const upstream = this.#upstream
    if (upstream === undefined) return
    this.#setDeadline(upstream)
    if (more) return
    this.#response.blocked = true
    upstream.socket.pause()
  }

  /** The response is whole. */
  #complete(): void {
    this.#letGo()
    this.#finish(this.#response.status, true)
    this.#client.exchangeEnded(this.#persistent && !this.wantsBody)
  }

  /** The response has been read to its end: the connection may serve another exchange. */
  #letGo(): void {
    const upstream = this.#upstream
    this.#upstream = undefined
    if (upstream === undefined) return
    // Bytes of this request that are still to be sent mean that it was answered before it was read.
    if (upstream.reusable && !this.wantsBody && !hasUnsent(upstream)) upstream.instance.keep(upstream)
    else upstream.destroy()
  }

  #answerOptions(): void {
    const close = !this.#persistent || this.wantsBody || this.#context.draining
    const answer = optionsAnswer({accept: '', method: this.method, close, minor: this.minor})
    this.#ownBytes = answer.length
    this.#finish(200, true)
    this.#client.write(answer, NOTHING)
    this.#client.exchangeEnded(!close)
  }

  /** Sends the client to the same place over TLS; what it has of a body is not read. */
  #redirect(head: RequestHead, port: number): void {
    const host = hostNameOf(head.authority) + (port === HTTPS_PORT ? '' : `:${port}`)
    const location = `https://${host}${head.target === '*' ? '' : head.target}`
    const close = !this.#persistent || this.wantsBody || this.#context.draining
    const answer = redirectAnswer({accept: '', method: this.method, close, minor: this.minor}, location)
    this.#ownBytes = answer.length
    this.#finish(308, true)
    this.#client.write(answer, NOTHING)
    this.#client.exchangeEnded(!close)
  }

  /** While bodies move, silence is counted from the last piece; between request and response, for the answer. */
  #setDeadline(upstream: UpstreamConnection): void {
    const {deadlines} = this.#context
    this.#movedAt = deadlines.now
    if (this.#response.started || (this.wantsBody && !this.#awaitsContinue())) {
      upstream.deadline = deadlines.after(this.#timeouts().bodyIdleMs)
    } else {
      if (this.#body === undefined) upstream.deadline = this.#trace.attemptStartedAt + this.#responseHeadMs()
      else upstream.deadline = deadlines.after(this.#responseHeadMs())
      this.#boundByTotal(upstream)
    }
  }

  #responseHeadMs(): number {
    return this.#instance?.config.retry.attemptMs ?? this.#timeouts().responseHeadMs
  }

  #awaitsContinue(): boolean {
    return this.#expectsContinue && this.#body !== undefined && !this.#body.begun
  }

  #timeouts() {
    return this.#service === undefined ? this.#context.timeouts : this.#service.config.timeouts
  }

  #dropUpstream(): void {
    clearTimeout(this.#backoff)
    this.#upstream?.destroy()
    this.#upstream = undefined
    this.#sent = false
  }

  /** Binds the client to the instance that answers; an error binds nobody. */
  #cookieLine(status: number): string {
    const sticky = this.#service?.sticky
    if (sticky === undefined || this.#instance === undefined || status >= 500) return ''
    return sticky.lineFor(this.#instance, this.head, this.#client.peer.cameSecurely(this))
  }

  /** For a strategy that goes by how instances answer. */
  #learn(result: AttemptResult): void {
    const learn = this.#service?.learn
    if (learn === undefined || this.#instance === undefined) return
    learn(this.#instance, performance.now() - this.#trace.attemptStartedAt, result)
  }

  /** `timed`: how long it took says something about the instance. */
  #finishAttempt(status: number, timed: boolean, now = performance.now()): void {
    const instance = this.#instance
    if (instance === undefined) return
    this.#instance = undefined
    const micros = timed ? (now - this.#trace.attemptStartedAt) * 1000 : -1
    instance.lane.finish(status, micros, this.#trace.bytesIn, this.#response.bytes)
    if (this.#service?.limited === true) this.#service.queue.serve()
  }

  #finish(status: number, timed: boolean, fault?: FaultCode, detail = ''): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#failed?.retrying === true) this.#retryEnded(this.#failed)
    if (this.#service?.limited === true) this.#leaveQueue()
    const now = performance.now()
    try {
      this.#record(now, status, fault, detail)
    } finally {
      this.#finishAttempt(status, timed, now)
      const micros = timed ? (now - this.#trace.startedAt) * 1000 : -1
      this.#lane.finish(status, micros, this.#trace.bytesIn, this.#response.bytes + this.#ownBytes)
    }
  }

  #record(endedAt: number, status: number, fault: FaultCode | undefined, detail: string): void {
    const service = this.#service
    const facts = this.#trace.facts({
      endedAt,
      status,
      fault,
      detail,
      service,
      instance: this.#instance,
      answered: this.#response.status,
      bytesOut: this.#response.bytes + this.#ownBytes,
      bodyGone: this.#body !== undefined && !this.#body.kept,
    })
    const sequence = this.#client.record(facts)
    const captured = this.#captured
    if (captured === undefined) return
    const id = `${this.#context.index}.${sequence}`
    captured.end(
      sequence,
      finishedSubject(captured.early, facts, service, id, this.#context.ids?.prefix ?? ''),
    )
  }

  /** What can be seen of it while it is not over. */
  inFlight(id: string, now: number): InFlight {
    const [, target] = requestLineOf(this.#trace.asked)
    const tunnel = this.#tunnel
    return {
      id,
      at: performance.timeOrigin + this.#trace.startedAt,
      method: this.method,
      target,
      host: hostOf(this.#trace.asked, target),
      service: this.#service?.config.name,
      instance: this.#instance?.config.key ?? '',
      attempts: (this.#trace.earlier?.length ?? 0) + (this.#instance === undefined ? 0 : 1),
      phase: this.#phase(),
      bytesIn: this.#trace.bytesIn + (tunnel?.bytesUp ?? 0),
      bytesOut: this.#response.bytes + (tunnel?.bytesDown ?? 0),
      idle: tunnel?.idleMs(now) ?? Math.max(0, now - this.#movedAt),
    }
  }

  #phase(): InFlight['phase'] {
    if (this.#tunnel !== undefined) return 'tunnel'
    if (this.#backoff !== undefined) return 'backoff'
    if (this.#service?.queue.has(this) === true) return 'queue'
    if (!this.#sent) return 'connect'
    if (this.#response.started) return 'body'
    return this.wantsBody || (this.#upstream?.socket.writableLength ?? 0) > 0 ? 'send' : 'wait'
  }
}
