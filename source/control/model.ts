/** What control knows of each service and instance: the desired state, the verdicts, and meters on the counters. */
import type {StrategyName} from '../balancing/strategies.ts'
import type {Config, InstanceConfig, ServiceConfig} from '../config/config.ts'
import {Lanes, newLanes} from '../metrics/lane.ts'
import {Meter} from '../metrics/meter.ts'
import type {SharedCells} from '../proxy/messages.ts'
import type {CheckResult, InstanceSnapshot, OperatorState, ServiceSnapshot} from './control.ts'
import {type HealthState, undecided} from './health-state.ts'

/** Seconds over which an instance's share of its service is counted. */
const SHARE_SECONDS = 10

export class InstanceModel {
  readonly config: InstanceConfig
  readonly lanes: Lanes
  readonly meter: Meter
  health: HealthState = undecided
  verdictSince: number
  lastCheck: CheckResult | undefined
  operator: OperatorState = 'ready'
  operatorSince: number

  constructor(config: InstanceConfig, cells: SharedArrayBuffer, at: number) {
    this.config = config
    this.lanes = new Lanes(cells)
    this.meter = new Meter([this.lanes], at)
    this.verdictSince = at
    this.operatorSince = at
  }

  get selectable(): boolean {
    return this.health.verdict !== 'down' && this.operator === 'ready'
  }

  snapshot(at: number, finishedByService: number): InstanceSnapshot {
    const {key, address, port} = this.config
    const traffic = this.meter.read(at)
    const share =
      finishedByService === 0 ? undefined : this.meter.finishedIn(SHARE_SECONDS) / finishedByService
    return {
      key,
      address,
      port,
      ...this.health,
      verdictSince: this.verdictSince,
      lastCheck: this.lastCheck,
      operator: this.operator,
      operatorSince: this.operatorSince,
      selectable: this.selectable,
      share,
      traffic,
    }
  }
}

export class ServiceModel {
  readonly config: ServiceConfig
  readonly instances: ReadonlyMap<string, InstanceModel>
  readonly lanes: Lanes
  readonly meter: Meter
  strategy: StrategyName

  constructor(config: ServiceConfig, cells: SharedCells, at: number) {
    this.config = config
    this.strategy = config.strategy
    this.lanes = new Lanes(cellsOf(cells.services, config.name))
    this.meter = new Meter([this.lanes], at)
    this.instances = new Map(
      config.instances.map(instance => [
        instance.key,
        new InstanceModel(instance, cellsOf(cells.instances, `${config.name}/${instance.key}`), at),
      ]),
    )
  }

  snapshot(at: number): ServiceSnapshot {
    const models = [...this.instances.values()]
    // All meters first: shares of a sum that was read earlier would not add up to one.
    for (const model of models) model.meter.read(at)
    const finished = models.reduce((sum, model) => sum + model.meter.finishedIn(SHARE_SECONDS), 0)
    const instances = models.map(model => model.snapshot(at, finished))
    return {
      name: this.config.name,
      domains: this.config.domains,
      strategy: this.strategy,
      check: checkText(this.config),
      retry: retryText(this.config),
      selectable: instances.filter(instance => instance.selectable).length,
      instances,
      traffic: this.meter.read(at),
    }
  }
}

/** Fresh shared memory for everything that a configuration names. */
export function newCells(config: Config, workers: number): SharedCells {
  const services = new Map<string, SharedArrayBuffer>()
  const turns = new Map<string, SharedArrayBuffer>()
  const instances = new Map<string, SharedArrayBuffer>()
  for (const service of config.services) {
    services.set(service.name, newLanes(workers))
    turns.set(service.name, new SharedArrayBuffer(4))
    for (const {key} of service.instances) instances.set(`${service.name}/${key}`, newLanes(workers))
  }
  return {proxy: newLanes(workers), services, turns, instances}
}

function cellsOf(cells: ReadonlyMap<string, SharedArrayBuffer>, name: string): SharedArrayBuffer {
  const found = cells.get(name)
  if (found === undefined) throw new Error(`no shared cells for ${name}`)
  return found
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

function checkText({tcpHealthcheck: check}: ServiceConfig): string | undefined {
  if (check === undefined) return undefined
  const {intervalMs, timeoutMs, rise, fall} = check
  return `tcp every ${seconds(intervalMs)}, timeout ${seconds(timeoutMs)}, up after ${rise}, down after ${fall}`
}

/** One policy for all instances is said as it is; where they differ, that is. */
function retryText({instances, timeouts}: ServiceConfig): string {
  const policies = new Set(
    instances.map(({retry}) => {
      const timeout = seconds(retry.attemptMs ?? timeouts.responseHeadMs)
      return retry.retries === 0
        ? `no retries, timeout ${timeout}`
        : `retry ${retry.retries}, timeout ${timeout}`
    }),
  )
  return policies.size === 1 ? ([...policies][0] ?? '') : 'retries differ by instance'
}
