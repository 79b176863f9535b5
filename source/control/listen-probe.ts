/** Can these addresses be listened on? Asked before anything starts, so that the answer is one plain sentence. */
import {createServer, type Server} from 'node:net'
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
 * Ports that the system chose for 0, kept until all workers have them: the system would choose them again, for another
 * program or for another copy of this one, which would share them without an error. Only where ports can be shared.
 */
export class HeldPorts {
  readonly #servers: Server[] = []

  hold(server: Server): void {
    this.#servers.push(server.unref())
  }

  release(): void {
    for (const server of this.#servers.splice(0)) server.close()
  }
}

/**
 * Binds each address once, alone: with `reusePort` a second copy of the program would share the port without an error.
 * Gives the addresses with the ports that the system chose for 0; `held` keeps these, where it is given.
 * @throws ListenError
 */
export async function probeListen(listen: readonly Listen[], held?: HeldPorts): Promise<readonly Listen[]> {
  const resolved: Listen[] = []
  for (const one of listen) resolved.push({...one, port: await bindOnce(one, held)})
  return resolved
}

function bindOnce(listen: Listen, held: HeldPorts | undefined): Promise<number> {
  const holds = held !== undefined && listen.port === 0
  return new Promise((resolve, reject) => {
    // Nobody has been told the port yet: who connects has only tried.
    const server = createServer(socket => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(addressText(listen), error.code ?? '', error.message))
    })
    server.listen({host: listen.address, port: listen.port, exclusive: true, reusePort: holds}, () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port
      if (holds) {
        held.hold(server)
        resolve(port)
      } else server.close(() => resolve(port))
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
