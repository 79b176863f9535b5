/** The one place that decides: desired state in, orders to the workers, events and snapshots out. */
// Longer than our files are: every order to the workers leaves from here, so that there is one order of events, and a
// configuration comes into force in one place. What can be decided beside it (how it starts and ends, what workers tell,
// health, ejections, slow start, guards, files, logs, snapshots) has files of its own.
import {randomBytes} from 'node:crypto'
import {dirname} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import type {Config, Listen, RateLimit} from '../config/config.ts'
import type {Configure, Order, TlsMaterial} from '../proxy/messages.ts'
import {newRecorderCells, type RecorderCells} from '../recorder/layout.ts'
import {Asks} from './asks.ts'
import {Audience} from './audience.ts'
import type {CommandTarget} from './command-target.ts'
import {carryOut} from './commands.ts'
import {ConfigFile} from './config-file.ts'
import type {Command, ConfigComparison, Control, ControlEvent, Outcome, Setting, Snapshot} from './control.ts'
import {Ejections} from './ejections.ts'
import {EventLog} from './event-log.ts'
import {explain} from './explain.ts'
import type {ExplainRequest, Explanation} from './explanation.ts'
import {FaultsOnPurpose} from './faults-on-purpose.ts'
import {Health} from './health.ts'
import {checkTargets} from './health-targets.ts'
import type {Handed} from './inherited.ts'
import type {InstanceDiscovery} from './instance-discovery.ts'
import {Leaving, STOPPING} from './leaving.ts'
import {type HeldPorts, ListenError, probeListen} from './listen-probe.ts'
import {subjectsOf} from './metric-subjects.ts'
import {metricText} from './metric-text.ts'
import {type InstanceModel, type ServiceModel, subjectOf} from './model.ts'
import {AccessLogError, Outlets} from './outlets.ts'
import {PrepareRounds} from './prepare-rounds.ts'
import {rateText} from './rate-limit.ts'
import {RequestLog} from './request-log.ts'
import {SlowStart} from './slow-start.ts'
import {Snapshots} from './snapshots.ts'
import {selectableOrder, standingOrders} from './standing-orders.ts'
import {defaultWorkers, prepareStart, type Start, type StartOptions, workerCount} from './starting.ts'
import {StateFile} from './state-file.ts'
import {SwitchGuard} from './switch-guard.ts'
import {TlsFiles} from './tls-files.ts'
import {Topology} from './topology.ts'
import {grant, type Wishes, wishesOf} from './wishes.ts'
import {WorkerNews} from './worker-news.ts'
import {type Watchdog, Workers} from './workers.ts'

/** An event for each; the rest is a number. */
const MOST_GRANTED = 20

export interface ControllerOptions extends StartOptions {
  /** base name of the configuration's file */
  readonly configName: string
  /** Starts a process that follows this one. */
  readonly restart?: (controller: Controller) => Promise<Outcome>
  /** a dashboard is drawn on standard output: nothing else may be written there */
  readonly outputTaken?: boolean
  /** how workers are watched; there is a default */
  readonly watchdog?: Watchdog
}

export class Controller implements Control, CommandTarget {
  /** each worker's record of what it did */
  readonly recorders: readonly RecorderCells[]
  readonly events = new EventLog(Date.now)
  readonly health = new Health()
  readonly guard = new SwitchGuard()
  readonly ejections: Ejections
  readonly slowStart = new SlowStart({
    events: this.events,
    order: order => this.order(order),
    now: Date.now,
  })
  rateLimit: RateLimit | undefined
  readonly faults = new FaultsOnPurpose({
    services: () => this.services,
    events: this.events,
    order: order => this.order(order),
  })
  readonly requests: RequestLog
  readonly draining = new Map<string, InstanceModel>()
  /** told of each command that was carried out */
  carriedOut: ((command: Command, by: string) => void) | undefined
  /** resolves when everything has ended after a stop; the value says whether something in flight was cut */
  readonly stopped: Promise<{readonly cut: boolean}>
  /** as it was read; what is in force has the instances that were discovered in place of its own */
  #given: Config
  #config: Config
  readonly #file: ConfigFile | undefined
  readonly #tls: TlsFiles
  readonly #discovery: InstanceDiscovery
  readonly #topology: Topology
  #listen: readonly Listen[]
  readonly #workerCount: number
  readonly #socketsAreShared: boolean
  readonly #held: HeldPorts | undefined
  readonly #workers: Workers
  readonly #asks: Asks
  readonly #rounds: PrepareRounds
  readonly #outlets: Outlets
  #applying: Promise<unknown> = Promise.resolve()
  readonly #audience: Audience
  readonly #resolveStopped: (result: {readonly cut: boolean}) => void
  readonly #leaving: Leaving
  readonly #news: WorkerNews
  readonly #snapshots: Snapshots
  #snapshot: Snapshot
  readonly #state = new StateFile({events: this.events, wishes: () => this.#wishes()})
  readonly #restart: ControllerOptions['restart']

  private constructor(options: ControllerOptions, start: Start) {
    const {config, discovery, listen, reusePort} = start
    this.#given = config
    this.#discovery = discovery
    this.#config = discovery.expand(config)
    this.rateLimit = config.rateLimit
    this.#listen = listen
    this.#held = start.held
    this.#file =
      options.file &&
      new ConfigFile({
        ...options.file,
        settings: start.settings,
        events: this.events,
        apply: (next, by) => this.apply(next, by),
        changed: () => this.#publish(),
      })
    this.#tls = new TlsFiles({
      events: this.events,
      changed: tls => this.#tlsChanged(tls),
    })
    this.#tls.use(start.tls)
    this.#workerCount = workerCount(config, reusePort)
    this.#socketsAreShared = options.inherited?.shared === true
    this.recorders = Array.from({length: this.#workerCount}, () => newRecorderCells(this.#workerCount))
    const at = Date.now()
    this.#topology = new Topology(this.#config, this.#workerCount, at)
    if (start.wishes !== undefined) this.#grant(start.wishes, at)
    this.#state.use(config.stateFile)
    this.#restart = options.restart
    this.slowStart.keep(this.services)
    this.slowStart.resume(this.services)
    this.faults.apply('configuration')
    this.#asks = new Asks((worker, ask) => this.#workers.postTo(worker, ask))
    this.#rounds = new PrepareRounds(this.#workerCount, (worker, ask) => this.#workers.postTo(worker, ask))
    this.ejections = new Ejections({
      events: this.events,
      apply: (service, model) => this.applySelectable(service, model),
      now: Date.now,
    })
    this.requests = new RequestLog({
      names: this.#topology.registry,
      service: name => this.services.get(name),
      tlsOf: instance => this.#tls.settings(instance.tls),
      redact: config.redact,
      recorders: this.recorders,
      asks: this.#asks,
      captureChanged: filter => this.order({type: 'capture', filter}),
      event: text => this.events.add('info', 'proxy', text, 'requests'),
    })
    this.#outlets = new Outlets({
      metrics: () => metricText(this.#subjects()),
      notReady: () => this.#notReady(),
      recorders: this.recorders,
      names: this.#topology.registry,
      events: this.events,
      outputTaken: options.outputTaken === true,
      folder: options.file === undefined ? '.' : dirname(options.file.path),
    })
    const {promise, resolve} = Promise.withResolvers<{readonly cut: boolean}>()
    this.stopped = promise
    this.#resolveStopped = resolve
    this.#audience = new Audience(() => this.#publish())
    this.#leaving = new Leaving({
      events: this.events,
      workers: this.#workerCount,
      timeouts: () => this.#config.timeouts,
      inFlight: () => this.#topology.total.inFlight,
      post: message => this.#workers.post(message),
      begun: () => this.health.stop(),
      ended: cut => void this.#end(cut),
    })
    this.#news = new WorkerNews({
      events: this.events,
      asks: this.#asks,
      rounds: this.#rounds,
      health: this.health,
      ejections: this.ejections,
      topology: this.#topology,
      leaving: this.#leaving,
      allListening: () => this.#workers.allListening,
    })
    this.#snapshots = new Snapshots({
      configName: options.configName,
      workers: this.#workerCount,
      file: this.#file,
      topology: this.#topology,
      discovery,
      tls: this.#tls,
      outlets: this.#outlets,
      faults: this.faults,
      events: this.events,
      perSecond: () => this.#audience.perSecond,
      listen: () => this.#listen,
      phase: () => this.#leaving.phase,
      rateLimit: () => this.rateLimit,
    })
    this.#snapshot = this.#snapshots.take(Date.now())
    this.#workers = new Workers({
      count: this.#workerCount,
      reusePort,
      current: () => this.#current(),
      recorders: this.recorders,
      idPrefix: this.#topology.registry.idPrefix,
      shares: start.shares,
      pseudonym: `revproxy-tui-${randomBytes(4).toString('hex')}`,
      event: (event, worker) => this.#news.heard(event, worker),
      died: (worker, cause) => this.#news.died(worker, cause),
      stuck: (worker, stuck) => this.#news.stuck(worker, stuck),
      watchdog: options.watchdog,
    })
  }

  /**
   * Starts everything and resolves when all workers listen.
   * @throws ListenError
   * @throws Error in words, when a file of certificates cannot be used
   */
  static async start(options: ControllerOptions): Promise<Controller> {
    const start = await prepareStart(options)
    const controller = new Controller(options, start)
    try {
      const [outlets] = await Promise.all([
        controller.#outlets.prepare(start.config, options.inherited?.admin),
        controller.#news.listening(),
      ])
      outlets.commit('start')
    } catch (error) {
      await controller.#end(false)
      throw error
    } finally {
      start.held?.release()
    }
    const {problem, discovery} = start
    if (problem !== undefined) {
      const text = `started as the configuration says: ${problem}`
      controller.events.add('bad', 'proxy', text, 'state file')
    }
    controller.#watchHealth()
    discovery.attach({events: controller.events, changed: () => controller.#rediscovered()})
    controller.#publish()
    return controller
  }

  get services(): ReadonlyMap<string, ServiceModel> {
    return this.#topology.services
  }

  /** The first address listened on, its port resolved. */
  get address(): Listen {
    return this.#listen[0] ?? {address: '127.0.0.1', port: 0}
  }

  snapshot(): Snapshot {
    return this.#snapshot
  }

  subscribe(listener: (snapshot: Snapshot) => void, perSecond?: number): () => void {
    return this.#audience.join(listener, perSecond)
  }

  onEvent(listener: (event: ControlEvent) => void): () => void {
    return this.events.subscribe(listener)
  }

  async execute(command: Command, by: string): Promise<Outcome> {
    const outcome = await carryOut(command, by, this)
    if (outcome.ok) this.carriedOut?.(command, by)
    this.#state.changed()
    this.#publish()
    return outcome
  }

  order(order: Order): void {
    this.#workers.post(order)
  }

  stop(force: boolean, by: string): Outcome {
    return this.#leaving.stop(force, by)
  }

  /** Starts a process that takes over, while this one finishes what it has. */
  async restart(by: string): Promise<Outcome> {
    if (!this.#leaving.isRunning) return STOPPING
    if (this.#restart === undefined) return {ok: false, message: 'this proxy cannot start another process'}
    this.events.add('info', 'proxy', 'restarting: another process is to take over', by)
    const outcome = await this.#restart(this)
    this.events.add(outcome.ok ? 'good' : 'bad', 'proxy', outcome.message, by)
    return outcome
  }

  /** What another process needs to listen in place of this one; undefined: not all workers have told. */
  async handedOver(): Promise<Handed | undefined> {
    const answers = await Promise.all(
      this.recorders.map((_, worker) => this.#asks.ask(worker, {type: 'list-listeners'})),
    )
    if (answers.includes(undefined)) return undefined
    const wanted = this.#listen.map((one, index) => ({
      ...one,
      wanted: this.#given.listen[index]?.port ?? one.port,
    }))
    const listeners = answers.flatMap(answer =>
      (answer?.listeners ?? []).map(open => {
        const known = wanted.find(({address, port}) => address === open.address && port === open.port)
        return {...open, wanted: known?.wanted ?? open.port}
      }),
    )
    return {
      shared: this.#socketsAreShared,
      listeners,
      admin: this.#outlets.adminSocket,
      wishes: this.#wishes(),
    }
  }

  #wishes(): Wishes {
    return wishesOf({
      services: this.services,
      settings: this.#file?.changes ?? [],
      rateLimit: this.rateLimit,
      configured: this.#config.rateLimit,
    })
  }

  #grant(wishes: Wishes, at: number): void {
    const {granted, rateLimit} = grant(wishes, this.services, this.#config.rateLimit, at)
    this.rateLimit = rateLimit
    for (const text of granted.slice(0, MOST_GRANTED))
      this.events.add('warning', 'proxy', `as before: ${text}`, 'start')
    const more = granted.length - MOST_GRANTED
    if (more > 0) this.events.add('warning', 'proxy', `and ${more} more as before`, 'start')
  }

  /** Another process has taken over: nothing is accepted here any more, and what is here finishes. */
  async leave(by: string): Promise<void> {
    if (!this.#leaving.isRunning) return
    this.#file?.close()
    // From here on it is the other one's.
    void this.#state.close()
    this.#outlets.leave()
    this.#leaving.follow(by)
  }

  /** It has not been told to stop, and nobody has taken over. */
  get isRunning(): boolean {
    return this.#leaving.isRunning
  }

  /** Whether all workers are there and have answered lately. */
  get answers(): boolean {
    return this.#workers.readings.every(
      ({listening, stuck}) => !stuck && (listening || !this.#leaving.isRunning),
    )
  }

  /** Where metrics can be had, its port resolved; undefined: nowhere. */
  get adminAddress(): Listen | undefined {
    return this.#outlets.adminAddress
  }

  #notReady(): string | undefined {
    if (!this.#leaving.isRunning) return STOPPING.message
    return this.#workers.allListening ? undefined : 'not all workers listen'
  }

  #subjects() {
    return subjectsOf({
      topology: this.#topology,
      snapshot: () => this.#snapshot,
      workers: () => this.#workers.readings,
      ready: () => this.#notReady() === undefined,
      events: () => this.events.counts,
      accessLog: () => this.#outlets.accessLog.reading,
    })
  }

  /** Reads the configuration's file again. */
  async reload(by: string): Promise<Outcome> {
    if (!this.#leaving.isRunning) return STOPPING
    const outcome = (await this.#file?.reload(by)) ?? {ok: false, message: 'there is no file to read again'}
    await this.#tls.look(by)
    return outcome
  }

  reopenLog(by: string): Outcome {
    return this.#outlets.reopenLog(by)
  }

  /** Reloads by itself whenever the file, or one of certificates, changes. */
  async watchFile(): Promise<void> {
    this.#tls.watch()
    await this.#file?.watch()
  }

  async explain(request: ExplainRequest): Promise<Explanation> {
    const {limits, forwardsTrace, trustedProxies} = this.#config
    return explain(request, {
      services: this.services,
      limits,
      forwardsTrace,
      trustedProxies,
      isLive: true,
    })
  }

  async settings(service: string, instance: string | undefined): Promise<readonly Setting[]> {
    if (this.#file === undefined) throw new Error('there is no file whose settings could be changed')
    return this.#file.settings(service, instance)
  }

  async setSetting(command: Extract<Command, {type: 'set-setting'}>, by: string): Promise<Outcome> {
    if (!this.#leaving.isRunning) return STOPPING
    return (
      (await this.#file?.set(command, by)) ?? {
        ok: false,
        message: 'there is no file whose settings could be changed',
      }
    )
  }

  async compareConfig(path?: string): Promise<ConfigComparison> {
    if (this.#file === undefined) throw new Error('there is no file to compare with')
    return this.#file.compare(path)
  }

  /**
   * Puts another configuration into force between two requests. New listeners are opened first: when one of them cannot
   * be, nothing changes, and the outcome says why. What is named as before keeps its connections, counters and state.
   */
  apply(config: Config, by: string): Promise<Outcome> {
    return this.#inTurn(() => this.#apply(config, by))
  }

  #rediscovered(): void {
    void this.#inTurn(() => this.#apply(this.#given, 'discovery'))
  }

  #inTurn(step: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = this.#applying.then(step)
    this.#applying = outcome.catch(() => {})
    return outcome
  }

  async #apply(config: Config, by: string): Promise<Outcome> {
    if (!this.#leaving.isRunning) return STOPPING
    const isSame = config === this.#given
    const tls = isSame ? {units: this.#tls.units} : await TlsFiles.read(config)
    if (tls.units === undefined) return {ok: false, message: tls.problem}
    if (!isSame) await this.#discovery.follow(config)
    let listen: readonly Listen[]
    let outlets: Awaited<ReturnType<Outlets['prepare']>> | undefined
    try {
      listen = await this.#listenFor(config)
      outlets = await this.#outlets.prepare(config)
      const failure = await this.#rounds.run(listen)
      if (failure !== undefined) throw new ListenError(failure.address, failure.code, failure.message)
    } catch (error) {
      if (!(error instanceof ListenError || error instanceof AccessLogError)) throw error
      outlets?.abort()
      await this.#discovery.follow(this.#given)
      // Those workers that could open them close them again.
      this.#workers.post({type: 'configure', ...this.#current()})
      return {ok: false, message: error.message}
    } finally {
      this.#held?.release()
    }
    outlets.commit(by)
    const given = this.#given
    if (rateText(config.rateLimit) !== rateText(this.#given.rateLimit)) this.rateLimit = config.rateLimit
    this.#given = config
    this.#listen = listen
    if (!isSame) this.#tls.use(tls.units)
    this.#config = this.#discovery.expand(config)
    this.#topology.apply(this.#config, Date.now())
    this.#leaveHashes(by)
    this.requests.setRedact(config.redact)
    this.#state.use(config.stateFile)
    this.#state.changed()
    this.#forgetDraining()
    this.ejections.keep(this.services, by)
    this.slowStart.keep(this.services)
    this.faults.apply(by)
    this.#workers.post({type: 'configure', ...this.#current()})
    this.#watchHealth()
    // Answered when all that was posted before has been obeyed.
    await this.#rounds.run(listen)
    const wanted = config.workers ?? defaultWorkers()
    if (wanted !== this.#workerCount && this.#workerCount > 1)
      this.events.add('warning', 'proxy', `${wanted} workers from the next start on`, by)
    if (!isDeepStrictEqual(config.control, given.control))
      this.events.add('warning', 'proxy', 'another control socket from the next start on', by)
    this.#publish()
    return {ok: true, message: 'in force'}
  }

  /** An address that is listened on already keeps its port, also where the system chose it. */
  async #listenFor(config: Config): Promise<readonly Listen[]> {
    const listen: Listen[] = []
    for (const one of config.listen) {
      const place = this.#given.listen.findIndex(
        ({address, port}) => address === one.address && port === one.port,
      )
      const port = this.#listen[place]?.port
      if (port !== undefined) listen.push({...one, port})
      // What has this port here is ourselves, so the workers can share it: a probe alone would not tell that.
      else if (this.#listen.some(other => other.port === one.port)) listen.push(one)
      else listen.push(...(await probeListen([one], this.#held)))
    }
    return listen
  }

  #current(): Omit<Configure, 'type'> {
    return {
      config: this.#config,
      cells: this.#topology.cells,
      tls: this.#tls.material,
      listen: this.#listen,
      orders: this.#orders(),
    }
  }

  /** What HEADER_HASH went by is gone: the file's own strategy takes over. */
  #leaveHashes(by: string): void {
    for (const [service, {strategy, config}] of this.services)
      if (strategy === 'HEADER_HASH' && config.hashHeader === undefined)
        void carryOut({type: 'set-strategy', service, strategy: config.strategy}, by, this)
  }

  #forgetDraining(): void {
    if (this.draining.size === 0) return
    const configured = new Set([...this.services.values()].flatMap(({instances}) => [...instances.values()]))
    for (const [subject, model] of this.draining) if (!configured.has(model)) this.draining.delete(subject)
  }

  #tlsChanged(tls: TlsMaterial): void {
    this.#workers.post({type: 'tls', tls})
    this.#watchHealth()
    this.#publish()
  }

  #watchHealth(): void {
    const verdict = (service: ServiceModel, model: InstanceModel, reason: string) =>
      this.#verdictChanged(service, model, reason)
    const passed = (service: ServiceModel, model: InstanceModel, at: number) =>
      this.ejections.passed(service, model, at)
    this.health.setTargets(
      checkTargets(this.services.values(), {verdict, passed, tls: tls => this.#tls.settings(tls)}),
    )
  }

  #verdictChanged(service: ServiceModel, model: InstanceModel, reason: string): void {
    this.applySelectable(service, model)
    const {verdict} = model.health
    if (verdict === 'unknown') return
    const text = `${verdict} after ${reason}`
    this.events.add(verdict === 'up' ? 'good' : 'bad', subjectOf(service, model), text, 'health check')
  }

  operatorChanged(service: ServiceModel, model: InstanceModel): void {
    this.applySelectable(service, model)
    if (this.#leaving.isRunning) this.#watchHealth()
  }

  cutInstance(service: ServiceModel, model: InstanceModel): void {
    this.#workers.post({type: 'cut-instance', service: service.config.name, instance: model.config.key})
  }

  applySelectable(service: ServiceModel, model: InstanceModel): void {
    this.slowStart.changed(service, model)
    this.order(selectableOrder(service, model))
    this.ejections.keepOneIn(service)
  }

  #orders(): readonly Order[] {
    const standing = standingOrders({
      services: this.services,
      rateLimit: this.rateLimit,
      configuredRate: this.#config.rateLimit,
      captures: this.requests.captures,
    })
    return [...standing, ...this.faults.orders()]
  }

  async #end(cut: boolean): Promise<void> {
    this.#leaving.close()
    this.#audience.end()
    this.slowStart.close()
    this.#file?.close()
    this.#tls.close()
    this.#discovery.close()
    this.health.stop()
    await this.#workers.end()
    await Promise.all([this.#outlets.close(), this.#state.close()])
    this.#publish()
    this.#resolveStopped({cut})
  }

  #publish(): void {
    this.faults.endSpent(Date.now())
    this.#noticeDrained()
    this.#takeBack()
    this.#snapshot = this.#snapshots.take(Date.now())
    this.#audience.tell(this.#snapshot)
  }

  #takeBack(): void {
    for (const {service, strategy, why} of this.guard.look(Date.now())) {
      this.events.add('warning', service, why, 'guard')
      void carryOut({type: 'set-strategy', service, strategy}, 'guard', this)
      this.#state.changed()
    }
  }

  #noticeDrained(): void {
    for (const [subject, model] of this.draining) {
      if (model.lanes.inFlight > 0) continue
      this.draining.delete(subject)
      this.events.add('good', subject, 'drained: nothing is in flight on it any more', model.operator)
    }
  }
}
