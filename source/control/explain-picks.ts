/** Which instance a service would pick, and why not each of the others: by a cookie, by room, else by its strategy. */
import type {StrategyName} from '../balancing/strategies.ts'
import type {PickRequest} from '../balancing/strategy.ts'
import {formatTime} from '../config/time.ts'
import {hashOf} from '../hash.ts'
import {fieldValue} from '../http1/find-field.ts'
import type {RequestHead} from '../http1/request-head.ts'
import {StickyCookies} from '../routing/sticky.ts'
import {Copy, drawn} from './drawn-picks.ts'
import type {ServiceExplanation} from './explanation.ts'
import type {InstanceModel, ServiceModel} from './model.ts'
import {STANDS_BY, skipReason} from './skip-reasons.ts'

const IN_TURN = 'its turn is next'
const DRAWN = 'while one of them is full, the others are drawn by weight'

/** How a strategy comes to its choice. */
const because: Readonly<Record<StrategyName, string>> = {
  ROUND_ROBIN: IN_TURN,
  WEIGHTED_ROUND_ROBIN: IN_TURN,
  RANDOM: 'each by its weight',
  LEAST_CONNECTIONS: 'the fewest in flight for its weight',
  POWER_OF_TWO: 'two are drawn, and the one with fewer in flight is taken',
  IP_HASH: "the client's address leads there",
  HEADER_HASH: 'the value of the header field leads there',
  FIRST: 'the first of them that can serve',
  PEAK_EWMA: 'the soonest to answer, by what has been seen',
}

/** Those that may be picked now: backups only where nobody else can serve. */
export function servingOf(service: ServiceModel): readonly InstanceModel[] {
  const serving = [...service.instances.values()].filter(model => skipReason(model) === undefined)
  const regular = serving.filter(({config}) => !config.backup)
  return regular.length === 0 ? serving : regular
}

interface Question {
  readonly head: RequestHead
  readonly from: string
  /** 0 to 1: how many of such requests come to this service */
  readonly share: number
  readonly why: string
}

export function explainPicks(service: ServiceModel, question: Question): ServiceExplanation {
  const serving = servingOf(service)
  const copies = serving.map(model => new Copy(model))
  const free = copies.filter(({model}) => fullness(model) === undefined)
  const candidates = free.length === copies.length ? copies : free
  const queue = queueOf(service, serving, candidates)
  const bound = boundOf(service, question.head)
  const byStrategy = drawn(service, {candidates, lasting: copies}, requestOf(question))
  const goes = bound !== undefined && bound.passedOver === undefined
  const shares = goes ? new Map([[bound.model, 1]]) : byStrategy.shares
  const picked = goes ? bound.model.config.key : byStrategy.picked
  const isServing = new Set(serving)
  const isDrawn = candidates !== copies && because[service.strategy] === IN_TURN
  const how =
    candidates.length === 0 ? '' : `${service.strategy}: ${isDrawn ? DRAWN : because[service.strategy]}`
  return {
    service: service.config.name,
    share: question.share,
    strategy: service.strategy,
    picked: queue === undefined ? picked : undefined,
    why: [question.why, queueWords(service, queue), boundWords(bound), goes ? '' : how]
      .filter(part => part !== '')
      .join('; '),
    queue,
    instances: [...service.instances.values()].map(model => ({
      instance: model.config.key,
      share: shares.get(model) ?? 0,
      weight: model.effectiveWeight,
      inFlight: model.lanes.inFlight,
      skipped: goes && model === bound.model ? undefined : passedOver(model, isServing),
    })),
  }
}

function passedOver(model: InstanceModel, serving: ReadonlySet<InstanceModel>): string | undefined {
  const reason = skipReason(model)
  if (reason !== undefined) return reason
  return serving.has(model) ? fullness(model) : STANDS_BY
}

/** `full: 3 of 3 in flight`; undefined: it has room. */
function fullness({maxConnections, lanes}: InstanceModel): string | undefined {
  const {inFlight} = lanes
  return maxConnections > 0 && inFlight >= maxConnections
    ? `full: ${inFlight} of ${maxConnections} in flight`
    : undefined
}

/** Nobody overtakes those that wait already, and where nobody could ever serve, nobody waits. */
function queueOf(
  service: ServiceModel,
  serving: readonly InstanceModel[],
  free: readonly Copy[],
): ServiceExplanation['queue'] {
  const isLimited = [...service.instances.values()].some(({maxConnections}) => maxConnections > 0)
  if (!isLimited || serving.length === 0 || (free.length > 0 && service.queuedForAny === 0)) return undefined
  return service.queued < service.config.queue ? 'waits' : 'full'
}

function queueWords({queued, config}: ServiceModel, queue: ServiceExplanation['queue']): string {
  if (queue === undefined) return ''
  if (queue === 'full') return `no instance has room, and ${queued} of at most ${config.queue} wait already`
  const before = queued === 0 ? '' : `, behind ${queued} that came before`
  return `it waits for an instance with room${before}, for at most ${formatTime(config.timeouts.queueMs)}`
}

interface BoundTo {
  readonly model: InstanceModel
  /** why it does not go there all the same */
  readonly passedOver: string | undefined
}

/** Where the request's sticky cookie leads: one that we signed, as workers judge it. */
function boundOf(service: ServiceModel, head: RequestHead): BoundTo | undefined {
  const {stickyCookie, name} = service.config
  if (stickyCookie === undefined || fieldValue(head.text, 'cookie') === undefined) return undefined
  const all = [...service.instances.values()].map(model => ({
    model,
    config: model.config,
    identity: hashOf(model.config.key),
  }))
  const model = new StickyCookies(name, stickyCookie, service.secret, all).instanceIn(head.text)?.model
  if (model === undefined) return undefined
  return {model, passedOver: model.acceptsSticky ? fullness(model) : (skipReason(model) ?? 'out')}
}

function boundWords(bound: BoundTo | undefined): string {
  if (bound === undefined) return ''
  const {model, passedOver} = bound
  const names = `its cookie names ${model.config.key}`
  return passedOver === undefined ? names : `${names}, which is passed over: ${passedOver}`
}

function requestOf({head, from}: Question): PickRequest {
  return {
    address: from,
    field(name) {
      const {fields} = head
      for (let index = 0; index < fields.count; index++)
        if (fields.name(index).toLowerCase() === name) return fields.value(index)
      return undefined
    },
  }
}
