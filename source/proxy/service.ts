/** One service as a worker sees it: its instances, those of them that may be used, and the strategy that chooses. */
import {type StrategyName, strategies, strategyNames} from '../balancing/strategies.ts'
import type {Pick} from '../balancing/strategy.ts'
import type {ServiceConfig} from '../config/config.ts'
import {Lane} from '../metrics/lane.ts'
import {Instance} from './instance.ts'
import type {SharedCells} from './messages.ts'
import type {WorkerContext} from './worker-context.ts'

export class Service {
  readonly config: ServiceConfig
  /** place in the configuration: how records name it */
  readonly index: number
  readonly lane: Lane
  readonly instances: readonly Instance[]
  /** rebuilt only when health or the operator changes something */
  selectable: readonly Instance[]
  pick: Pick
  /** place in the table of strategies */
  strategyIndex: number
  readonly #turns: Uint32Array<SharedArrayBuffer>
  readonly #byKey: ReadonlyMap<string, Instance>

  constructor(config: ServiceConfig, index: number, cells: SharedCells, context: WorkerContext) {
    this.config = config
    this.index = index
    this.lane = new Lane(shared(cells.services, config.name), context.index)
    this.instances = config.instances.map(
      (instance, place) =>
        new Instance(
          instance,
          place,
          config,
          shared(cells.instances, `${config.name}/${instance.key}`),
          context,
        ),
    )
    this.selectable = this.instances
    this.#byKey = new Map(this.instances.map(instance => [instance.config.key, instance]))
    this.#turns = new Uint32Array(shared(cells.turns, config.name))
    this.pick = this.#strategy(config.strategy)
    this.strategyIndex = strategyNames.indexOf(config.strategy)
  }

  /** Swaps the strategy between two requests: nothing in flight notices. */
  setStrategy(name: StrategyName): void {
    this.pick = this.#strategy(name)
    this.strategyIndex = strategyNames.indexOf(name)
  }

  setSelectable(key: string, selectable: boolean): void {
    const instance = this.#byKey.get(key)
    if (instance === undefined || instance.selectable === selectable) return
    instance.selectable = selectable
    if (!selectable) instance.closeIdle()
    this.selectable = this.instances.filter(each => each.selectable)
  }

  #strategy(name: StrategyName): Pick {
    return strategies[name]({turns: this.#turns, random: Math.random})
  }
}

function shared(cells: ReadonlyMap<string, SharedArrayBuffer>, name: string): SharedArrayBuffer {
  const found = cells.get(name)
  if (found === undefined) throw new Error(`no shared cells for ${name}`)
  return found
}
