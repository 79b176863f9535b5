/** One client: its requests one after the other, each with an exchange of its own, and the ends that this can come to. */
import type {Socket} from 'node:net'
import type {FaultCode} from '../faults.ts'
import {HeadCollector} from '../http1/head-collector.ts'
import {type MalformedCode, MalformedMessage} from '../http1/malformed.ts'
import {RequestHead, readRequestHead} from '../http1/request-head.ts'
import type {FinishedRequest} from '../recorder/facts.ts'
import {stackOf} from '../thrown.ts'
import {faultAnswer} from './answer.ts'
import {ClientPeer} from './client-peer.ts'
import type {Deadlined} from './deadlines.ts'
import type {Entrance} from './entrance.ts'
import {Exchange} from './exchange.ts'
import type {Instance} from './instance.ts'
import type {InFlight} from './messages.ts'
import {type Reader, readInto} from './read-into.ts'
import {sharedMemory, takeMemory} from './read-memory.ts'
import {type Refused, tellOfRefused} from './refusal.ts'
import type {WorkerContext} from './worker-context.ts'
import {afterWriting, flush, type Sender, write} from './write.ts'

/** Bytes of requests to come that are held while one is under way; then the client has to wait. */
const MAX_PENDING = 65_536
/** What the record keeps of bytes that were refused. */
const MAX_REFUSED_TEXT = 1024
/** How long a client that was told to go may still send: closing at once would lose the answer on its way (RFC 9112 §9.6). */
const LINGER_MS = 2000
/** How long a client that closed its side, but not visibly the other one, is worked for without a byte of response. */
const HALF_CLOSED_MS = 1000

const NOTHING = Buffer.alloc(0)

const State = {OPEN: 0, LINGERING: 1, TUNNEL: 2, CLOSED: 3} as const
type StateKind = (typeof State)[keyof typeof State]

// Filled anew for every request of this worker and read before the next: no allocation a request.
const scratch = new RequestHead()

// Longer than our files are: what may happen to a connection depends on its state, which its parts would have to share.
export class ClientConnection implements Deadlined, Reader, Sender {
  readonly socket: Socket
  readonly peer: ClientPeer
  deadline: number
  deadlineSlot = -1
  waiting = ''
  afterWaiting: (() => void) | undefined = undefined
  writtenIn = -1
  readonly #context: WorkerContext
  readonly #heads = new HeadCollector('request')
  readonly #closed: (connection: ClientConnection) => void
  readonly #number: number
  /** for whom the request under way was sent: the peer, or, behind trusted proxies, the client that they saw */
  askedFor: string
  /** requests so far, the one under way included */
  requests = 0
  #state: StateKind = State.OPEN
  #exchange: Exchange | undefined
  #pending: Buffer | undefined
  #reading = false
  #halfClosed = false
  /** what is being read lies in memory that all share */
  #borrowed = false
  /** the client has said that the request under way is its last one (RFC 9112 §9.6) */
  #saidLast = false

  constructor(
    socket: Socket,
    entrance: Entrance,
    context: WorkerContext,
    closed: (connection: ClientConnection) => void,
  ) {
    this.socket = socket
    this.#context = context
    this.#closed = closed
    this.peer = new ClientPeer(socket, entrance, context)
    this.askedFor = this.peer.address
    this.deadline = context.deadlines.after(context.timeouts.clientHeadMs)
    context.lane.connectionOpened()
    this.#number = ++context.connections
    context.deadlines.add(this)
    if (!readInto(socket, this)) socket.on('data', (piece: Buffer) => this.#contained('data', piece))
    socket.on('drain', () => this.#contained('drain'))
    socket.on('end', () => this.#contained('ended'))
    socket.on('error', () => this.#contained('gone'))
    socket.on('close', () => this.#contained('gone'))
  }

  /** Writes to the client; gives false when it should be waited for. */
  write(head: string, pieces: readonly Buffer[]): boolean {
    return this.#state === State.CLOSED || write(this, head, pieces)
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    if (!this.socket.isPaused()) return
    const {length} = this.#pending ?? NOTHING
    // Requests that wait while nothing is under way wait for the client to take what it has been sent.
    if (length === 0 || (this.#exchange !== undefined && length <= MAX_PENDING)) this.socket.resume()
  }

  /** The request under way, if there is one; the number of a request is that of its connection and its place there. */
  inFlight(now: number): InFlight | undefined {
    if (this.#state === State.CLOSED) return undefined
    return this.#exchange?.inFlight(`${this.#number}.${this.requests}`, now)
  }

  /** Writes what an exchange tells of itself into the record, with what only its connection knows. Gives its number. */
  record(facts: FinishedRequest): number {
    facts.address = this.peer.address
    facts.flags |= this.peer.entrance.flags
    facts.clientPort = this.peer.port
    facts.connection = this.#number
    return this.#context.recorder.record(facts)
  }

  /** The exchange is over, its last byte written. `keep`: both sides are ready for another one. */
  exchangeEnded(keep: boolean): void {
    // It sends nothing more, so a connection that is closed at once has no reason to answer with a reset.
    if (this.#saidLast && this.#pending === undefined && this.#exchange?.wantsBody === false)
      this.#halfClosed = true
    this.#exchange = undefined
    const {draining, patienceMs, crowded, deadlines, timeouts} = this.#context
    if (!keep || (draining && patienceMs === 0) || crowded) return this.#linger()
    this.deadline = deadlines.after(draining ? patienceMs : timeouts.clientIdleMs)
    // Inside of #receive its loop goes on by itself; a recursion here could be as deep as the pipeline is long.
    if (!this.#reading && (this.#pending !== undefined || this.#halfClosed)) this.#contained('data')
    if (this.#state === State.OPEN) this.resume()
  }

  /** Ends the connection so that the client cannot take what it has for a whole message. */
  abort(reset: boolean): void {
    this.#exchange = undefined
    if (this.#state === State.CLOSED) return
    flush(this)
    // Over TLS a connection that ends without the end of TLS says the same.
    if (reset && this.peer.entrance.scheme === 'http') this.socket.resetAndDestroy()
    else this.socket.destroy()
    this.#gone()
  }

  /** Hands the socket, and what was read but not used, to a tunnel. */
  release(): {readonly socket: Socket; readonly pending: Buffer} {
    const pending = this.#pending ?? NOTHING
    flush(this)
    this.#state = State.TUNNEL
    this.#pending = undefined
    this.deadline = Number.POSITIVE_INFINITY
    this.#context.deadlines.remove(this)
    this.socket.removeAllListeners()
    return {socket: this.socket, pending}
  }

  tunnelEnded(): void {
    this.#exchange = undefined
    this.#gone()
  }

  /** No more requests are wanted: an idle connection ends now, which is what `true` says; a busy one after its response. */
  drain(): boolean {
    if (!this.isIdle) return false
    this.#linger()
    return true
  }

  /** Nothing of a request is here. */
  get isIdle(): boolean {
    return this.#state === State.OPEN && this.#exchange === undefined && !this.#heads.begun
  }

  /** Ends the attempt under way if it is on this instance. */
  cutOn(instance: Instance): void {
    if (this.#state !== State.CLOSED) this.#exchange?.cutOn(instance)
  }

  /** Ends the connection whatever is in flight. */
  cut(): void {
    if (this.#exchange !== undefined && this.#state === State.OPEN) this.#exchange.fail('STOPPED')
    if (this.#state === State.CLOSED) return
    flush(this)
    this.socket.destroy()
    this.#gone()
  }

  /** A mistake of ours costs one connection, not the worker. */
  mistaken(error: unknown): void {
    this.#context.report({type: 'mistake', text: stackOf(error)})
    const exchange = this.#exchange
    this.#reading = false
    try {
      exchange?.fail('INTERNAL')
      if (this.#state === State.OPEN) this.#linger()
    } catch {
      // The same mistake again, most likely: then the connection ends without a word.
      exchange?.abandon()
      this.socket.destroy()
      if (this.#state === State.CLOSED) return
      this.#leave()
      this.#closed(this)
    }
  }

  expire(): void {
    try {
      this.#expire()
    } catch (error) {
      this.mistaken(error)
    }
  }

  #expire(): void {
    this.deadline = Number.POSITIVE_INFINITY
    if (this.#state === State.LINGERING) return this.abort(false)
    if (this.#exchange === undefined) {
      // The client has long been waited for to take its last response.
      if (this.#pending !== undefined) this.abort(false)
      else if (this.#heads.begunText !== '') this.#refuse('REQUEST_HEAD_TIMEOUT', 408, '')
      else this.#linger()
    } else if (this.#halfClosed && !this.#exchange.responseStarted) this.#exchange.clientGone()
  }

  nextBuffer(): Uint8Array {
    const own = this.#state === State.TUNNEL || this.#exchange?.wantsBody === true
    // What still comes of a body may be kept for another attempt: it is not asked when this is over.
    return own ? takeMemory() : sharedMemory
  }

  received(bytes: number, buffer: Uint8Array): void {
    const piece = Buffer.from(buffer.buffer, buffer.byteOffset, bytes)
    this.#borrowed = buffer === sharedMemory
    if (this.#state === State.TUNNEL) this.socket.emit('data', this.#kept(piece))
    else this.#contained('data', piece)
    this.#borrowed = false
  }

  #receive(piece: Buffer): void {
    if (this.#state !== State.OPEN) return // what a lingering client still sends is thrown away
    if (this.#exchange?.wantsBody === true) {
      const end = this.#exchange.takeBody(this.#kept(piece), 0)
      if (end < piece.length) this.#hold(piece.subarray(end))
      return
    }
    this.#reading = true
    if (this.#pending === undefined && this.#exchange === undefined && !this.socket.writableNeedDrain) {
      if (piece.length > 0) this.#readHead(piece)
    } else this.#hold(piece)
    while (this.#mayReadHead()) {
      const bytes = this.#pending ?? NOTHING
      this.#pending = undefined
      this.#readHead(bytes)
    }
    this.#reading = false
    if (this.#state !== State.OPEN) return
    if (this.#pending !== undefined && this.#exchange === undefined) {
      this.socket.pause()
      this.deadline = this.#context.deadlines.after(this.#context.timeouts.bodyIdleMs)
    } else if (this.#halfClosed) this.#ended()
  }

  /** A client that sends requests and does not take their responses gets no more of them. */
  #mayReadHead(): boolean {
    if (this.#state !== State.OPEN || this.#exchange !== undefined || this.#pending === undefined)
      return false
    return !this.socket.writableNeedDrain
  }

  #drained(): void {
    if (this.#exchange !== undefined) return this.#exchange.clientDrained()
    if (this.#state !== State.OPEN || this.#pending === undefined) return
    this.#contained('data')
    if (this.#state === State.OPEN) this.resume()
  }

  #hold(piece: Buffer): void {
    if (piece.length > 0)
      this.#pending = this.#pending === undefined ? this.#kept(piece) : Buffer.concat([this.#pending, piece])
    if (this.#exchange !== undefined && (this.#pending?.length ?? 0) > MAX_PENDING) this.socket.pause()
  }

  #readHead(bytes: Buffer): void {
    const {limits, timeouts, deadlines} = this.#context
    const begun = this.#heads.begun
    try {
      const text = this.#heads.take(bytes, 0, this.#context.requestLimits)
      if (text === undefined) {
        if (!begun) this.deadline = deadlines.after(timeouts.clientHeadMs)
        return
      }
      scratch.secure = this.peer.entrance.scheme === 'https'
      readRequestHead(text, limits, scratch)
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error
      this.#refuseMalformed(error, bytes)
      return
    }
    this.deadline = Number.POSITIVE_INFINITY
    this.requests++
    this.#saidLast = !scratch.persistent
    this.#exchange = new Exchange(this, scratch, this.#context)
    const {next} = this.#heads
    const rest = next === bytes.length ? NOTHING : this.#kept(bytes.subarray(next))
    const end = this.#exchange.begin(scratch, rest, 0)
    if (this.#state === State.OPEN && end < rest.length) this.#hold(rest.subarray(end))
  }

  /** Bytes that are to outlive the reading of them: the next read, whosever, overwrites the memory that all share. */
  #kept(bytes: Buffer): Buffer {
    if (!this.#borrowed) return bytes
    return Buffer.from(bytes)
  }

  /** The client closed its side; it may still read. */
  #ended(): void {
    this.#halfClosed = true
    if (this.#exchange !== undefined && this.#state === State.OPEN) {
      if (this.#exchange.wantsBody) this.#exchange.clientGone()
      else this.deadline = this.#context.deadlines.after(HALF_CLOSED_MS)
    } else if (this.#pending === undefined) {
      if (this.#state === State.OPEN) this.#abandoned()
      this.#linger()
    }
  }

  /** The client goes away: a head that it had begun is recorded. */
  #abandoned(): void {
    if (this.#heads.begunText === '') return // at most empty lines, which ask for nothing
    this.#tellOf({
      fault: 'REQUEST_ABANDONED',
      status: 499,
      detail: '',
      text: this.#heads.begunText,
      bytesOut: 0,
    })
  }

  /** Says goodbye: all that was written goes out, and what still comes in is thrown away, for a while. */
  #linger(): void {
    if (this.#state === State.CLOSED) return
    const first = this.#state === State.OPEN
    this.#state = State.LINGERING
    this.#pending = undefined
    const {deadlines, timeouts} = this.#context
    if (first) {
      this.deadline = deadlines.after(timeouts.bodyIdleMs)
      afterWriting(this, () => this.#end())
    } else if (this.waiting === '') this.#end()
    if (this.socket.isPaused()) this.socket.resume()
  }

  #end(): void {
    const {socket} = this
    // Over TCP the end of both sides says what the end of ours would, over TLS that has to be said (RFC 8446 §6.1).
    if (this.#halfClosed && socket.writableLength === 0 && this.peer.entrance.scheme === 'http')
      socket.destroy()
    // Both sides are closed once the last byte is out; `close` comes by itself.
    else if (this.#halfClosed) socket.destroySoon()
    // Counted from when the last byte is out: a slow reader is not a silent one.
    else if (!socket.writableEnded)
      socket.end(() => {
        this.deadline = this.#context.deadlines.after(LINGER_MS)
      })
  }

  #refuseMalformed(error: MalformedMessage, bytes: Buffer): void {
    if (error.code === 'TLS_HELLO' || error.code === 'HTTP2_PREFACE') this.#reportWrongProtocol(error.code)
    this.#refuse(
      'REQUEST_MALFORMED',
      error.status,
      error.message,
      bytes.toString('latin1', 0, MAX_REFUSED_TEXT),
    )
  }

  #reportWrongProtocol(code: MalformedCode): void {
    const what = code === 'TLS_HELLO' ? 'TLS' : 'HTTP/2 without upgrade'
    this.#context.report({
      type: 'wrong-protocol',
      text: `${this.peer.address} spoke ${what} to a port for plain HTTP/1.1`,
    })
  }

  /** Answers bytes that never became a request. */
  #refuse(fault: FaultCode, status: number, detail: string, text = ''): void {
    const answer = faultAnswer(fault, {accept: '', method: 'GET', close: true, minor: 1}, detail, status)
    this.#tellOf({fault, status, detail, text: this.#heads.begunText || text, bytesOut: answer.length})
    this.write(answer, [])
    this.#linger()
  }

  #tellOf(refused: Refused): void {
    tellOfRefused(refused, this.#context.lane, this, this.requests + 1)
    this.#heads.clear()
  }

  #gone(): void {
    if (this.#state === State.CLOSED) return
    if (this.#state === State.OPEN && this.#exchange === undefined) this.#abandoned()
    const exchange = this.#state === State.OPEN ? this.#exchange : undefined
    this.#leave()
    try {
      exchange?.clientGone()
    } finally {
      this.#closed(this)
    }
  }

  #leave(): void {
    this.#state = State.CLOSED
    this.waiting = ''
    this.#exchange = undefined
    this.#pending = undefined
    this.#context.deadlines.remove(this)
    this.#context.lane.connectionClosed()
  }

  #contained(event: 'data' | 'drain' | 'gone' | 'ended', piece: Buffer = NOTHING): void {
    try {
      if (event === 'data') this.#receive(piece)
      else if (event === 'drain') this.#drained()
      else if (event === 'ended') this.#ended()
      else this.#gone()
    } catch (error) {
      this.mistaken(error)
    }
  }
}
