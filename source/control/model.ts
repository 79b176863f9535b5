/** What control knows of each service and instance: the desired state, the verdicts, and meters on the counters. */
// Longer than our files are: what is derived of a service and an instance stands beside the state that it comes of.
import type {Instances} from '../balancing/ejection.ts'
import type {StrategyName} from '../balancing/strategies.ts'
import type {Healthcheck, InstanceConfig, RateLimit, ServiceConfig, Split} from '../config/config.ts'
import {checkOf, isHttp} from '../config/healthchecks.ts'
import {Cell, Lanes} from '../metrics/lane.ts'
import {Meter} from '../metrics/meter.ts'
import type {Traffic} from '../metrics/traffic.ts'
import type {InstanceCells, ServiceCells} from '../proxy/messages.ts'
import {headerRuleText} from '../routing/header-rule.ts'
import type {
  CheckResult,
  EjectionSnapshot,
  InstanceSnapshot,
  OperatorState,
  ServiceSnapshot,
} from './control.ts'
import {DrainEstimate} from './drain-estimate.ts'
import {type HealthState, undecided} from './health-state.ts'
import {LastSwitch} from './last-switch.ts'
import {rateText} from './rate-limit.ts'
import {type Numbering, Selections} from './selections.ts'
import {isSelectable} from './skip-reasons.ts'
import type {Turns} from './turns.ts'

/** Seconds over which an instance's share of its service is counted. */
const SHARE_SECONDS = 10

export class InstanceModel {
  config: InstanceConfig
  /** another serial in them is another instance */
  readonly cells: InstanceCells
  readonly lanes: Lanes
  readonly meter: Meter
  health: HealthState = undecided
  verdictSince: number
  verdictReason = ''
  lastCheck: CheckResult | undefined
  /** left out for a while, because of its answers; written by Ejections */
  ejection: EjectionSnapshot | undefined
  /** so often in a row, as long as nothing was forgiven since the last one ended */
  ejectedTimes = 0
  /** epoch ms */
  ejectionEndedAt = 0
  operator: OperatorState = 'ready'
  operatorSince: number
  #estimate: DrainEstimate | undefined
  #snapshot: InstanceSnapshot | undefined
  #toldHealth: HealthState | undefined
  #toldConfig: InstanceConfig | undefined
  weight: number
  /** how much of its weight it has so far, above 0 and below 1; undefined: all of it. Written by SlowStart */
  startingShare: number | undefined
  /** epoch ms at which that began. Written by SlowStart, and from the process before this one */
  startingSince: number | undefined
  /** requests at a time; 0: any number */
  maxConnections: number

  constructor(config: InstanceConfig, cells: InstanceCells, at: number) {
    this.config = config
    this.cells = cells
    this.lanes = new Lanes(cells.lanes)
    this.meter = new Meter([this.lanes], at)
    this.verdictSince = at
    this.operatorSince = at
    this.weight = config.weight
    this.maxConnections = config.maxConnections
  }

  /** Takes another configuration over; a weight that the operator set stays, unless the file says another one now. */
  update(config: InstanceConfig): void {
    if (config.weight !== this.config.weight) this.weight = config.weight
    if (config.maxConnections !== this.config.maxConnections) this.maxConnections = config.maxConnections
    this.config = config
  }

  /** what the workers go by */
  get effectiveWeight(): number {
    // Both are whole numbers of tenths at most.
    return Math.round(10 * this.weight * (this.startingShare ?? 1)) / 10
  }

  get selectable(): boolean {
    return isSelectable(this)
  }

  /** Clients that stick to it are still served while it drains. */
  get acceptsSticky(): boolean {
    return this.health.verdict !== 'down' && this.ejection === undefined && this.operator !== 'maintenance'
  }

  setVerdict(at: number, reason: string): void {
    this.verdictSince = at
    this.verdictReason = reason
  }

  setOperator(state: OperatorState, at: number): void {
    this.operator = state
    this.operatorSince = at
    if (state === 'ready') this.#estimate = undefined
    else this.#estimate ??= new DrainEstimate(at, this.lanes.inFlight, this.lanes.sum(Cell.FINISHED))
  }

  /** Attempts finished in the seconds over which shares are counted. */
  get finishedLately(): number {
    return this.meter.finishedIn(SHARE_SECONDS)
  }

  /** With what its meter has read last, this moment's or an earlier one's. The same object again while nothing changed. */
  snapshot(at: number, finishedByService: number, check: string | undefined): InstanceSnapshot {
    this.#estimate?.observe(at, this.lanes.inFlight, this.lanes.sum(Cell.FINISHED))
    const traffic = this.meter.latest ?? this.meter.read(at)
    const last = this.#snapshot
    if (last?.traffic === traffic && last.check === check && this.#isAsTold(last)) return last
    const share = finishedByService === 0 ? undefined : this.finishedLately / finishedByService
    this.#snapshot = this.#told(traffic, share, check)
    this.#toldHealth = this.health
    this.#toldConfig = this.config
    return this.#snapshot
  }

  #isAsTold(last: InstanceSnapshot): boolean {
    return (
      this.#toldHealth === this.health &&
      this.#toldConfig === this.config &&
      last.verdictSince === this.verdictSince &&
      last.verdictReason === this.verdictReason &&
      last.lastCheck === this.lastCheck &&
      last.ejection === this.ejection &&
      last.operator === this.operator &&
      last.operatorSince === this.operatorSince &&
      last.drainedInMs === this.#estimate?.leftMs &&
      last.weight === this.weight &&
      last.startingPercent === this.#startingPercent &&
      last.maxConnections === this.maxConnections
    )
  }

  get #startingPercent(): number | undefined {
    return this.startingShare === undefined ? undefined : Math.round(100 * this.startingShare)
  }

  #told(traffic: Traffic, share: number | undefined, check: string | undefined): InstanceSnapshot {
    const {key, address, port, name} = this.config
    return {
      key,
      address,
      port,
      ...(name === undefined ? {} : {name}),
      ...this.health,
      verdictSince: this.verdictSince,
      verdictReason: this.verdictReason,
      check,
      lastCheck: this.lastCheck,
      ejection: this.ejection,
      operator: this.operator,
      operatorSince: this.operatorSince,
      acceptsSticky: this.acceptsSticky,
      drainedInMs: this.#estimate?.leftMs,
      weight: this.weight,
      startingPercent: this.#startingPercent,
      maxConnections: this.maxConnections,
      backup: this.config.backup,
      selectable: this.selectable,
      share,
      traffic,
    }
  }
}

export class ServiceModel {
  config: ServiceConfig
  instances: ReadonlyMap<string, InstanceModel> = new Map()
  readonly lanes: Lanes
  readonly meter: Meter
  readonly selections: Selections
  readonly #turns: Uint32Array
  /** signs sticky cookies where the file gives no secret */
  readonly secret: string
  strategy: StrategyName
  split: Split | undefined
  readonly #checkTexts = new WeakMap<Healthcheck, string>()
  rateLimit: RateLimit | undefined
  /** no longer configured, with something in flight */
  #leaving: readonly InstanceModel[] = []
  #lastSwitch: LastSwitch | undefined

  constructor(config: ServiceConfig, cells: ServiceCells, at: number, numbering: Numbering) {
    this.config = config
    this.strategy = config.strategy
    this.split = config.split
    this.rateLimit = config.rateLimit
    this.selections = new Selections(numbering)
    this.lanes = new Lanes(cells.lanes)
    this.#turns = new Uint32Array(cells.turns)
    this.secret = cells.secret
    this.meter = new Meter([this.lanes], at)
    this.update(config, cells, at)
  }

  /**
   * Takes another configuration over. What the operator changed since stays, except where the file now says something
   * else than before; an instance that is named as before keeps its state.
   */
  update(config: ServiceConfig, cells: ServiceCells, at: number): void {
    if (config.strategy !== this.config.strategy) this.switchTo(config.strategy, at, 'reload')
    if (!sameSplit(config.split, this.config.split)) this.split = config.split
    if (rateText(config.rateLimit) !== rateText(this.config.rateLimit)) this.rateLimit = config.rateLimit
    this.config = config
    const known = new Map(
      [...this.#leaving, ...this.instances.values()].map(model => [model.cells.serial, model]),
    )
    const instances = new Map<string, InstanceModel>()
    for (const instance of config.instances) {
      const its = cells.instances.get(instance.key)
      if (its === undefined) throw new Error(`no shared cells for ${config.name}/${instance.key}`)
      const model = known.get(its.serial) ?? new InstanceModel(instance, its, at)
      model.update(instance)
      known.delete(its.serial)
      instances.set(instance.key, model)
    }
    this.instances = instances
    this.selections.keep(instances)
    this.#leaving = [...known.values()]
  }

  /** `at` in epoch ms. What was before is kept beside what comes, to be compared. */
  switchTo(to: StrategyName, at: number, by: string): void {
    const from = this.strategy
    if (to === from) return
    this.#lastSwitch = new LastSwitch(this, {at, from, to, by}, this.#lastSwitch)
    this.strategy = to
  }

  /** What the last switch did, once, some time after it. The meters have been read for `at` already. */
  switchWords(at: number): string | undefined {
    return this.#lastSwitch?.words(at)
  }

  #switchSnapshot(at: number): Pick<ServiceSnapshot, 'lastSwitch'> {
    const lastSwitch = this.#lastSwitch?.snapshot(at)
    if (lastSwitch !== undefined) return {lastSwitch}
    this.#lastSwitch = undefined
    return {}
  }

  /** Turns that all workers have taken so far. */
  get turn(): number {
    return this.#turns[0] ?? 0
  }

  /** Requests that wait for an instance with room, in all workers. */
  get queued(): number {
    return this.lanes.difference(Cell.QUEUED, Cell.DEQUEUED)
  }

  /** Those of them who would take any room; the others have failed somewhere, and wait for another instance. */
  get queuedForAny(): number {
    return Math.max(0, this.queued - this.lanes.sum(Cell.WAITING_FOR_OTHERS))
  }

  /** What decides whether one more may be left out. */
  get counts(): Instances {
    const models = [...this.instances.values()]
    return {
      all: models.length,
      ejected: models.filter(({ejection}) => ejection !== undefined).length,
      selectable: models.filter(({selectable}) => selectable).length,
    }
  }

  /** Those that have something in flight though they are not configured any more, the others let go. */
  get leaving(): readonly InstanceModel[] {
    this.#leaving = this.#leaving.filter(({lanes}) => lanes.inFlight > 0)
    return this.#leaving
  }

  /** Made once a check: thousands of instances have the same one. */
  #checkText({config}: InstanceModel): string | undefined {
    const check = checkOf(this.config, config)
    if (check === undefined) return undefined
    const known = this.#checkTexts.get(check)
    if (known !== undefined) return known
    const text = checkText(check)
    if (text !== undefined) this.#checkTexts.set(check, text)
    return text
  }

  snapshot(at: number, turns: Turns): ServiceSnapshot {
    const models = [...this.instances.values()]
    // All meters first: shares of a sum that was read earlier would not add up to one.
    for (const {meter, operator} of models) {
      // Of what is being emptied each snapshot tells how much is left: somebody waits for that.
      if (turns.isDue() || operator !== 'ready' || meter.latest === undefined) meter.read(at)
    }
    const finished = models.reduce((sum, model) => sum + model.finishedLately, 0)
    const instances = models.map(model => model.snapshot(at, finished, this.#checkText(model)))
    const traffic = this.meter.read(at)
    return {
      name: this.config.name,
      domains: this.config.domains,
      paths: this.config.paths,
      headers: this.config.headers.map(headerRuleText),
      split: this.split,
      strategy: this.strategy,
      ...(this.config.switchGuard === true ? {switchGuard: true} : {}),
      ...this.#switchSnapshot(at),
      hashHeader: this.config.hashHeader,
      check: checkText(this.config.healthcheck),
      retry: retryText(this.config),
      queued: this.queued,
      queue: this.config.queue,
      rateLimit: this.rateLimit,
      selectable: instances.filter(instance => instance.selectable).length,
      instances,
      traffic,
    }
  }
}

/** How events name an instance. */
export function subjectOf({config: {name}}: ServiceModel, {config: {key}}: InstanceModel): string {
  return `${name}/${key}`
}

function sameSplit(one: Split | undefined, other: Split | undefined): boolean {
  return one?.to === other?.to && one?.percent === other?.percent && one?.by === other?.by
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

function checkText(check: Healthcheck | undefined): string | undefined {
  if (check === undefined) return undefined
  const what = isHttp(check) ? `${check.method} ${check.path}` : 'tcp'
  const where = check.port === undefined ? '' : ` on port ${check.port}`
  const {intervalMs, timeoutMs, rise, fall} = check
  return `${what}${where} every ${seconds(intervalMs)}, timeout ${seconds(timeoutMs)}, up after ${rise}, down after ${fall}`
}

const retryTexts = new WeakMap<ServiceConfig, string>()

/** One policy for all instances is said as it is; where they differ, that is. Made once a configuration. */
function retryText(config: ServiceConfig): string {
  const known = retryTexts.get(config)
  if (known !== undefined) return known
  const text = retryTextOf(config)
  retryTexts.set(config, text)
  return text
}

function retryTextOf({instances, timeouts}: ServiceConfig): string {
  const policies = new Set(
    instances.map(({retry}) => {
      const timeout = `timeout ${seconds(retry.attemptMs ?? timeouts.responseHeadMs)}`
      if (retry.retries === 0) return `no retries, ${timeout}`
      const total = retry.totalMs === undefined ? '' : `, total ${seconds(retry.totalMs)}`
      const statuses = retry.statuses === undefined ? '' : ` on ${retry.statuses.join(' ')}`
      return `retry ${retry.retries}${statuses}, ${timeout}${total}`
    }),
  )
  return policies.size === 1 ? ([...policies][0] ?? '') : 'retries differ by instance'
}
