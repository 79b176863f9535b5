/** The services and instances of the configuration in force, with all that belongs to them whatever the file becomes. */
import type {Config, ServiceConfig} from '../config/config.ts'
import {Lanes} from '../metrics/lane.ts'
import {Meter} from '../metrics/meter.ts'
import type {SharedCells} from '../proxy/messages.ts'
import {type InstanceModel, ServiceModel} from './model.ts'
import {Registry} from './registry.ts'
import {Numbering} from './selections.ts'

export class Topology {
  readonly registry: Registry
  readonly proxyLanes: Lanes
  /** of everything that ever was configured */
  readonly total: Meter
  services: ReadonlyMap<string, ServiceModel> = new Map()
  cells: SharedCells
  /** all that ever were: what a removed one still has in flight ends in them */
  readonly #serviceLanes = new Map<number, Lanes>()
  #removed: readonly ServiceModel[] = []
  readonly #numbering = new Numbering()

  constructor(config: Config, workers: number, at: number) {
    this.registry = new Registry(workers)
    this.proxyLanes = new Lanes(this.registry.proxy)
    this.total = new Meter([this.proxyLanes], at)
    this.cells = this.registry.noCells
    this.apply(config, at)
  }

  /** Takes another configuration over: state belongs to names and addresses, not to places in a file. */
  apply(config: Config, at: number): void {
    this.cells = this.registry.cellsFor(config, (service, key) => this.#leaving(service, key)?.cells)
    const before = new Map(this.services)
    this.services = new Map(
      config.services.map(service => {
        const model = this.#model(service, before.get(service.name), at)
        before.delete(service.name)
        return [service.name, model]
      }),
    )
    this.#removed = [...this.#removed, ...before.values()].filter(({lanes}) => lanes.inFlight > 0)
  }

  find(service: string, instance: string): InstanceModel | undefined {
    return this.services.get(service)?.instances.get(instance)
  }

  /** What a dead worker had in flight is over. */
  settle(worker: number): void {
    this.proxyLanes.settle(worker)
    for (const lanes of this.#serviceLanes.values()) lanes.settle(worker)
    for (const service of [...this.services.values(), ...this.#removed]) {
      for (const instance of service.instances.values()) instance.lanes.settle(worker)
      for (const instance of service.leaving) instance.lanes.settle(worker)
    }
  }

  #model(config: ServiceConfig, known: ServiceModel | undefined, at: number): ServiceModel {
    const cells = this.cells.services.get(config.name)
    if (cells === undefined) throw new Error(`no shared cells for ${config.name}`)
    known?.update(config, cells, at)
    const model = known ?? new ServiceModel(config, cells, at, this.#numbering)
    if (!this.#serviceLanes.has(cells.number)) {
      this.#serviceLanes.set(cells.number, model.lanes)
      this.total.add(model.lanes)
    }
    return model
  }

  #leaving(service: string, key: string): InstanceModel | undefined {
    return this.services.get(service)?.leaving.find(({config}) => config.key === key)
  }
}
