/** What the operator changed since the configuration was read: taken from one process, given to the one that follows it. */
import {type StrategyName, strategyNames} from '../balancing/strategies.ts'
import type {RateLimit} from '../config/config.ts'
import type {SettingChange} from '../config/set-in-file.ts'
import type {OperatorState} from './control.ts'
import type {ServiceModel} from './model.ts'
import {rateText} from './rate-limit.ts'

/** Only what differs from the configuration; plain JSON. */
export interface Wishes {
  readonly services: readonly ServiceWishes[]
  readonly settings?: readonly SettingChange[]
  /** of all services together */
  readonly rateLimit?: WishedLimit
}

/** Without a limit: none, where the configuration has one. */
interface WishedLimit {
  readonly limit?: RateLimit | undefined
}

interface ServiceWishes {
  readonly name: string
  readonly strategy?: StrategyName
  readonly splitPercent?: number
  readonly rateLimit?: WishedLimit
  readonly instances: ReadonlyArray<{
    readonly key: string
    readonly operator?: OperatorState
    readonly weight?: number
    readonly maxConnections?: number
    /** epoch ms at which it began to get its weight little by little */
    readonly startingSince?: number
  }>
}

export interface Wished {
  readonly services: ReadonlyMap<string, ServiceModel>
  readonly settings: readonly SettingChange[]
  /** of all services together, as it is and as the configuration has it */
  readonly rateLimit: RateLimit | undefined
  readonly configured: RateLimit | undefined
}

export function wishesOf({services, settings, rateLimit, configured}: Wished): Wishes {
  const limit = rateText(rateLimit) === rateText(configured) ? {} : {rateLimit: {limit: rateLimit}}
  return {services: [...services.values()].map(serviceWishes), settings, ...limit}
}

function serviceWishes({config, strategy, split, rateLimit, instances}: ServiceModel): ServiceWishes {
  const changed = [...instances.values()].filter(
    ({operator, weight, maxConnections, startingSince, config: given}) =>
      operator !== 'ready' ||
      weight !== given.weight ||
      maxConnections !== given.maxConnections ||
      startingSince !== undefined,
  )
  return {
    name: config.name,
    ...(strategy === config.strategy ? {} : {strategy}),
    ...(split === undefined || split.percent === config.split?.percent ? {} : {splitPercent: split.percent}),
    ...(rateText(rateLimit) === rateText(config.rateLimit) ? {} : {rateLimit: {limit: rateLimit}}),
    instances: changed.map(({config: given, operator, weight, maxConnections, startingSince}) => ({
      key: given.key,
      ...(operator === 'ready' ? {} : {operator}),
      ...(weight === given.weight ? {} : {weight}),
      ...(maxConnections === given.maxConnections ? {} : {maxConnections}),
      ...(startingSince === undefined ? {} : {startingSince}),
    })),
  }
}

/** Before any worker has started: they begin with what holds. What is not configured any more is left out. */
export function grant(wishes: Wishes, services: ReadonlyMap<string, ServiceModel>, at: number): void {
  for (const {name, strategy, splitPercent, rateLimit, instances} of wishes.services) {
    const service = services.get(name)
    if (service === undefined) continue
    if (strategy !== undefined && strategyNames.includes(strategy)) service.strategy = strategy
    if (splitPercent !== undefined && service.split !== undefined)
      service.split = {...service.split, percent: splitPercent}
    if (rateLimit !== undefined) service.rateLimit = rateLimit.limit
    for (const {key, operator, weight, maxConnections, startingSince} of instances) {
      const model = service.instances.get(key)
      if (model === undefined) continue
      if (operator !== undefined) model.setOperator(operator, at)
      if (weight !== undefined) model.weight = weight
      if (maxConnections !== undefined) model.maxConnections = maxConnections
      model.startingSince = startingSince
    }
  }
}
