/** The listeners of one worker: opened and closed as the configuration changes, those that stay untouched. */
import {createServer, type Server, type Socket} from 'node:net'
import type {Listen} from '../config/config.ts'
import type {Up} from './messages.ts'

type Failure = Extract<Up, {type: 'prepared'}>['failure']

export interface ListenersOptions {
  /** whether each worker binds the port itself, or there is only one */
  readonly reusePort: boolean
  readonly enter: (socket: Socket, listen: Listen) => void
  readonly report: (event: Up) => void
}

interface Open {
  listen: Listen
  readonly server: Server
  /** resolves when it listens, or with the reason why it cannot */
  readonly opened: Promise<Failure>
}

export class Listeners {
  readonly #options: ListenersOptions
  readonly #open = new Map<string, Open>()
  #maxConnections = 0

  constructor(options: ListenersOptions) {
    this.#options = options
  }

  /** Client connections in all, those that wait included: beyond that, they are closed at once. */
  set maxConnections(count: number) {
    this.#maxConnections = count
    for (const {server} of this.#open.values()) server.maxConnections = count
  }

  /** Opens what is not open yet. When one of them fails, all that were opened by this call are closed again. */
  async prepare(listen: readonly Listen[]): Promise<Failure> {
    const fresh = listen.filter(one => !this.#open.has(keyOf(one)))
    const opened = fresh.map(one => this.#listen(one))
    const failures = await Promise.all(opened.map(one => one.opened))
    const failure = failures.find(one => one !== undefined)
    if (failure !== undefined) for (const one of fresh) this.#close(keyOf(one))
    return failure
  }

  /** These are the listeners from here on: the others are closed, those that are not open yet are opened. */
  async use(listen: readonly Listen[]): Promise<Failure> {
    const failure = await this.prepare(listen)
    const wanted = new Set(listen.map(keyOf))
    for (const key of [...this.#open.keys()]) if (!wanted.has(key)) this.#close(key)
    for (const one of listen) {
      const open = this.#open.get(keyOf(one))
      if (open !== undefined) open.listen = one
    }
    return failure
  }

  closeAll(): void {
    for (const key of [...this.#open.keys()]) this.#close(key)
  }

  #close(key: string): void {
    this.#open.get(key)?.server.close()
    this.#open.delete(key)
  }

  #listen(listen: Listen): Open {
    const {promise: opened, resolve} = Promise.withResolvers<Failure>()
    const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
      this.#options.enter(socket, open.listen)
    })
    const open: Open = {listen, server, opened}
    server.maxConnections = this.#maxConnections
    // Not only while it begins to listen: accepting can fail later, for want of files for instance.
    server.on('error', ({code = '', message}: NodeJS.ErrnoException) => {
      const failure = {address: keyOf(listen), code, message}
      if (server.listening) this.#options.report({type: 'listen-failed', ...failure})
      resolve(failure)
    })
    const {reusePort} = this.#options
    server.listen({host: listen.address, port: listen.port, reusePort, backlog: 1024}, () =>
      resolve(undefined),
    )
    this.#open.set(keyOf(listen), open)
    return open
  }
}

function keyOf({address, port}: Listen): string {
  return `${address}:${port}`
}
