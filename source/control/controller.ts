/** The one place that decides: desired state in, orders to the workers, events and snapshots out. */
import {randomBytes} from 'node:crypto'
import {availableParallelism} from 'node:os'
import type {Config, Listen} from '../config/config.ts'
import {Lanes} from '../metrics/lane.ts'
import {Meter} from '../metrics/meter.ts'
import type {Order, SharedCells, Up} from '../proxy/messages.ts'
import {newRecorderCells, type RecorderCells} from '../recorder/layout.ts'
import {Asks} from './asks.ts'
import {type CommandTarget, carryOut} from './commands.ts'
import type {Command, Control, ControlEvent, Outcome, Snapshot} from './control.ts'
import {EventLog} from './event-log.ts'
import {Health} from './health.ts'
import {addressText, canReusePort, ListenError, probeListen} from './listen-probe.ts'
import {type InstanceModel, newCells, ServiceModel} from './model.ts'
import {RequestLog} from './request-log.ts'
import {type Watchdog, Workers} from './workers.ts'

const MAX_DEFAULT_WORKERS = 4
const TICK_MS = 250
/** Without a subscriber, readings go on slowly, so that whoever looks later finds a history. */
const SLOW_TICK_MS = 1000

export interface ControllerOptions {
  readonly config: Config
  /** base name of the configuration's file */
  readonly configName: string
  /** how workers are watched; there is a default */
  readonly watchdog?: Watchdog
}

export class Controller implements Control, CommandTarget {
  readonly services: ReadonlyMap<string, ServiceModel>
  /** each worker's record of what it did */
  readonly recorders: readonly RecorderCells[]
  readonly events = new EventLog(Date.now)
  readonly health = new Health()
  readonly requests: RequestLog
  readonly draining = new Map<string, InstanceModel>()
  /** resolves when everything has ended after a stop; the value says whether something in flight was cut */
  readonly stopped: Promise<{readonly cut: boolean}>
  readonly #config: Config
  readonly #configName: string
  readonly #startedAt = Date.now()
  readonly #cells: SharedCells
  readonly #listen: readonly Listen[]
  readonly #workerCount: number
  readonly #workers: Workers
  readonly #asks: Asks
  readonly #proxyLanes: Lanes
  readonly #total: Meter
  readonly #subscribers = new Set<(snapshot: Snapshot) => void>()
  readonly #resolveStopped: (result: {readonly cut: boolean}) => void
  readonly #drained = new Set<number>()
  #snapshot: Snapshot
  #tick: NodeJS.Timeout
  #phase: Snapshot['phase'] = 'running'
  #shutdown: NodeJS.Timeout | undefined
  #ready: {resolve(): void; reject(error: Error): void} | undefined

  private constructor(options: ControllerOptions, listen: readonly Listen[], reusePort: boolean) {
    const {config} = options
    this.#config = config
    this.#configName = options.configName
    this.#listen = listen
    this.#workerCount = reusePort ? (config.workers ?? defaultWorkers()) : 1
    this.#cells = newCells(config, this.#workerCount)
    this.recorders = Array.from({length: this.#workerCount}, () => newRecorderCells(this.#workerCount))
    this.#asks = new Asks((worker, ask) => this.#workers.postTo(worker, ask))
    this.requests = new RequestLog({
      config,
      recorders: this.recorders,
      asks: this.#asks,
      captureChanged: filter => this.order({type: 'capture', filter}),
      event: text => this.events.add('info', 'proxy', text, 'requests'),
    })
    const at = Date.now()
    this.services = new Map(
      config.services.map(service => [service.name, new ServiceModel(service, this.#cells, at)]),
    )
    this.#proxyLanes = new Lanes(this.#cells.proxy)
    this.#total = new Meter(
      [this.#proxyLanes, ...[...this.services.values()].map(service => service.lanes)],
      at,
    )
    const {promise, resolve} = Promise.withResolvers<{readonly cut: boolean}>()
    this.stopped = promise
    this.#resolveStopped = resolve
    this.#snapshot = this.#takeSnapshot()
    this.#tick = setInterval(() => this.#publish(), SLOW_TICK_MS)
    this.#workers = new Workers({
      count: this.#workerCount,
      config,
      listen,
      reusePort,
      cells: this.#cells,
      recorders: this.recorders,
      pseudonym: `revproxy-tui-${randomBytes(4).toString('hex')}`,
      orders: () => this.#orders(),
      event: (event, worker) => this.#heard(event, worker),
      died: (worker, cause) => this.#workerDied(worker, cause),
      stuck: (worker, stuck) => this.#workerStuck(worker, stuck),
      watchdog: options.watchdog,
    })
  }

  /**
   * Starts everything and resolves when all workers listen.
   * @throws ListenError
   */
  static async start(options: ControllerOptions): Promise<Controller> {
    const [listen, reusePort] = await Promise.all([probeListen(options.config.listen), canReusePort()])
    const controller = new Controller(options, listen, reusePort)
    await controller.#listening()
    controller.#startHealth()
    return controller
  }

  /** The first address listened on, its port resolved. */
  get address(): Listen {
    return this.#listen[0] ?? {address: '127.0.0.1', port: 0}
  }

  snapshot(): Snapshot {
    return this.#snapshot
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#subscribers.add(listener)
    if (this.#subscribers.size === 1) this.#setTick(TICK_MS)
    return () => {
      this.#subscribers.delete(listener)
      if (this.#subscribers.size === 0) this.#setTick(SLOW_TICK_MS)
    }
  }

  onEvent(listener: (event: ControlEvent) => void): () => void {
    return this.events.subscribe(listener)
  }

  async execute(command: Command, by: string): Promise<Outcome> {
    const outcome = await carryOut(command, by, this)
    this.#publish()
    return outcome
  }

  order(order: Order): void {
    this.#workers.post(order)
  }

  stop(force: boolean, by: string): Outcome {
    if (this.#phase === 'running') {
      this.#phase = 'draining'
      this.health.stop()
      this.#workers.post({type: 'drain'})
      const {shutdownMs} = this.#config.timeouts
      this.#shutdown = setTimeout(() => this.#cut('time is up'), shutdownMs)
      this.events.add('info', 'proxy', `stopping: ${this.#total.inFlight} in flight`, by)
    } else if (!force) return {ok: false, message: 'stopping already: ask for force to cut what is in flight'}
    if (force) this.#cut(by)
    return {ok: true, message: force ? 'stopped at once' : 'stopping: no new requests'}
  }

  #listening(): Promise<void> {
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    this.#ready = {resolve, reject}
    return promise.finally(() => {
      this.#ready = undefined
    })
  }

  #startHealth(): void {
    for (const service of this.services.values()) {
      const check = service.config.tcpHealthcheck
      if (check === undefined) continue
      for (const [key, model] of service.instances) {
        const {address, port} = model.config
        const id = `${service.config.name}/${key}`
        this.health.add(id, {
          address,
          port,
          check,
          changed: (state, before, result) => {
            model.health = state
            model.lastCheck = result
            if (state.verdict !== before.verdict) this.#verdictChanged(service, model, result.reason)
          },
        })
      }
    }
  }

  #verdictChanged(service: ServiceModel, model: InstanceModel, reason: string): void {
    const {verdict, failuresInRow} = model.health
    model.verdictSince = Date.now()
    this.applySelectable(service, model)
    const subject = `${service.config.name}/${model.config.key}`
    if (verdict === 'up') this.events.add('good', subject, 'up', 'health check')
    else
      this.events.add('bad', subject, `down after ${failuresInRow} failed checks: ${reason}`, 'health check')
  }

  applySelectable(service: ServiceModel, model: InstanceModel): void {
    this.order({
      type: 'selectable',
      service: service.config.name,
      instance: model.config.key,
      selectable: model.selectable,
    })
  }

  #orders(): readonly Order[] {
    const orders: Order[] = []
    const filter = this.requests.captures
    if (filter !== undefined) orders.push({type: 'capture', filter})
    for (const [service, {strategy, instances}] of this.services) {
      orders.push({type: 'strategy', service, strategy})
      for (const [instance, model] of instances) {
        if (!model.selectable) orders.push({type: 'selectable', service, instance, selectable: false})
      }
    }
    return orders
  }

  #heard(event: Up, worker: number): void {
    switch (event.type) {
      case 'listening':
        if (this.#ready === undefined)
          this.events.add('good', 'proxy', `worker ${worker + 1} is back`, 'watchdog')
        else if (this.#workers.allListening) this.#ready.resolve()
        return
      case 'listen-failed': {
        const error = new ListenError(event.address, event.code, event.message)
        if (this.#ready === undefined) this.events.add('bad', 'proxy', error.message, `worker ${worker + 1}`)
        else this.#ready.reject(error)
        return
      }
      case 'drained':
        this.#drained.add(worker)
        if (this.#phase === 'draining' && this.#drained.size === this.#workerCount) void this.#end(false)
        return
      case 'connect-failed':
        void this.health.checkNow(`${event.service}/${event.instance}`)
        return
      case 'mistake':
        this.events.add(
          'bad',
          'proxy',
          `a mistake of the proxy cost one connection: ${event.text}`,
          `worker ${worker + 1}`,
        )
        return
      case 'wrong-protocol':
        this.events.add('warning', 'proxy', event.text, 'client')
        return
      case 'answer':
        return this.#asks.heard(event)
      case 'alive':
        return
    }
  }

  #workerStuck(worker: number, stuck: boolean): void {
    const text = stuck ? 'does not answer' : 'answers again'
    this.events.add(stuck ? 'bad' : 'good', 'proxy', `worker ${worker + 1} ${text}`, 'watchdog')
  }

  #workerDied(worker: number, cause: string): void {
    this.#asks.lost(worker)
    const lost = this.#total.inFlight
    this.#proxyLanes.settle(worker)
    for (const service of this.services.values()) {
      service.lanes.settle(worker)
      for (const instance of service.instances.values()) instance.lanes.settle(worker)
    }
    const gone = lost - this.#total.inFlight
    this.events.add(
      'bad',
      'proxy',
      `worker ${worker + 1} died with ${gone} requests in flight: ${cause}`,
      'watchdog',
    )
    if (this.#phase === 'draining') this.#heard({type: 'drained'}, worker)
    this.#ready?.reject(new Error(`worker ${worker + 1} could not start: ${cause}`))
  }

  #cut(by: string): void {
    const lost = this.#total.inFlight
    if (lost > 0) this.events.add('warning', 'proxy', `cut ${lost} in flight`, by)
    this.#workers.post({type: 'cut'})
    void this.#end(lost > 0)
  }

  async #end(cut: boolean): Promise<void> {
    clearTimeout(this.#shutdown)
    clearInterval(this.#tick)
    this.health.stop()
    await this.#workers.end()
    this.#publish()
    this.#resolveStopped({cut})
  }

  #setTick(everyMs: number): void {
    clearInterval(this.#tick)
    this.#tick = setInterval(() => this.#publish(), everyMs)
  }

  #publish(): void {
    this.#noticeDrained()
    this.#snapshot = this.#takeSnapshot()
    for (const subscriber of this.#subscribers) subscriber(this.#snapshot)
  }

  #noticeDrained(): void {
    for (const [subject, model] of this.draining) {
      if (model.lanes.inFlight > 0) continue
      this.draining.delete(subject)
      this.events.add('good', subject, 'drained: nothing is in flight on it any more', 'drain')
    }
  }

  #takeSnapshot(): Snapshot {
    const at = Date.now()
    return {
      at,
      startedAt: this.#startedAt,
      configName: this.#configName,
      listeners: this.#listen.map(addressText),
      phase: this.#phase,
      workers: this.#workerCount,
      connections: this.#proxyLanes.connections,
      total: this.#total.read(at),
      services: [...this.services.values()].map(service => service.snapshot(at)),
      events: this.events.events,
    }
  }
}

function defaultWorkers(): number {
  return Math.max(1, Math.min(MAX_DEFAULT_WORKERS, availableParallelism() - 1))
}
