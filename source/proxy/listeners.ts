/** The listeners of one worker: opened and closed as the configuration changes, those that stay untouched. */
import {createServer, type Server, type Socket} from 'node:net'
import type {Listen} from '../config/config.ts'
import type {InheritedSocket, OpenListener, Up} from './messages.ts'

type Failure = Extract<Up, {type: 'prepared'}>['failure']

const BACKLOG = 1024

export interface ListenersOptions {
  /** whether each worker binds the port itself, or there is only one */
  readonly reusePort: boolean
  readonly enter: (socket: Socket, listen: Listen) => void
  readonly report: (event: Up) => void
  /** sockets that listen already, from whoever started us; each is used once */
  readonly inherited: readonly InheritedSocket[]
}

interface Open {
  listen: Listen
  /** more than one where several sockets were inherited for the address */
  readonly servers: readonly Server[]
  /** resolves when it listens, or with the reason why it cannot */
  readonly opened: Promise<Failure>
}

export class Listeners {
  readonly #options: ListenersOptions
  readonly #open = new Map<string, Open>()
  #maxConnections = 0
  #inherited: readonly InheritedSocket[]

  constructor(options: ListenersOptions) {
    this.#options = options
    this.#inherited = options.inherited
  }

  /** What listens now, with its file descriptor: whoever else holds the same sockets loses none of what waits in them. */
  get open(): readonly OpenListener[] {
    return [...this.#open.values()].flatMap(({listen: {address, port}, servers}) =>
      servers.flatMap(server => {
        const fd = descriptorOf(server)
        return fd === undefined ? [] : [{address, port, fd}]
      }),
    )
  }

  /** Client connections in all, those that wait included: beyond that, they are closed at once. */
  set maxConnections(count: number) {
    this.#maxConnections = count
    for (const {servers} of this.#open.values()) for (const server of servers) server.maxConnections = count
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
    for (const server of this.#open.get(key)?.servers ?? []) server.close()
    this.#open.delete(key)
  }

  #listen(listen: Listen): Open {
    const key = keyOf(listen)
    const inherited = this.#inherited.filter(socket => keyOf(socket) === key)
    this.#inherited = this.#inherited.filter(socket => keyOf(socket) !== key)
    const fds: ReadonlyArray<number | undefined> =
      inherited.length === 0 ? [undefined] : inherited.map(({fd}) => fd)
    const opening = fds.map(fd => this.#serve(listen, key, fd))
    const open: Open = {
      listen,
      servers: opening.map(({server}) => server),
      opened: Promise.all(opening.map(({opened}) => opened)).then(failures =>
        failures.find(failure => failure !== undefined),
      ),
    }
    this.#open.set(key, open)
    return open
  }

  #serve(listen: Listen, key: string, fd: number | undefined): {server: Server; opened: Promise<Failure>} {
    const {promise: opened, resolve} = Promise.withResolvers<Failure>()
    const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
      this.#options.enter(socket, this.#open.get(key)?.listen ?? listen)
    })
    server.maxConnections = this.#maxConnections
    // Not only while it begins to listen: accepting can fail later, for want of files for instance.
    server.on('error', ({code = '', message}: NodeJS.ErrnoException) => {
      const failure = {address: key, code, message}
      if (server.listening) this.#options.report({type: 'listen-failed', ...failure})
      resolve(failure)
    })
    const {reusePort} = this.#options
    const listening = () => resolve(undefined)
    // With a file descriptor, Node takes the backlog from the second argument alone.
    if (fd !== undefined) server.listen({fd}, BACKLOG, listening)
    else server.listen({host: listen.address, port: listen.port, reusePort, backlog: BACKLOG}, listening)
    return {server, opened}
  }
}

/** Node has no public way to it; undefined: it has none (Windows). */
function descriptorOf(server: Server): number | undefined {
  const {_handle: handle} = server as unknown as {readonly _handle?: {readonly fd?: number} | null}
  return typeof handle?.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined
}

function keyOf({address, port}: Pick<Listen, 'address' | 'port'>): string {
  return `${address}:${port}`
}
