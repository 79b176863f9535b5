/** One instance as a worker sees it: its place in the balancing, its counters and its kept connections. */
import type {Candidate} from '../balancing/strategy.ts'
import type {InstanceConfig} from '../config/config.ts'
import {type FaultCode, isIdempotent} from '../faults.ts'
import {hashOf} from '../hash.ts'
import {Lane, Lanes} from '../metrics/lane.ts'
import {FailuresInRow} from './failures-in-row.ts'
import type {MadeFaults} from './made-faults.ts'
import type {InstanceCells} from './messages.ts'
import {connectSecurely, type SecureLink} from './secure-link.ts'
import type {Service} from './service.ts'
import {UpstreamConnection} from './upstream-connection.ts'
import type {WorkerContext} from './worker-context.ts'
import {thisTurn} from './write.ts'

/** More kept connections than this are not worth their memory. */
const MAX_IDLE = 1024

export class Instance implements Candidate {
  config: InstanceConfig
  /** how records name it, within its service */
  readonly number: number
  /** of its counters */
  readonly serial: number
  readonly identity: number
  readonly lane: Lane
  readonly learned: Uint32Array
  selectable = true
  /** requests of clients that stick to it still go there: also while it drains */
  acceptsSticky = true
  /** 0: no new requests */
  weight: number
  /** requests at a time, over all workers; 0: any number */
  maxConnections: number
  /** left out because of its answers */
  ejected = false
  readonly failures = new FailuresInRow()
  /** undefined, as nearly always: no faults are made on purpose */
  made: MadeFaults | undefined
  readonly #lanes: Lanes
  readonly #context: WorkerContext
  readonly #idle: UpstreamConnection[] = []
  readonly #service: Service
  /** it is not configured any more: it keeps no connection */
  #leaving = false
  #reportedAt = Number.NEGATIVE_INFINITY
  #sparedAt = Number.NEGATIVE_INFINITY
  /** of its last TLS connection, and of what settings that one was */
  #session: {readonly bytes: Buffer; readonly settings: string} | undefined

  constructor(config: InstanceConfig, cells: InstanceCells, service: Service, context: WorkerContext) {
    this.config = config
    this.weight = config.weight
    this.maxConnections = config.maxConnections
    this.number = cells.number
    this.serial = cells.serial
    this.identity = hashOf(config.key)
    this.#service = service
    this.lane = new Lane(cells.lanes, context.index)
    this.#lanes = new Lanes(cells.lanes)
    this.learned = new Uint32Array(cells.learned)
    this.#context = context
  }

  get inFlight(): number {
    return this.#lanes.inFlight
  }

  /** Workers count without a lock: each of the others can let one too many through. */
  get hasRoom(): boolean {
    return this.maxConnections === 0 || this.#lanes.inFlight < this.maxConnections
  }

  /** The connection used last, which is the one least likely to be closed by now; or a new one. */
  connection(fresh: boolean, method: string): UpstreamConnection {
    const kept = fresh ? undefined : this.#kept(method)
    return kept ?? new UpstreamConnection(this, this.#context)
  }

  /**
   * Behind a response may lie the end of its connection, unannounced and not read yet. A request that cannot be sent
   * again gets no connection that was given back in this turn of the event loop.
   */
  #kept(method: string): UpstreamConnection | undefined {
    const last = this.#idle.at(-1)
    if (last === undefined) return undefined
    const turn = thisTurn()
    if (last.keptIn !== turn || isIdempotent(method)) return this.#idle.pop()
    let older = this.#idle.length - 2
    while (older >= 0 && this.#idle[older]?.keptIn === turn) older--
    return older < 0 ? undefined : this.#idle.splice(older, 1)[0]
  }

  /** A new TLS connection, which takes up the session of the last one where the settings are still the same. */
  secureLink(): SecureLink {
    const {address, port, tls} = this.config
    if (tls === undefined) throw new Error(`${this.config.key} is not spoken to over TLS`)
    const asked = this.#context.secure.settings(tls)
    const settings = JSON.stringify(asked)
    const session = this.#session?.settings === settings ? this.#session.bytes : undefined
    const context = this.#context.secure.of(asked)
    const link = connectSecurely({address, port, tls: asked, context, session})
    link.on('session', (bytes: Buffer) => {
      if (link.authorized || !asked.verify) this.#session = {bytes, settings}
    })
    return link
  }

  /** Takes back a connection whose exchange ended cleanly. */
  keep(connection: UpstreamConnection): void {
    const unwanted = this.#context.draining || this.#leaving || !this.selectable
    if (unwanted || this.#idle.length >= MAX_IDLE) connection.destroy()
    else {
      connection.deadline = this.#context.deadlines.after(this.#service.config.timeouts.upstreamIdleMs)
      connection.keptIn = thisTurn()
      this.#idle.push(connection)
    }
  }

  /** A kept connection that was closed. */
  forget(connection: UpstreamConnection): void {
    const at = this.#idle.lastIndexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
  }

  /** The head of a response is here. */
  answered(status: number): void {
    const reason = this.failures.answered(status, this.#service.config.ejection)
    if (reason !== undefined) this.#service.eject(this, reason)
  }

  /** An attempt has failed. */
  failed(fault: FaultCode): void {
    const reason = this.failures.failed(fault, this.#service.config.ejection)
    if (reason !== undefined) this.#service.eject(this, reason)
  }

  /** Tells control, which checks at once instead of at the next interval. At most once a second: it is a hint. */
  reportConnectFailure(fault: string): void {
    const now = this.#context.deadlines.now
    if (now < this.#reportedAt + 1000) return
    this.#reportedAt = now
    const service = this.#service.config.name
    this.#context.report({type: 'connect-failed', service, instance: this.config.key, fault})
  }

  /** It would be out but for the others that are: control says so. As seldom as that. */
  reportSpared(reason: string): void {
    const now = this.#context.deadlines.now
    if (now < this.#sparedAt + 1000) return
    this.#sparedAt = now
    const service = this.#service.config.name
    this.#context.report({type: 'eject', service, instance: this.config.key, reason})
  }

  /** It is configured: for the first time, still, or again. */
  stay(): void {
    if (!this.#leaving) return
    this.#leaving = false
    this.selectable = true // as a new one is; an order that says otherwise follows
    this.acceptsSticky = true
    this.ejected = false
  }

  /** It is not configured any more: what is in flight finishes, and nothing is kept. */
  leave(): void {
    this.#leaving = true
    this.closeIdle()
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }
}
