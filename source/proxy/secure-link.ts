/** A TLS connection to an instance, with its end told from its being cut, and an early answer read to its end. */
import type {Socket} from 'node:net'
import {connect, type SecureContext, type TLSSocket} from 'node:tls'
import type {InstanceTls} from '../config/config.ts'
import {type UpstreamTls, upstreamContext, upstreamOptions} from '../tls/upstream.ts'
import type {TlsMaterial} from './messages.ts'
import {sharedMemory} from './read-memory.ts'
import {UpstreamSocket} from './upstream-socket.ts'

interface Marks {
  /** it can no longer write, but still reads */
  deaf: boolean
  readsOn: boolean
}

/** A socket to an instance, plain or not. */
export type UpstreamLink = Socket & Marks

export interface SecureLink extends TLSSocket, Marks {
  /** the connection below is there: what fails from here on is the handshake */
  readonly reached: boolean
  /** the connection below ended without the end of TLS: somebody may have cut it (RFC 8446 §6.1) */
  readonly cutShort: boolean
}

/** The contexts of TLS to instances: one for all that ask for the same. */
export class UpstreamContexts {
  #pem: TlsMaterial['pem']
  readonly #contexts = new Map<string, {readonly ca: string | undefined; readonly context: SecureContext}>()

  constructor({pem}: TlsMaterial) {
    this.#pem = pem
  }

  /** Other texts in the files, or the same; for all connections from here on. */
  use({pem}: TlsMaterial): void {
    this.#pem = pem
    const texts = new Set(pem.values())
    for (const [key, {ca}] of this.#contexts)
      if (ca !== undefined && !texts.has(ca)) this.#contexts.delete(key)
  }

  /** What settings stand for now: other text in its file makes other settings. */
  settings({ca, ...rest}: InstanceTls): UpstreamTls {
    return {...rest, ca: ca === undefined ? undefined : this.#pem.get(ca)}
  }

  of(tls: UpstreamTls): SecureContext {
    const key = `${tls.minVersion} ${tls.ca ?? ''}`
    const known = this.#contexts.get(key)
    if (known !== undefined) return known.context
    const context = upstreamContext(tls)
    this.#contexts.set(key, {ca: tls.ca, context})
    return context
  }
}

export interface SecureLinkOptions {
  readonly address: string
  readonly port: number
  readonly tls: UpstreamTls
  readonly context: SecureContext
  /** of an earlier connection, to be taken up again */
  readonly session: Buffer | undefined
}

/**
 * Node takes the end of the connection below for the end of TLS. So the bytes pass through a socket of our own, which a
 * TLS socket accepts as long as it is not connected, and where the two ends can be told apart.
 */
export function connectSecurely({address, port, tls, context, session}: SecureLinkOptions): SecureLink {
  const wire = new UpstreamSocket({
    buffer: sharedMemory,
    // What comes after a failed write would not get through the stream. It is decrypted at once, so the buffer is free.
    callback: (bytes, buffer) => {
      wire.emit('data', Buffer.from(buffer.buffer, buffer.byteOffset, bytes))
      return true
    },
  })
  let reached = false
  let secured = false
  let endedInOrder = false
  let cutShort = false
  wire.once('connect', () => {
    reached = true
  })
  // Before the TLS socket hears of it: that one would say that everything has ended.
  wire.once('end', () => {
    cutShort = !endedInOrder
    if (!secured) link.destroy(Object.assign(new Error('closed in the handshake'), {code: 'closed'}))
  })
  const options = {...upstreamOptions(tls, address, context), socket: wire, allowHalfOpen: true}
  const socket = connect(session === undefined ? options : {...options, session})
  const {push, destroy} = socket
  socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) endedInOrder = !cutShort
    // After an error there is no `end` event; what has come so far has been handed out already.
    if (chunk === null && wire.deaf) link.destroy()
    else if (wire.deaf) return link.emit('data', chunk)
    return push.call(socket, chunk, encoding)
  }
  socket.destroy = (error?: NodeJS.ErrnoException) => {
    // The connection below goes on reading (see UpstreamSocket), and so does this one.
    if (wire.deaf && wire.readsOn && error?.syscall === 'write') return link
    destroy.call(socket, error)
    wire.destroy()
    return link
  }
  // The three are made here of what the connection below says; nothing else is added to the socket.
  const link = Object.defineProperties(socket, {
    deaf: {get: () => wire.deaf},
    readsOn: {
      get: () => wire.readsOn,
      set: (value: boolean) => {
        wire.readsOn = value
      },
    },
    reached: {get: () => reached},
    cutShort: {get: () => cutShort},
  }) as SecureLink
  link.once('secureConnect', () => {
    secured = true
  })
  wire.on('deaf', () => link.emit('deaf'))
  // Why the connection below cannot be made, or broke.
  wire.on('error', error => link.destroy(error))
  wire.connect({host: address, port})
  return link
}
