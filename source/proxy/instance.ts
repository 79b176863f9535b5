/** One instance as a worker sees it: its place in the balancing, its counters and its kept connections. */
import type {Candidate} from '../balancing/strategy.ts'
import type {InstanceConfig, ServiceConfig} from '../config/config.ts'
import {Lane, Lanes} from '../metrics/lane.ts'
import {UpstreamConnection} from './upstream-connection.ts'
import type {WorkerContext} from './worker-context.ts'

/** More kept connections than this are not worth their memory. */
const MAX_IDLE = 1024

export class Instance implements Candidate {
  readonly config: InstanceConfig
  /** place in its service's configuration: how records name it */
  readonly index: number
  readonly lane: Lane
  selectable = true
  readonly #lanes: Lanes
  readonly #context: WorkerContext
  readonly #idle: UpstreamConnection[] = []
  readonly #idleMs: number
  readonly #service: string
  #reportedAt = Number.NEGATIVE_INFINITY

  constructor(
    config: InstanceConfig,
    index: number,
    service: ServiceConfig,
    cells: SharedArrayBuffer,
    context: WorkerContext,
  ) {
    this.config = config
    this.index = index
    this.#service = service.name
    this.#idleMs = service.timeouts.upstreamIdleMs
    this.lane = new Lane(cells, context.index)
    this.#lanes = new Lanes(cells)
    this.#context = context
  }

  get inFlight(): number {
    return this.#lanes.inFlight
  }

  /** The connection used last, which is the one least likely to be closed by now; or a new one. */
  connection(fresh: boolean): UpstreamConnection {
    const kept = fresh ? undefined : this.#idle.pop()
    return kept ?? new UpstreamConnection(this, this.#context)
  }

  /** Takes back a connection whose exchange ended cleanly. */
  keep(connection: UpstreamConnection): void {
    if (this.#context.draining || !this.selectable || this.#idle.length >= MAX_IDLE) connection.destroy()
    else {
      connection.deadline = this.#context.deadlines.after(this.#idleMs)
      this.#idle.push(connection)
    }
  }

  /** A kept connection that was closed. */
  forget(connection: UpstreamConnection): void {
    const at = this.#idle.lastIndexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
  }

  /** Tells control, which checks at once instead of at the next interval. At most once a second: it is a hint. */
  reportConnectFailure(fault: string): void {
    const now = this.#context.deadlines.now
    if (now < this.#reportedAt + 1000) return
    this.#reportedAt = now
    this.#context.report({type: 'connect-failed', service: this.#service, instance: this.config.key, fault})
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }
}
