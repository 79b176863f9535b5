/** Shared memory and numbers for all that was ever configured: what stays keeps its own, what is new gets fresh ones. */
import {randomBytes} from 'node:crypto'
import {newLearned} from '../balancing/learned.ts'
import type {Config, ServiceConfig} from '../config/config.ts'
import {newLanes} from '../metrics/lane.ts'
import {newRateCells} from '../metrics/rate-cells.ts'
import type {InstanceCells, ServiceCells, SharedCells} from '../proxy/messages.ts'
import type {Names} from '../recorder/names.ts'
import {PREFIX_DIGITS} from '../requests/ids.ts'

class ServiceEntry {
  readonly name: string
  readonly lanes: SharedArrayBuffer
  readonly turns = new SharedArrayBuffer(4)
  readonly secret = randomBytes(32).toString('base64url')
  readonly keys: string[] = []
  readonly numbers = new Map<string, number>()
  instances: ReadonlyMap<string, InstanceCells> = new Map()

  constructor(name: string, workers: number) {
    this.name = name
    this.lanes = newLanes(workers)
  }

  numberOf(key: string): number {
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.keys.push(key) - 1
    this.numbers.set(key, number)
    return number
  }
}

export class Registry implements Names {
  readonly proxy: SharedArrayBuffer
  readonly idPrefix = randomBytes(PREFIX_DIGITS / 2).toString('hex')
  readonly #rates = newRateCells()
  readonly #workers: number
  readonly #services: ServiceEntry[] = []
  readonly #byName = new Map<string, number>()
  #serial = 0

  constructor(workers: number) {
    this.#workers = workers
    this.proxy = newLanes(workers)
  }

  /**
   * The cells of everything that `config` names. `held` gives those of an instance that is not configured at present but
   * still has something in flight: should it come back now, it goes on with them.
   */
  cellsFor(config: Config, held: (service: string, key: string) => InstanceCells | undefined): SharedCells {
    const services = new Map(config.services.map(service => [service.name, this.#cellsOf(service, held)]))
    return {proxy: this.proxy, rates: this.#rates, services}
  }

  /** Before any configuration. */
  get noCells(): SharedCells {
    return {proxy: this.proxy, rates: this.#rates, services: new Map()}
  }

  serviceName(service: number): string | undefined {
    return this.#services[service]?.name
  }

  instanceKey(service: number, instance: number): string {
    return this.#services[service]?.keys[instance] ?? ''
  }

  #cellsOf(
    {name, instances}: ServiceConfig,
    held: (service: string, key: string) => InstanceCells | undefined,
  ): ServiceCells {
    const number = this.#numberOf(name)
    const entry = this.#services[number]
    if (entry === undefined) throw new Error(`service ${name} has no entry`)
    const before = entry.instances
    entry.instances = new Map(
      instances.map(({key}) => [
        key,
        before.get(key) ??
          held(name, key) ?? {
            number: entry.numberOf(key),
            serial: ++this.#serial,
            lanes: newLanes(this.#workers),
            learned: newLearned(),
          },
      ]),
    )
    return {number, lanes: entry.lanes, turns: entry.turns, secret: entry.secret, instances: entry.instances}
  }

  #numberOf(name: string): number {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const number = this.#services.push(new ServiceEntry(name, this.#workers)) - 1
    this.#byName.set(name, number)
    return number
  }
}
