/** After a 101: bytes both ways, untouched, with back-pressure, half-close and an idle limit (RFC 9110 §7.8). */
import type {Socket} from 'node:net'
import type {FaultCode} from '../faults.ts'
import type {Deadlined, Deadlines} from './deadlines.ts'

export interface TunnelOptions {
  readonly client: Socket
  readonly server: Socket
  /** what the client sent before the switch was confirmed */
  readonly early: Buffer
  /** what the instance sent together with its 101 */
  readonly rest: Buffer
  readonly idleMs: number
  readonly deadlines: Deadlines
  /** an exception of ours: it must not throw */
  readonly mistaken: (error: unknown) => void
  /** called once both sides are closed; bytes are those that passed in each direction */
  readonly ended: (fault: FaultCode | undefined, bytesUp: number, bytesDown: number) => void
}

/** Whether every protocol of a 101 was among those asked for. RFC 9110 §7.8: a server must not choose another. */
export function isOffered(asked: string, chosen: string): boolean {
  const names = (list: string) =>
    list
      .toLowerCase()
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== '')
  const offered = names(asked)
  const taken = names(chosen)
  return taken.length > 0 && taken.every(name => offered.includes(name))
}

class Tunnel implements Deadlined {
  deadline: number
  deadlineSlot = -1
  bytesUp = 0
  bytesDown = 0
  readonly #options: TunnelOptions
  #open = 2
  #fault: FaultCode | undefined

  constructor(options: TunnelOptions) {
    this.#options = options
    this.deadline = options.deadlines.after(options.idleMs)
    options.deadlines.add(this)
    this.#join(options.client, options.server, bytes => {
      this.bytesUp += bytes
    })
    this.#join(options.server, options.client, bytes => {
      this.bytesDown += bytes
    })
    if (options.early.length > 0) options.client.emit('data', options.early)
    if (options.rest.length > 0) options.server.emit('data', options.rest)
    options.client.resume()
  }

  /** ms since anything passed, on a coarse clock */
  idleMs(now: number): number {
    return Math.max(0, now + this.#options.idleMs - this.deadline)
  }

  expire(): void {
    this.end('TUNNEL_TIMEOUT')
  }

  /** Closes both sides. */
  end(fault: FaultCode): void {
    this.#fault = fault
    this.deadline = Number.POSITIVE_INFINITY
    this.#options.client.destroy()
    this.#options.server.destroy()
  }

  #join(from: Socket, to: Socket, count: (bytes: number) => void): void {
    from.on('data', piece => {
      this.deadline = this.#options.deadlines.after(this.#options.idleMs)
      count(piece.length)
      if (!to.write(piece)) from.pause()
    })
    to.on('drain', () => from.resume())
    from.on('end', () => to.end())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      // A side that closed both ways without an orderly end takes the other one with it.
      if (from.readableEnded) to.end()
      else to.destroy()
      this.#closed()
    })
  }

  #closed(): void {
    if (--this.#open > 0) return
    this.#options.deadlines.remove(this)
    try {
      this.#options.ended(this.#fault, this.bytesUp, this.bytesDown)
    } catch (error) {
      this.#options.mistaken(error)
    }
  }
}

/** What can be seen of a tunnel while it is open, and its end. */
export interface OpenTunnel {
  readonly bytesUp: number
  readonly bytesDown: number
  idleMs(now: number): number
  end(fault: FaultCode): void
}

export function openTunnel(options: TunnelOptions): OpenTunnel {
  return new Tunnel(options)
}
