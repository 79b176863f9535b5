/** A connection to an instance from the main thread, for health checks and replays: plain, or TLS as for requests. */
import {connect, type Socket} from 'node:net'
import {connect as connectTls, type SecureContext, TLSSocket} from 'node:tls'
import type {buildConnector, Client} from 'undici'
import {handshakeFailure} from '../tls/failures.ts'
import {isRejected, type UpstreamTls, upstreamContext, upstreamOptions} from '../tls/upstream.ts'

interface Target {
  readonly address: string
  readonly port: number
  readonly tls: UpstreamTls | undefined
}

/** Reading authorities takes a while, and checks come again and again with the same ones. */
const contexts = new WeakMap<UpstreamTls, SecureContext>()

function contextOf(tls: UpstreamTls): SecureContext {
  const context = contexts.get(tls) ?? upstreamContext(tls)
  contexts.set(tls, context)
  return context
}

/** Emits `connect` when it is there, and `secureConnect` when it is secured. */
export function connectTo({address, port, tls}: Target): Socket {
  if (tls === undefined) return connect({host: address, port})
  return connectTls({...upstreamOptions(tls, address, contextOf(tls)), port})
}

/** Why a TLS handshake failed, in words; undefined when that was not what failed. */
export function handshakeReason(socket: Socket, error: NodeJS.ErrnoException): string | undefined {
  if (!(socket instanceof TLSSocket) || error.syscall === 'connect' || error.syscall === 'getaddrinfo')
    return undefined
  return `TLS: ${handshakeFailure(error, isRejected(socket)).words}`
}

/** What undici needs to know to make a client for an instance: by itself it would ask for the name in the Host field. */
export function clientOptions(
  target: Target,
  connectMs: number,
): {readonly scheme: 'http' | 'https'; readonly options: Client.Options} {
  if (target.tls === undefined) return {scheme: 'http', options: {connectTimeout: connectMs}}
  return {scheme: 'https', options: {connect: connectorTo(target, connectMs)}}
}

function connectorTo(target: Target, connectMs: number): buildConnector.connector {
  return (_options, done) => {
    const socket = connectTo(target)
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error(`no connection within ${connectMs} ms`), {syscall: 'connect'}))
    }, connectMs)
    const failed = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const reason = handshakeReason(socket, error)
      done(reason === undefined ? error : new Error(reason), null)
    }
    socket.once('error', failed)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      socket.off('error', failed)
      done(null, socket)
    })
  }
}
