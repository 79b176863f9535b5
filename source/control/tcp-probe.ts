/** One TCP health check: can a connection be made in time, and over TLS, one that is to be trusted? */
import type {UpstreamTls} from '../tls/upstream.ts'
import {connectTo, handshakeReason} from './instance-socket.ts'

/** What is checked. */
export interface ProbedInstance {
  readonly address: string
  readonly port: number
  /** undefined: plain */
  readonly tls: UpstreamTls | undefined
}

export interface ProbeResult {
  readonly passed: boolean
  readonly tookMs: number
  /** why it failed, in words; empty when it passed */
  readonly reason: string
  /** what was found where it passed, in words, such as `connected` or `status 200`; else empty */
  readonly found: string
}

/** Connects, with the handshake where there is TLS, and hangs up. Never rejects. */
export function probeTcp(instance: ProbedInstance, timeoutMs: number): Promise<ProbeResult> {
  return new Promise(resolve => {
    const startedAt = performance.now()
    const socket = connectTo(instance)
    const end = (passed: boolean, reason: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({passed, tookMs: performance.now() - startedAt, reason, found: passed ? 'connected' : ''})
    }
    const timer = setTimeout(() => end(false, `no connection within ${timeoutMs} ms`), timeoutMs)
    socket.once(instance.tls === undefined ? 'connect' : 'secureConnect', () => end(true, ''))
    // Stays on: an error after the verdict must not be thrown.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(false, handshakeReason(socket, error) ?? reasonOf(error)),
    )
  })
}

/** Why there was no connection, in words. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to it'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved'
    case 'ETIMEDOUT':
      return 'no connection in time'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection reset'
    default:
      return error.code ?? error.message
  }
}
