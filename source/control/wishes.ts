/** What the operator changed since the configuration was read: taken from one process, given to the one that comes after it. */
import {type StrategyName, strategyNames} from '../balancing/strategies.ts'
import type {RateLimit} from '../config/config.ts'
import type {SettingChange} from '../config/set-in-file.ts'
import type {OperatorState} from './control.ts'
import type {InstanceModel, ServiceModel} from './model.ts'
import {rateText} from './rate-limit.ts'

/** `base` is what the configuration said then, and as long as it does, `value` holds. */
export interface Wish<Value> {
  readonly value: Value
  readonly base: Value
}

/** null: none */
type RateWish = Wish<RateLimit | null>

/** Only what differs from the configuration; plain JSON. */
export interface Wishes {
  readonly services: readonly ServiceWishes[]
  readonly settings?: readonly SettingChange[]
  readonly rateLimit?: RateWish
}

export interface ServiceWishes {
  readonly name: string
  readonly strategy?: Wish<StrategyName>
  readonly splitPercent?: Wish<number>
  readonly rateLimit?: RateWish
  readonly instances: readonly InstanceWishes[]
}

export interface InstanceWishes {
  readonly key: string
  /** no configuration says anything of it */
  readonly operator?: OperatorState
  readonly weight?: Wish<number>
  readonly maxConnections?: Wish<number>
  /** epoch ms at which it began to get its weight little by little; a stop ends that */
  readonly startingSince?: number
}

export interface Wished {
  readonly services: ReadonlyMap<string, ServiceModel>
  readonly settings: readonly SettingChange[]
  /** of all requests: as it is, and as it is configured */
  readonly rateLimit: RateLimit | undefined
  readonly configured: RateLimit | undefined
}

export function wishesOf({services, settings, rateLimit, configured}: Wished): Wishes {
  return {
    services: [...services.values()]
      .map(serviceWishes)
      .filter(its => Object.keys(its).length > 2 || its.instances.length > 0),
    settings,
    ...rateWish(rateLimit, configured),
  }
}

function serviceWishes({config, strategy, split, rateLimit, instances}: ServiceModel): ServiceWishes {
  const base = config.split?.percent
  return {
    name: config.name,
    ...(strategy === config.strategy ? {} : {strategy: {value: strategy, base: config.strategy}}),
    ...(split === undefined || base === undefined || split.percent === base
      ? {}
      : {splitPercent: {value: split.percent, base}}),
    ...rateWish(rateLimit, config.rateLimit),
    instances: [...instances.values()].flatMap(instanceWishes),
  }
}

function instanceWishes({config, operator, weight, maxConnections, startingSince}: InstanceModel) {
  const its = {
    ...(operator === 'ready' ? {} : {operator}),
    ...(weight === config.weight ? {} : {weight: {value: weight, base: config.weight}}),
    ...(maxConnections === config.maxConnections
      ? {}
      : {maxConnections: {value: maxConnections, base: config.maxConnections}}),
    ...(startingSince === undefined ? {} : {startingSince}),
  }
  return Object.keys(its).length === 0 ? [] : [{key: config.key, ...its}]
}

function rateWish(now: RateLimit | undefined, base: RateLimit | undefined): {readonly rateLimit?: RateWish} {
  return rateText(now) === rateText(base) ? {} : {rateLimit: {value: now ?? null, base: base ?? null}}
}

/**
 * Before any worker has started: they begin with what holds. What is not configured any more, or says something else by now, is
 * left out. Gives what holds again, in words, and the rate limit of all requests.
 */
export function grant(
  wishes: Wishes,
  services: ReadonlyMap<string, ServiceModel>,
  configured: RateLimit | undefined,
  at: number,
): {readonly granted: readonly string[]; readonly rateLimit: RateLimit | undefined} {
  const granted: string[] = []
  for (const its of wishes.services) {
    const service = services.get(its.name)
    if (service === undefined) continue
    const words = [...toService(its, service)]
    if (words.length > 0) granted.push(`${its.name}: ${words.join(', ')}`)
    for (const one of its.instances) {
      const model = service.instances.get(one.key)
      const said = model === undefined ? [] : [...toInstance(one, model, at)]
      if (said.length > 0) granted.push(`${its.name}/${one.key}: ${said.join(', ')}`)
    }
  }
  const rate = limitIn(wishes.rateLimit, configured)
  if (rate !== undefined) granted.push(`rate limit ${rateText(rate.limit)}`)
  return {granted, rateLimit: rate === undefined ? configured : rate.limit}
}

function* toService(its: ServiceWishes, service: ServiceModel): Generator<string> {
  const {strategy, splitPercent} = its
  const {config} = service
  if (strategy?.base === config.strategy && strategyNames.includes(strategy.value)) {
    service.strategy = strategy.value
    yield strategy.value
  }
  if (
    splitPercent !== undefined &&
    service.split !== undefined &&
    splitPercent.base === config.split?.percent
  ) {
    service.split = {...service.split, percent: splitPercent.value}
    yield `split ${splitPercent.value} %`
  }
  const rate = limitIn(its.rateLimit, config.rateLimit)
  if (rate !== undefined) {
    service.rateLimit = rate.limit
    yield `rate limit ${rateText(rate.limit)}`
  }
}

function* toInstance(its: InstanceWishes, model: InstanceModel, at: number): Generator<string> {
  const {operator, weight, maxConnections, startingSince} = its
  model.startingSince = startingSince
  if (operator !== undefined && operator !== 'ready') {
    model.setOperator(operator, at)
    yield operator
  }
  if (weight?.base === model.config.weight) {
    model.weight = weight.value
    yield `weight ${weight.value}`
  }
  if (maxConnections?.base === model.config.maxConnections) {
    model.maxConnections = maxConnections.value
    yield `at most ${maxConnections.value} at a time`
  }
}

/** undefined: nobody wished for one, or the configuration says something else by now */
function limitIn(
  wish: RateWish | undefined,
  configured: RateLimit | undefined,
): {readonly limit: RateLimit | undefined} | undefined {
  if (wish === undefined || rateText(wish.base ?? undefined) !== rateText(configured)) return undefined
  return {limit: wish.value ?? undefined}
}
