/** The client connections of one worker: no more at a time than allowed; those that come then wait, unread, for room. */
import type {Socket} from 'node:net'
import {ClientConnection} from './client-connection.ts'
import type {Entrance} from './entrance.ts'
import type {Instance} from './instance.ts'
import type {InFlight} from './messages.ts'
import type {WorkerContext} from './worker-context.ts'

/** How many may wait: as many as in a listener's backlog. Beyond that, connections are closed at once. */
export const MAX_WAITING = 1024
/** Who has come and has not asked yet may be about to: a stop leaves so much time for it. */
export const FIRST_REQUEST_MS = 1000

export class Clients {
  readonly #context: WorkerContext
  readonly #left: () => void
  readonly #open = new Set<ClientConnection>()
  readonly #waiting = new Map<Socket, Entrance>()

  /** `left` is called after each client that has gone, also while it waited. */
  constructor(context: WorkerContext, left: () => void) {
    this.#context = context
    this.#left = left
  }

  /** Those that wait included. */
  get count(): number {
    return this.#open.size + this.#waiting.size
  }

  enter(socket: Socket, entrance: Entrance): void {
    if (this.#open.size < this.#context.limits.connections) return this.#admit(socket, entrance)
    socket.pause()
    this.#waiting.set(socket, entrance)
    this.#context.crowded = true
    socket.setTimeout(this.#context.timeouts.clientIdleMs, () => socket.destroy())
    socket.on('error', () => {}) // `close` follows
    socket.once('close', () => {
      this.#forget(socket)
      this.#left()
    })
    this.#makeRoom()
  }

  /** What is not over yet. Asked for rarely: it costs nothing until then. */
  inFlight(): readonly InFlight[] {
    const now = performance.now()
    const requests: InFlight[] = []
    for (const client of this.#open) {
      const request = client.inFlight(now)
      if (request !== undefined) requests.push(request)
    }
    return requests
  }

  /** No more requests are wanted; with patience, those of clients that are here already still are. */
  drain(): void {
    const {patienceMs} = this.#context
    if (patienceMs === 0) for (const socket of this.#waiting.keys()) socket.destroy()
    for (const client of this.#open) {
      if (patienceMs > 0 || client.requests === 0) this.#hurry(client)
      else client.drain()
    }
  }

  /** It has some time for one more request. */
  #hurry(client: ClientConnection): void {
    const {deadlines, patienceMs} = this.#context
    if (!client.isIdle) return
    client.deadline = Math.min(client.deadline, deadlines.after(patienceMs || FIRST_REQUEST_MS))
  }

  /** Ends what is in flight on one instance. */
  cutOn(instance: Instance): void {
    for (const client of this.#open) client.cutOn(instance)
  }

  /** Ends everything, whatever is in flight. */
  cut(): void {
    for (const socket of this.#waiting.keys()) socket.destroy()
    for (const client of this.#open) client.cut()
  }

  #admit(socket: Socket, entrance: Entrance): void {
    const client = new ClientConnection(socket, entrance, this.#context, client => this.#closed(client))
    this.#open.add(client)
    if (this.#context.draining) this.#hurry(client)
  }

  #closed(client: ClientConnection): void {
    this.#open.delete(client)
    const [waiting] = this.#waiting
    const {draining, patienceMs} = this.#context
    if (waiting !== undefined && !(draining && patienceMs === 0)) {
      const [next, entrance] = waiting
      this.#forget(next)
      next.setTimeout(0)
      next.removeAllListeners('timeout')
      this.#admit(next, entrance)
      next.resume()
    }
    this.#left()
  }

  #forget(socket: Socket): void {
    this.#waiting.delete(socket)
    this.#context.crowded = this.#waiting.size > 0
  }

  /** Asks the client that has been idle here the longest to go: RFC 9112 §9.5 lets a kept connection end at any time. */
  #makeRoom(): void {
    // One that has not asked anything yet has had no chance to.
    for (const client of this.#open) if (client.requests > 0 && client.drain()) return
  }
}
