/** One TCP health check: can a connection be made in time? */
import {connect} from 'node:net'

export interface ProbeResult {
  readonly passed: boolean
  readonly tookMs: number
  /** why it failed, in words; empty when it passed */
  readonly reason: string
}

/** Connects and hangs up. Never rejects. */
export function probeTcp(address: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise(resolve => {
    const startedAt = performance.now()
    const socket = connect({host: address, port})
    const end = (passed: boolean, reason: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({passed, tookMs: performance.now() - startedAt, reason})
    }
    const timer = setTimeout(() => end(false, `no connection within ${timeoutMs} ms`), timeoutMs)
    socket.once('connect', () => end(true, ''))
    // Stays on: an error after the verdict must not be thrown.
    socket.on('error', (error: NodeJS.ErrnoException) => end(false, reasonOf(error)))
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
    default:
      return error.code ?? error.message
  }
}
