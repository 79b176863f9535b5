/** One service as a worker sees it: its instances, those of them that may be used, and the strategy that chooses. */
// Longer than our files are: each setter is an order of the control plane, and all of them end in what may be picked.
import {sparedBecause} from '../balancing/ejection.ts'
import {type StrategyName, strategies, strategyNames} from '../balancing/strategies.ts'
import type {Pick, PickRequest, Strategy} from '../balancing/strategy.ts'
import type {RateLimit, ServiceConfig} from '../config/config.ts'
import {Cell, Lane, Lanes} from '../metrics/lane.ts'
import type {Sharing} from '../routing/split.ts'
import {StickyCookies} from '../routing/sticky.ts'
import type {FailedAttempts} from './attempts.ts'
import {Instance} from './instance.ts'
import {MadeFaults} from './made-faults.ts'
import type {LiveFault, ServiceCells} from './messages.ts'
import {RequestQueue} from './request-queue.ts'
import {isWithinBudget} from './retry-budget.ts'
import type {WorkerContext} from './worker-context.ts'

interface Selectability {
  readonly selectable: boolean
  readonly acceptsSticky: boolean
  readonly ejected: boolean
}

export class Service {
  config: ServiceConfig
  /** how records name it */
  readonly number: number
  readonly lane: Lane
  instances: readonly Instance[] = []
  /** rebuilt only when the configuration, health or the operator changes something */
  selectable: readonly Instance[] = []
  /** backups that could serve, while others can */
  standby: readonly Instance[] = []
  /** what control calls the state that they are in, with its reasons: records refer to it */
  selection = 0
  pick: Pick
  /** undefined: the strategy learns nothing from answers */
  learn: Strategy['learn']
  /** undefined: no client is bound to an instance */
  sticky: StickyCookies<Instance> | undefined
  /** a part of its requests goes to another service; set once all services are there */
  split: (Sharing & {readonly other: Service}) | undefined
  /** place in the table of strategies */
  strategyIndex: number
  /** how often a client may ask it */
  rateLimit: RateLimit | undefined
  /** some of its instances take only so many requests at a time */
  limited = false
  readonly queue: RequestQueue
  /** what the retry policies of its instances give to all attempts, the longest of them */
  totalMs = Number.POSITIVE_INFINITY
  readonly #lanes: Lanes
  readonly #turns: Uint32Array<SharedArrayBuffer>
  #faults: readonly LiveFault[] = []
  readonly #context: WorkerContext
  /** those that are configured, and those that were and may still have something in flight */
  readonly #known = new Map<string, Instance>()
  /** `address:port` by number, of all that ever were here: what is in flight is told with them */
  readonly #keys = new Map<number, string>()

  constructor(config: ServiceConfig, cells: ServiceCells, context: WorkerContext) {
    this.config = config
    this.number = cells.number
    this.lane = new Lane(cells.lanes, context.index)
    this.#lanes = new Lanes(cells.lanes)
    this.#turns = new Uint32Array(cells.turns)
    this.#context = context
    const {pick, learn} = this.#strategy(config.strategy)
    this.pick = pick
    this.learn = learn
    this.queue = new RequestQueue({
      lane: this.lane,
      lanes: this.#lanes,
      deadlines: context.deadlines,
      hasRoom: () => this.hasRoom,
      settings: () => ({
        queueMs: this.config.timeouts.queueMs,
        length: this.config.queue,
        bounded: this.totalMs < Number.POSITIVE_INFINITY,
      }),
    })
    this.strategyIndex = strategyNames.indexOf(config.strategy)
    this.update(config, cells)
  }

  /** Takes another configuration over: instances that it names as before stay what they are, the others finish. */
  update(config: ServiceConfig, cells: ServiceCells): void {
    this.config = config
    this.rateLimit = config.rateLimit // an order that says otherwise follows
    this.instances = config.instances.map(instance => {
      const its = cells.instances.get(instance.key)
      if (its === undefined) throw new Error(`no shared cells for ${config.name}/${instance.key}`)
      const known = this.#known.get(instance.key)
      const same = known?.serial === its.serial ? known : new Instance(instance, its, this, this.#context)
      same.config = instance
      same.weight = instance.weight // an order that says otherwise follows
      same.maxConnections = instance.maxConnections // as that
      same.stay()
      this.#known.set(instance.key, same)
      this.#keys.set(its.number, instance.key)
      return same
    })
    const totals = config.instances.map(({retry}) => retry.totalMs ?? Number.POSITIVE_INFINITY)
    // Without an instance there is no policy: who waits is told that there is nobody.
    this.totalMs = totals.length === 0 ? Number.POSITIVE_INFINITY : totals.reduce((a, b) => Math.max(a, b))
    const {stickyCookie} = config
    this.sticky = stickyCookie && new StickyCookies(config.name, stickyCookie, cells.secret, this.instances)
    const current = new Set(this.instances)
    for (const [key, instance] of this.#known) {
      if (current.has(instance)) continue
      instance.leave()
      if (instance.inFlight === 0) this.#known.delete(key)
    }
    this.#limit()
    this.#select()
    if (this.#faults.length > 0) this.setFaults(this.#faults)
  }

  setMaxConnections(key: string, maxConnections: number): void {
    const instance = this.#known.get(key)
    if (instance === undefined) return
    instance.maxConnections = maxConnections
    this.#limit()
  }

  #limit(): void {
    this.limited = this.instances.some(({maxConnections}) => maxConnections > 0)
  }

  /** An instance would take a request now, or none ever will: whoever waits should not wait any longer. */
  get hasRoom(): boolean {
    const {selectable} = this
    return selectable.length === 0 || selectable.some(instance => instance.hasRoom)
  }

  /** Those of `candidates` that have room. The list itself where it is all of them. */
  withRoom(candidates: readonly Instance[]): readonly Instance[] {
    const free = candidates.filter(instance => instance.hasRoom)
    // There was room a moment ago: where none is left, another worker has taken it, and this request is the one too many.
    return free.length === 0 || free.length === candidates.length ? candidates : free
  }

  /** The service is not configured any more: what is in flight finishes. */
  leave(): void {
    for (const instance of this.instances) instance.leave()
  }

  /**
   * The instance for a request, one of `candidates`, unless its cookie names one: a client goes back there also while it
   * drains, but not to one that is full or has failed this request.
   */
  choose(
    request: PickRequest & {readonly head: string},
    candidates: readonly Instance[],
    failed?: FailedAttempts,
  ) {
    const bound = this.sticky?.instanceIn(request.head)
    return bound?.acceptsSticky === true && bound.hasRoom && failed?.hasTried(bound) !== true
      ? bound
      : this.pick(candidates, request)
  }

  /** Swaps the strategy between two requests: nothing in flight notices. */
  setStrategy(name: StrategyName): void {
    if (strategyNames[this.strategyIndex] === name) return
    const {pick, learn} = this.#strategy(name)
    this.pick = pick
    this.learn = learn
    this.strategyIndex = strategyNames.indexOf(name)
  }

  setSplitPercent(percent: number): void {
    if (this.split !== undefined) this.split = {...this.split, percent}
  }

  setSelectable(key: string, to: Selectability): void {
    const instance = this.#known.get(key)
    if (instance === undefined) return
    const {selectable, acceptsSticky, ejected} = to
    instance.acceptsSticky = acceptsSticky
    if (instance.ejected !== ejected) instance.failures.clear()
    instance.ejected = ejected
    if (instance.selectable === selectable) return
    instance.selectable = selectable
    if (!selectable) instance.closeIdle()
    this.#select()
  }

  /** Takes an instance out at once, where the policy allows it; control hears of it and tells all workers what holds. */
  eject(instance: Instance, reason: string): void {
    instance.failures.clear()
    const {instances, selectable, config} = this
    const ejected = instances.filter(each => each.ejected).length
    const counts = {all: instances.length, ejected, selectable: selectable.length}
    if (!instance.selectable) return
    const {key} = instance.config
    if (sparedBecause(counts, config.ejection.percent) !== undefined) return instance.reportSpared(reason)
    this.setSelectable(key, {selectable: false, acceptsSticky: false, ejected: true})
    this.#context.report({type: 'eject', service: config.name, instance: key, reason})
  }

  /** Whether another retry fits into the budget; `isOne`: the request that asks is itself one that is under way. */
  mayRetry(budgetPercent: number, isOne: boolean): boolean {
    const underWay = this.#lanes.difference(Cell.RETRIED, Cell.RETRIES_ENDED)
    return isWithinBudget(isOne ? underWay - 1 : underWay, this.#lanes.inFlight, budgetPercent)
  }

  /** Also one that is not configured any more and still has something in flight. */
  named(key: string): Instance | undefined {
    return this.#known.get(key)
  }

  /** Faults on purpose that are on; an instance that none of them means does not know of any. */
  setFaults(faults: readonly LiveFault[]): void {
    this.#faults = faults
    for (const instance of this.instances) {
      const its = faults.filter(
        fault => fault.instance === undefined || fault.instance === instance.config.key,
      )
      instance.made = its.length === 0 ? undefined : new MadeFaults(its)
    }
  }

  setWeight(key: string, weight: number): void {
    const instance = this.#known.get(key)
    if (instance === undefined || instance.weight === weight) return
    instance.weight = weight
    this.#select()
  }

  /** `address:port` of the instance that records call `number`. */
  keyOf(number: number): string {
    return this.#keys.get(number) ?? ''
  }

  /** Always another list: strategies work out once what they need of one. */
  #select(): void {
    const serving = this.instances.filter(each => each.selectable && each.weight > 0)
    const regular = serving.filter(each => !each.config.backup)
    this.selectable = regular.length === 0 ? serving : regular
    this.standby = regular.length === 0 ? [] : serving.filter(each => each.config.backup)
  }

  #strategy(name: StrategyName): Strategy {
    const {timeOrigin} = performance
    return strategies[name]({
      turns: this.#turns,
      random: Math.random,
      lasting: () => this.selectable,
      now: () => timeOrigin + this.#context.deadlines.now,
      hashHeader: () => this.config.hashHeader ?? '',
    })
  }
}
