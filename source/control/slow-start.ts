/** Instances that begin to serve beside others get their weight little by little: who, how much now, and when that ends. */
import type {Order} from '../proxy/messages.ts'
import type {EventLog} from './event-log.ts'
import {type InstanceModel, type ServiceModel, subjectOf} from './model.ts'

const STEPS = 10
/** Of more new instances at a time than this, none is told by itself. */
const MOST_TOLD = 5
const CAUSE = 'slow start'

export interface SlowStartOptions {
  readonly events: EventLog
  readonly order: (order: Order) => void
  /** epoch ms */
  readonly now: () => number
}

/** Part of its weight, from 0.1 to 1 in steps of a tenth, `elapsedMs` after the start of a ramp of `durationMs`. */
export function rampShare(elapsedMs: number, durationMs: number): number {
  const steps = Math.round((STEPS * Math.max(0, elapsedMs)) / durationMs)
  return Math.min(STEPS, Math.max(1, steps)) / STEPS
}

interface Ramp {
  readonly service: ServiceModel
  readonly isTold: boolean
  readonly timer: NodeJS.Timeout
}

export class SlowStart {
  readonly #options: SlowStartOptions
  readonly #ramps = new Map<InstanceModel, Ramp>()
  /** did not serve when last looked at, other than by the start of the proxy or its own weight */
  readonly #out = new WeakSet<InstanceModel>()
  /** the instances of each service by the configuration that was in force last */
  #before: ReadonlyMap<ServiceModel, ReadonlyMap<string, InstanceModel>> = new Map()

  constructor(options: SlowStartOptions) {
    this.#options = options
  }

  /** Whether it serves may have changed: to be told before the workers are, so that none picks it by its full weight. */
  changed(service: ServiceModel, model: InstanceModel): void {
    const isOut =
      model.health.verdict === 'down' || model.ejection !== undefined || model.operator === 'maintenance'
    const isRamping = this.#ramps.has(model)
    // One that drains is as warm as before: only what it had not got to yet is begun again.
    if (isOut || (model.operator === 'drain' && isRamping)) {
      this.#out.add(model)
      this.#forget(model)
    } else if (model.operator === 'ready' && this.#out.delete(model)) {
      if (hasPeers(service, model, () => true)) this.#begin(service, model, true)
      this.#send(service, model)
    }
  }

  /**
   * After another configuration, before the workers have it: what is new in a service that serves begins slowly, what is
   * gone or is to start at once is forgotten, and all others keep their place.
   */
  keep(services: ReadonlyMap<string, ServiceModel>): void {
    const before = this.#before
    this.#before = new Map([...services.values()].map(service => [service, service.instances]))
    for (const [model, {service}] of this.#ramps) {
      const isThere = services.get(service.config.name)?.instances.get(model.config.key) === model
      if (!isThere || service.config.slowStartMs === undefined) this.#forget(model)
    }
    for (const service of services.values()) {
      const known = before.get(service)
      if (known !== undefined && service.config.slowStartMs !== undefined) this.#added(service, known)
    }
  }

  close(): void {
    for (const {timer} of this.#ramps.values()) clearInterval(timer)
    this.#ramps.clear()
  }

  #added(service: ServiceModel, known: ReadonlyMap<string, InstanceModel>): void {
    const isKnown = (model: InstanceModel) => known.get(model.config.key) === model
    const added = [...service.instances.values()].filter(
      model => !isKnown(model) && model.selectable && hasPeers(service, model, isKnown),
    )
    const isTold = added.length <= MOST_TOLD
    for (const model of added) this.#begin(service, model, isTold)
    if (!isTold)
      this.#options.events.add(
        'info',
        service.config.name,
        `${added.length} new instances start slowly`,
        CAUSE,
      )
  }

  /** Goes on where the process before this one was, before any worker has started. */
  resume(services: ReadonlyMap<string, ServiceModel>): void {
    for (const service of services.values())
      for (const model of service.instances.values()) {
        const since = model.startingSince
        const {slowStartMs = 0} = service.config
        if (since === undefined) continue
        if (this.#options.now() - since < slowStartMs) this.#ramp(service, model, since, true)
        else model.startingSince = undefined
      }
  }

  #begin(service: ServiceModel, model: InstanceModel, isTold: boolean): void {
    const {slowStartMs} = service.config
    if (slowStartMs === undefined || this.#ramps.has(model)) return
    this.#ramp(service, model, this.#options.now(), isTold)
    const text = `starts slowly: from ${100 / STEPS} % of its weight to all of it in ${slowStartMs / 1000} s`
    if (isTold) this.#options.events.add('info', subjectOf(service, model), text, CAUSE)
  }

  #ramp(service: ServiceModel, model: InstanceModel, since: number, isTold: boolean): void {
    const {slowStartMs} = service.config
    if (slowStartMs === undefined) return
    const timer = setInterval(() => {
      const share = rampShare(this.#options.now() - since, slowStartMs)
      if (share === 1) this.#end(model)
      else model.startingShare = share
      this.#send(service, model)
    }, slowStartMs / STEPS).unref()
    this.#ramps.set(model, {service, isTold, timer})
    const share = rampShare(this.#options.now() - since, slowStartMs)
    model.startingShare = share === 1 ? undefined : share
    model.startingSince = since
  }

  #end(model: InstanceModel): void {
    const ramp = this.#ramps.get(model)
    this.#forget(model)
    if (ramp?.isTold === true)
      this.#options.events.add('good', subjectOf(ramp.service, model), 'has its full weight', CAUSE)
  }

  #forget(model: InstanceModel): void {
    clearInterval(this.#ramps.get(model)?.timer)
    this.#ramps.delete(model)
    model.startingShare = undefined
    model.startingSince = undefined
  }

  #send({config}: ServiceModel, model: InstanceModel): void {
    if (config.slowStartMs === undefined) return
    const {effectiveWeight: weight} = model
    this.#options.order({type: 'weight', service: config.name, instance: model.config.key, weight})
  }
}

/** Whether others of its kind serve by their full weight: without them there is nobody to take what it is spared. */
function hasPeers(
  service: ServiceModel,
  model: InstanceModel,
  counts: (other: InstanceModel) => boolean,
): boolean {
  for (const other of service.instances.values()) {
    if (other === model || other.config.backup !== model.config.backup || !counts(other)) continue
    if (other.selectable && other.startingShare === undefined) return true
  }
  return false
}
