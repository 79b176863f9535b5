/** TLS of clients: handshakes bounded in time, a certificate for each name, and what comes of those that fail. */
import type {Socket} from 'node:net'
import {createServer, type Server, type TLSSocket} from 'node:tls'
import type {Listen} from '../config/config.ts'
import {faultIndex} from '../faults.ts'
import {MalformedMessage} from '../http1/malformed.ts'
import {FinishedRequest} from '../recorder/facts.ts'
import {handshakeFailure} from '../tls/failures.ts'
import {Certificates} from '../tls/server.ts'
import {faultAnswer} from './answer.ts'
import {type Entrance, secureEntrance} from './entrance.ts'
import {Handshake} from './handshake.ts'
import type {Configure, TlsMaterial} from './messages.ts'
import type {WorkerContext} from './worker-context.ts'

export class Terminator {
  readonly #context: WorkerContext
  readonly #enter: (socket: TLSSocket, entrance: Entrance) => void
  readonly #left: () => void
  #listens: readonly Listen[]
  #material: TlsMaterial
  /** made when they are first needed, and anew when the files say something else */
  #servers = new Map<Listen, Server>()
  /** by the client's address and port */
  readonly #pending = new Map<string, Handshake>()

  /** `left` is called after each handshake that no client came of. */
  constructor(
    context: WorkerContext,
    {tls, listen}: Pick<Configure, 'tls' | 'listen'>,
    enter: (socket: TLSSocket, entrance: Entrance) => void,
    left: () => void,
  ) {
    this.#context = context
    this.#material = tls
    this.#listens = listen
    this.#enter = enter
    this.#left = left
  }

  /** Handshakes under way. */
  get count(): number {
    return this.#pending.size
  }

  /** Other certificates or the same: for all handshakes from here on. */
  use(material: TlsMaterial, listens = this.#listens): void {
    this.#material = material
    this.#listens = listens
    this.#servers = new Map()
  }

  /** Takes a connection to a listener with TLS. */
  enter(below: Socket, listen: Listen): void {
    const {deadlines, timeouts} = this.#context
    const handshake = new Handshake(below, deadlines.after(timeouts.handshakeMs))
    const key = keyOf(below)
    this.#pending.set(key, handshake)
    deadlines.add(handshake)
    below.on('error', () => {}) // `close` follows
    below.once('close', () => {
      if (this.#pending.get(key) !== handshake) return
      this.#forget(key, handshake)
      this.#failed(handshake)
      this.#left()
    })
    // Who closes a side during a handshake will not finish it; as a client it may.
    below.allowHalfOpen = false
    this.#serverFor(listen).emit('connection', below)
  }

  /** Nobody comes any more; whoever is here has at most `ms` to become a client. */
  drain(ms: number): void {
    const latest = this.#context.deadlines.after(ms)
    for (const handshake of this.#pending.values()) handshake.deadline = Math.min(handshake.deadline, latest)
  }

  /** Ends what has not become a client yet. */
  cut(): void {
    for (const [key, handshake] of this.#pending) {
      this.#forget(key, handshake)
      handshake.below.destroy()
    }
  }

  #forget(key: string, handshake: Handshake): void {
    this.#pending.delete(key)
    this.#context.deadlines.remove(handshake)
  }

  /** It listens to nothing: connections are given to it. */
  #serverFor(listen: Listen): Server {
    const known = this.#servers.get(listen)
    if (known !== undefined) return known
    const {pem, ticketKeys} = this.#material
    const pairs = (listen.tls?.certificates ?? []).map(({certificate, key}) => ({
      certificate: pem.get(certificate) ?? '',
      key: pem.get(key) ?? '',
    }))
    const certificates = new Certificates({
      pairs,
      minVersion: listen.tls?.minVersion ?? 'TLSv1.2',
      ticketKeys,
    })
    // Its time-out could not be changed later; ours can.
    const server = createServer({...certificates.options, handshakeTimeout: 0}, socket =>
      this.#secured(socket, listen, certificates),
    )
    server.on('tlsClientError', (error: NonNullable<Handshake['failure']>, socket) => {
      const handshake = this.#pending.get(keyOf(socket))
      if (handshake === undefined) return
      handshake.failure ??= error
      if (error.code === 'ERR_SSL_HTTP_REQUEST') this.#answerPlainly(handshake)
    })
    this.#servers.set(listen, server)
    return server
  }

  #secured(socket: TLSSocket, listen: Listen, certificates: Certificates): void {
    const key = keyOf(socket)
    const handshake = this.#pending.get(key)
    if (handshake === undefined) {
      socket.destroy()
      return
    }
    this.#forget(key, handshake)
    socket.allowHalfOpen = true
    // The types of Node do not know it: false where the client asked for no name.
    const {servername} = socket as {servername?: string | false}
    const names = servername ? certificates.namesFor(servername) : undefined
    this.#enter(socket, secureEntrance(listen, this.#listens, socket.getProtocol(), names))
  }

  /** Plain HTTP is told so in plain HTTP: TLS has not begun, so the connection below is still free for it. */
  #answerPlainly({below}: Handshake): void {
    const {message, status} = new MalformedMessage('PLAIN_HTTP')
    const context = {accept: '', method: 'GET', close: true, minor: 1}
    below.write(faultAnswer('REQUEST_MALFORMED', context, message, status), 'latin1')
  }

  #failed(handshake: Handshake): void {
    // Who looks whether the port is open, and says nothing, has not failed.
    if (handshake.failure?.code !== 'TIMEOUT' && handshake.below.bytesRead === 0) return
    const {code} = handshake.failure ?? {code: 'closed'}
    if (code === 'ERR_SSL_HTTP_REQUEST') return this.#spokePlainly(handshake)
    const words =
      code === 'TIMEOUT'
        ? 'it did not finish in time'
        : handshakeFailure({name: '', message: '', ...(code && {code})}, false).words
    this.#count(handshake, 'HANDSHAKE_FAILED', 0, words)
    this.#context.report({
      type: 'handshake-failed',
      text: `TLS with ${handshake.address} failed: ${words}`,
    })
  }

  #spokePlainly(handshake: Handshake): void {
    const {message, status} = new MalformedMessage('PLAIN_HTTP')
    this.#count(handshake, 'REQUEST_MALFORMED', status, message)
    this.#context.report({
      type: 'wrong-protocol',
      text: `${handshake.address} spoke plain HTTP to a port for TLS`,
    })
  }

  /** No request came of it, but a record and a count. */
  #count(
    {address, port, startedAt}: Handshake,
    fault: 'HANDSHAKE_FAILED' | 'REQUEST_MALFORMED',
    status: number,
    detail: string,
  ): void {
    const {lane, recorder} = this.#context
    const facts = new FinishedRequest()
    facts.startedAt = startedAt
    facts.endedAt = performance.now()
    facts.status = status || 499
    facts.fault = faultIndex(fault) + 1
    facts.detail = detail
    facts.address = address
    facts.clientPort = port
    facts.connection = ++this.#context.connections
    facts.requestOnConnection = 1
    recorder.record(facts)
    lane.start()
    lane.fault(faultIndex(fault))
    lane.finish(status, -1, 0, 0)
  }
}

function keyOf({remoteAddress, remotePort}: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
