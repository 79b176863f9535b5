/** One connection to an instance: it carries one exchange at a time, reads the responses, and names what goes wrong. */
import type {Socket} from 'node:net'
import {type FaultCode, isIdempotent} from '../faults.ts'
import {BodyReader} from '../http1/body.ts'
import {Form} from '../http1/chunked.ts'
import {Framing} from '../http1/framing.ts'
import {HeadCollector} from '../http1/head-collector.ts'
import {MalformedMessage} from '../http1/malformed.ts'
import {ResponseHead, readResponseHead} from '../http1/response-head.ts'
import {stackOf} from '../thrown.ts'
import {type HandshakeFailure, handshakeFailure} from '../tls/failures.ts'
import {isRejected} from '../tls/upstream.ts'
import type {Deadlined} from './deadlines.ts'
import type {Instance} from './instance.ts'
import {eventBatch} from './poll.ts'
import {giveMemory, sharedMemory, takeMemory} from './read-memory.ts'
import type {SecureLink, UpstreamLink} from './secure-link.ts'
import {UpstreamSocket} from './upstream-socket.ts'
import type {WorkerContext} from './worker-context.ts'
import type {Sender} from './write.ts'

/** A head and what came with it, up to here, are written as one string, and so copied: `write` joins twice as much. */
const SMALL_BYTES = 4096
/** A sane instance sends a handful; more is a loop or an attack. */
const MAX_INTERIM = 32
/** What every response begins with: HTTP/1.1 */
const CAPITAL_H = 0x48
/** How long an instance that reads no more is listened to for an answer that was on its way. */
const LAST_WORDS_MS = 1000

/** The exchange that a connection works for. Each call is made only while it is the user. */
export interface UpstreamUser {
  readonly method: string
  /** HTTP/1.`minor` of the client: an HTTP/1.0 client gets bodies without their coding */
  readonly minor: number
  upstreamConnected(): void
  upstreamInterim(head: ResponseHead): void
  /** `pieces` is what came of the body together with the head; `done`: that was all of it */
  upstreamResponded(head: ResponseHead, pieces: Buffer[], done: boolean): void
  upstreamBody(pieces: Buffer[], done: boolean): void
  /** a 101; `rest` are the first bytes of the new protocol */
  upstreamSwitched(head: ResponseHead, rest: Buffer): void
  /** the connection is of no use any more */
  upstreamFailed(fault: FaultCode, detail: string): void
  upstreamDrained(): void
  /** nothing more can be sent to the instance, but an answer may still come */
  upstreamDeafened(): void
  upstreamExpired(): void
  /** an exception in a call to the user, or in reading for it: it must end, and must not throw */
  upstreamMistaken(error: unknown): void
  /** bytes that were handed over have not been written yet, so their memory cannot be used again */
  readonly holdsBytes: boolean
}

const State = {CONNECTING: 0, IDLE: 1, HEAD: 2, BODY: 3, TUNNEL: 4, DEAD: 5} as const
type StateKind = (typeof State)[keyof typeof State]

// Filled anew for every response of this worker and read before the next: no allocation a response.
const scratch = new ResponseHead()

// Longer than our files are: what bytes, silence and an end mean depends on its state, which its parts would have to share.
export class UpstreamConnection implements Deadlined, Sender {
  readonly instance: Instance
  readonly socket: UpstreamLink
  deadline = Number.POSITIVE_INFINITY
  deadlineSlot = -1
  waiting = ''
  afterWaiting: undefined
  writtenIn = -1
  /** exchanges carried, the one under way included */
  uses = 0
  /** ms that it took to open */
  openedInMs = 0
  /** whether the last response left the connection fit for another exchange */
  reusable = false
  /** the turn of the event loop in which it was given back */
  keptIn = -1
  /** the head of the request has been on its way since an earlier turn: what is read now may be the answer to it */
  #asked = false
  readonly #context: WorkerContext
  readonly #heads = new HeadCollector('response')
  readonly #begunAt = performance.now()
  #state: StateKind = State.CONNECTING
  #user: UpstreamUser | undefined
  #body: BodyReader | undefined
  #interim = 0
  /** memory of its own, while a body comes */
  #own: Buffer | undefined
  #ownHeld = false
  /** it is among the open connections that the instance's lane counts */
  #counted = false
  /** undefined: plain */
  #secure: SecureLink | undefined

  constructor(instance: Instance, context: WorkerContext) {
    this.instance = instance
    this.#context = context
    this.socket = instance.config.tls === undefined ? this.#plainSocket() : this.#secureSocket()
    this.#on(this.#secure === undefined ? 'connect' : 'secureConnect', () => this.#connected())
    this.#on('deaf', () => this.#deafened())
    this.#on('drain', () => this.#user?.upstreamDrained())
    this.#on('end', () => this.#ended())
    this.#on('error', error => this.#erred(error ?? {name: 'Error', message: 'error'}))
    this.#on('close', () => this.#broken('closed'))
    context.deadlines.add(this)
  }

  #plainSocket(): UpstreamLink {
    const {address, port} = this.instance.config
    const socket = new UpstreamSocket({
      buffer: () => this.#nextBuffer(),
      callback: (bytes, buffer) => this.#received(bytes, buffer),
    })
    socket.connect({host: address, port})
    return socket
  }

  #secureSocket(): UpstreamLink {
    const link = this.instance.secureLink()
    this.#secure = link
    link.on('data', (piece: Buffer) => this.#read(piece))
    return link
  }

  #erred(error: NodeJS.ErrnoException): void {
    if (this.#secure !== undefined) this.#handshakeFailed(this.#secure, error)
    this.#broken(error.code ?? error.message)
  }

  /** What fails before the connection below is there is no matter of TLS. */
  #handshakeFailed(link: SecureLink, error: NodeJS.ErrnoException): void {
    if (this.#state !== State.CONNECTING || !link.reached) return
    const {kind, words} = handshakeFailure(error, isRejected(link))
    this.#fail(handshakeFaults[kind], words)
  }

  get connected(): boolean {
    return this.#state !== State.CONNECTING
  }

  /** Gives the connection to an exchange, which may write its request once the connection is there. */
  assign(user: UpstreamUser): void {
    this.#user = user
    this.uses++
    this.reusable = false
    this.#asked = false
    this.#interim = 0
    if (this.#state === State.IDLE) this.#state = State.HEAD
  }

  /** More of the request is about to be written: an answer to what was written before may lie here already. */
  continues(): void {
    if (!this.#asked) this.#asked = !this.#isBeforeRequest()
  }

  /** Whether what is read now was there before the head of the request was. */
  #isBeforeRequest(): boolean {
    return this.waiting !== '' || (this.writtenIn !== -1 && this.writtenIn === eventBatch())
  }

  /** Ends the connection; its user hears no more of it. */
  destroy(): void {
    const idle = this.#state === State.IDLE
    this.#user = undefined
    this.reusable = false
    this.#state = State.DEAD
    this.#context.deadlines.remove(this)
    this.#discount()
    // RFC 8446 §6.1: the other side should be told. Some forget the session otherwise.
    if (idle && this.#secure !== undefined) this.#secure.destroySoon()
    else this.socket.destroy()
  }

  /** Hands the socket to a tunnel, which takes over all of its events. */
  release(): Socket {
    this.#user = undefined
    this.#state = State.TUNNEL
    this.#context.deadlines.remove(this)
    this.socket.readsOn = false
    this.socket.removeAllListeners()
    this.socket.once('close', () => this.#discount())
    return this.socket
  }

  #discount(): void {
    if (this.#counted) this.instance.lane.connectionClosed()
    this.#counted = false
  }

  expire(): void {
    const user = this.#user
    try {
      this.deadline = Number.POSITIVE_INFINITY
      if (user === undefined) {
        this.instance.forget(this)
        this.destroy()
      } else if (this.socket.deaf && this.#state === State.HEAD) this.#broken('reads no more')
      else user.upstreamExpired()
    } catch (error) {
      this.#mistaken(error, user)
    }
  }

  /** An exception in a step costs the exchange that the connection works for, not the worker. */
  #on(
    event: 'connect' | 'secureConnect' | 'deaf' | 'drain' | 'end' | 'error' | 'close',
    step: (error?: NodeJS.ErrnoException) => void,
  ): void {
    this.socket.on(event, (error?: NodeJS.ErrnoException) => {
      const user = this.#user
      try {
        step(error)
      } catch (mistake) {
        this.#mistaken(mistake, user)
      }
    })
  }

  #connected(): void {
    if (this.#state !== State.CONNECTING) return
    if (this.#secure === undefined && this.#isOwnEcho()) return this.#broken('ECONNREFUSED')
    this.#state = this.#user === undefined ? State.IDLE : State.HEAD
    this.openedInMs = performance.now() - this.#begunAt
    this.#counted = true
    this.instance.lane.connectionOpened()
    this.#user?.upstreamConnected()
  }

  /** A connection to a free port of this machine can meet itself, when the system chose that port for its own end. */
  #isOwnEcho(): boolean {
    const {localPort, remotePort, localAddress, remoteAddress} = this.socket
    return localPort === remotePort && localAddress === remoteAddress
  }

  /** The request cannot be sent any further; what the instance said before may still come. */
  #deafened(): void {
    this.reusable = false
    if (this.#user === undefined) return this.#broken('reads no more')
    this.deadline = this.#context.deadlines.after(LAST_WORDS_MS)
    this.#user.upstreamDeafened()
  }

  /** The memory for the next read: for a body the same again, unless something of it still waits to be written. */
  #nextBuffer(): Uint8Array {
    if (this.#ownHeld) {
      this.#own = undefined
      this.#ownHeld = false
    }
    if (this.#state === State.BODY || this.#state === State.TUNNEL) {
      this.#own ??= takeMemory()
      return this.#own
    }
    giveMemory(this.#own)
    this.#own = undefined
    return sharedMemory
  }

  #received(bytes: number, buffer: Uint8Array): boolean {
    const piece = Buffer.from(buffer.buffer, buffer.byteOffset, bytes)
    if (this.#state === State.TUNNEL) {
      // A socket that reads into a buffer of ours has no `data` events of its own; the tunnel listens for them.
      this.socket.emit('data', buffer === sharedMemory ? Buffer.from(piece) : piece)
      this.#ownHeld = true
      return true
    }
    const user = this.#user
    this.#read(piece)
    this.#ownHeld = user?.holdsBytes === true
    return true
  }

  #read(piece: Buffer): void {
    const user = this.#user
    try {
      if (this.#state === State.BODY) this.#readBody(piece, 0)
      else if (this.#state === State.HEAD) this.#readHead(piece)
      // Bytes that nobody asked for belong to no response, and what follows them could not be trusted (RFC 9112 §6.3).
      else this.#broken('unsolicited bytes')
    } catch (error) {
      if (error instanceof MalformedMessage) this.#malformed(error)
      else this.#mistaken(error, user)
    }
  }

  #readHead(piece: Buffer): void {
    const user = this.#user
    if (user === undefined) return
    // An answer to nothing, and never one to this request.
    if ((!this.#asked && this.#isBeforeRequest()) || this.#isLeftOver(piece, user))
      return this.#broken('unsolicited bytes')
    this.#asked = true
    this.writtenIn = -1
    let at = 0
    while (this.#state === State.HEAD) {
      const text = this.#heads.take(piece, at, this.#context.upstreamLimits)
      if (text === undefined) return
      at = this.#heads.next
      readResponseHead(text, user.method, scratch)
      if (scratch.status === 101) {
        user.upstreamSwitched(scratch, Buffer.from(piece.subarray(at)))
        return
      }
      if (!scratch.interim) {
        const small = text.length + piece.length - at <= SMALL_BYTES
        if (small || at === piece.length) return this.#respond(user, piece, at)
        return this.#respond(user, this.#copied(piece, at), 0)
      }
      if (++this.#interim > MAX_INTERIM) return this.#fail('INTERIM_FLOOD', '')
      user.upstreamInterim(scratch)
      if (at === piece.length) return
    }
  }

  /**
   * What begins no response, on a kept connection, comes from an exchange before: a body behind HEAD or 304, say. A
   * request that may be sent twice gets another connection; any other one is told what was wrong.
   */
  #isLeftOver(piece: Buffer, user: UpstreamUser): boolean {
    if (piece[0] === CAPITAL_H || this.uses === 1 || this.#heads.begun || this.#interim > 0) return false
    return isIdempotent(user.method)
  }

  /** piece[from..) where no other socket is read into. */
  #copied(piece: Buffer, from: number): Buffer {
    this.#own ??= takeMemory()
    return this.#own.subarray(0, piece.copy(this.#own, 0, from))
  }

  #respond(user: UpstreamUser, piece: Buffer, from: number): void {
    const body = new BodyReader(
      scratch.framing,
      scratch.contentLength,
      user.minor === 1 ? Form.WIRE : Form.PAYLOAD,
      scratch.nominated,
    )
    const pieces: Buffer[] = []
    const at = body.read(piece, from, pieces)
    const done = body.done
    this.reusable = scratch.persistent && at === piece.length
    this.#body = body
    this.#state = done ? State.IDLE : State.BODY
    if (done) this.#user = undefined
    user.upstreamResponded(scratch, pieces, done)
  }

  #readBody(piece: Buffer, from: number): void {
    const {body, user} = {body: this.#body, user: this.#user}
    if (body === undefined || user === undefined) return
    const pieces: Buffer[] = []
    const at = body.read(piece, from, pieces)
    if (at < piece.length) this.reusable = false
    if (body.done) {
      this.#state = State.IDLE
      this.#user = undefined
      user.upstreamBody(pieces, true)
    } else user.upstreamBody(pieces, false)
  }

  /** The instance closed its side. */
  #ended(): void {
    if (this.#state === State.BODY && this.#body?.framing === Framing.CLOSE) {
      // RFC 9112 §9.8: only the end of TLS says that this was all.
      if (this.#secure?.cutShort === true) return this.#broken('cut without the end of TLS')
      const user = this.#user
      this.#user = undefined
      this.#state = State.DEAD
      this.reusable = false
      user?.upstreamBody([], true)
      this.destroy()
    } else this.#broken('closed')
  }

  #malformed(error: MalformedMessage): void {
    if (this.#state === State.BODY) this.#fail('BODY_MALFORMED', error.message)
    else
      this.#fail(
        error.code === 'HEAD_TOO_LARGE' ? 'RESPONSE_HEAD_TOO_LARGE' : 'RESPONSE_MALFORMED',
        error.message,
      )
  }

  /** `user`: who the connection worked for before the step that went wrong, which may have let go of it. */
  #mistaken(error: unknown, user: UpstreamUser | undefined): void {
    this.instance.forget(this)
    this.destroy()
    if (user === undefined) this.#context.report({type: 'mistake', text: stackOf(error)})
    else user.upstreamMistaken(error)
  }

  /** Closed or reset: what that means depends on what had been read. */
  #broken(cause: string): void {
    if (this.#state === State.DEAD || this.#state === State.TUNNEL) return
    if (this.#user === undefined) this.instance.forget(this)
    if (this.#state === State.CONNECTING && this.#secure?.reached === true)
      this.#handshakeFailed(this.#secure, Object.assign(new Error(cause), {code: cause}))
    else if (this.#state === State.CONNECTING) this.#fail(connectFault(cause), cause)
    else if (this.#state === State.BODY) this.#fail('BODY_INCOMPLETE', cause)
    else if (this.#heads.begun || this.#interim > 0) this.#fail('HEAD_INCOMPLETE', cause)
    else this.#fail(this.uses > 1 ? 'STALE_CONNECTION' : 'RESET', cause)
  }

  #fail(fault: FaultCode, detail: string): void {
    const user = this.#user
    this.destroy()
    user?.upstreamFailed(fault, detail)
  }
}

const handshakeFaults: Readonly<Record<HandshakeFailure, FaultCode>> = {
  certificate: 'CERTIFICATE_REFUSED',
  alert: 'TLS_ALERT',
  protocol: 'TLS_FAILED',
}

function connectFault(code: string): FaultCode {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'closed':
      return 'CONNECT_REFUSED'
    case 'ETIMEDOUT':
      return 'CONNECT_TIMEOUT'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'NAME_UNRESOLVED'
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
    case 'EADDRNOTAVAIL':
      return 'NO_RESOURCES'
    default:
      return 'UNREACHABLE'
  }
}
