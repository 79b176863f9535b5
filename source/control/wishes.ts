/** What the operator changed since the configuration was read: taken from one process, given to the one that follows it. */
import {type StrategyName, strategyNames} from '../balancing/strategies.ts'
import type {SettingChange} from '../config/set-in-file.ts'
import type {OperatorState} from './control.ts'
import type {ServiceModel} from './model.ts'

/** Only what differs from the configuration; plain JSON. */
export interface Wishes {
  readonly services: readonly ServiceWishes[]
  readonly settings?: readonly SettingChange[]
}

interface ServiceWishes {
  readonly name: string
  readonly strategy?: StrategyName
  readonly splitPercent?: number
  readonly instances: ReadonlyArray<{
    readonly key: string
    readonly operator?: OperatorState
    readonly weight?: number
  }>
}

export function wishesOf(
  services: ReadonlyMap<string, ServiceModel>,
  settings: readonly SettingChange[] = [],
): Wishes {
  return {services: [...services.values()].map(serviceWishes), settings}
}

function serviceWishes({config, strategy, split, instances}: ServiceModel): ServiceWishes {
  const changed = [...instances.values()].filter(
    ({operator, weight, config: given}) => operator !== 'ready' || weight !== given.weight,
  )
  return {
    name: config.name,
    ...(strategy === config.strategy ? {} : {strategy}),
    ...(split === undefined || split.percent === config.split?.percent ? {} : {splitPercent: split.percent}),
    instances: changed.map(({config: given, operator, weight}) => ({
      key: given.key,
      ...(operator === 'ready' ? {} : {operator}),
      ...(weight === given.weight ? {} : {weight}),
    })),
  }
}

/** Before any worker has started: they begin with what holds. What is not configured any more is left out. */
export function grant(wishes: Wishes, services: ReadonlyMap<string, ServiceModel>, at: number): void {
  for (const {name, strategy, splitPercent, instances} of wishes.services) {
    const service = services.get(name)
    if (service === undefined) continue
    if (strategy !== undefined && strategyNames.includes(strategy)) service.strategy = strategy
    if (splitPercent !== undefined && service.split !== undefined)
      service.split = {...service.split, percent: splitPercent}
    for (const {key, operator, weight} of instances) {
      const model = service.instances.get(key)
      if (model === undefined) continue
      if (operator !== undefined) model.setOperator(operator, at)
      if (weight !== undefined) model.weight = weight
    }
  }
}
