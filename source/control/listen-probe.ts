/** Can these addresses be listened on? Asked before anything starts, so that the answer is one plain sentence. */
import {createServer} from 'node:net'
import type {Listen} from '../config/config.ts'
import {addressAndPort} from '../config/formats.ts'

/** An address that cannot be listened on: what is wrong with it and what to do. */
export class ListenError extends Error {
  readonly code: string

  /** `key`: where the configuration names the address */
  constructor(address: string, code: string, message: string, key = 'proxy.listen') {
    super(sentenceFor(address, code, message, key))
    this.name = 'ListenError'
    this.code = code
  }
}

/** `address:port`, an IPv6 address in brackets. */
export function addressText({address, port}: Listen): string {
  return addressAndPort(address, port)
}

function sentenceFor(address: string, code: string, message: string, key: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${address} is in use: another program, or another copy of this one, listens there. Stop it, or change the port under ${key}.`
    case 'EACCES':
      return `No permission to listen on ${address}: ports below 1024 need more rights. Use a higher port under ${key}.`
    case 'EADDRNOTAVAIL':
      return `${address} is not an address of this machine. Use one of its own under ${key}, or 0.0.0.0 for all.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${address} cannot be resolved to an address. Use an IP address under ${key}.`
    default:
      return `Cannot listen on ${address}: ${message}.`
  }
}

/**
 * Binds each address once, alone: with `reusePort` a second copy of the program would share the port without an error.
 * Gives the addresses with the ports that the system chose for 0.
 * @throws ListenError
 */
export async function probeListen(listen: readonly Listen[]): Promise<readonly Listen[]> {
  const resolved: Listen[] = []
  for (const one of listen) resolved.push({...one, port: await bindOnce(one)})
  return resolved
}

function bindOnce(listen: Listen): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(addressText(listen), error.code ?? '', error.message))
    })
    server.listen({host: listen.address, port: listen.port, exclusive: true}, () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port
      server.close(() => resolve(port))
    })
  })
}

/** Whether several workers can bind one port here (Linux, FreeBSD and a few others). */
export function canReusePort(): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({host: '127.0.0.1', port: 0, reusePort: true}, () => server.close(() => resolve(true)))
  })
}
