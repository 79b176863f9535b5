/** Instances left out for a while because their answers were bad: how long, how often, and when that ends. */
import {ejectionMs, sparedBecause, timesInRow} from '../balancing/ejection.ts'
import type {EventLog} from './event-log.ts'
import {type InstanceModel, type ServiceModel, subjectOf} from './model.ts'
import {isOnlyLeftOut} from './skip-reasons.ts'

export interface EjectionsOptions {
  readonly events: EventLog
  /** tells all workers whether the instance may be used now */
  readonly apply: (service: ServiceModel, model: InstanceModel) => void
  /** epoch ms */
  readonly now: () => number
}

export class Ejections {
  readonly #options: EjectionsOptions
  readonly #timers = new Map<InstanceModel, NodeJS.Timeout>()
  readonly #sparedAt = new WeakMap<InstanceModel, number>()

  constructor(options: EjectionsOptions) {
    this.#options = options
  }

  /**
   * A worker has taken an instance out. What is decided here holds for all workers, also where two of them were faster
   * together than the policy allows: then this one is told to take it back.
   */
  eject(service: ServiceModel, model: InstanceModel, reason: string): void {
    const {apply, now, events} = this.#options
    const policy = service.config.ejection
    const isIn = model.ejection === undefined && model.selectable
    const spared = isIn ? sparedBecause(service.counts, policy.percent) : undefined
    if (spared !== undefined) this.#spare(service, model, `${reason}, not ejected: ${spared}`)
    else if (isIn) {
      const at = now()
      const times = timesInRow(model.ejectedTimes, at - model.ejectionEndedAt, policy)
      const forMs = ejectionMs(times, policy)
      model.ejectedTimes = times
      model.ejection = {since: at, until: at + forMs, reason, times}
      this.#timers.set(
        model,
        setTimeout(() => this.end(service, model, 'its time is over', 'time'), forMs).unref(),
      )
      const text = `ejected for ${Math.round(forMs / 1000)} s: ${reason}${times > 1 ? ` (${times} times in a row)` : ''}`
      events.add('bad', subjectOf(service, model), text, 'traffic')
    }
    apply(service, model)
  }

  /** Said once in the time that an ejection would last: it goes on failing meanwhile. */
  #spare(service: ServiceModel, model: InstanceModel, text: string): void {
    const {events, now} = this.#options
    const at = now()
    if (at - (this.#sparedAt.get(model) ?? Number.NEGATIVE_INFINITY) < service.config.ejection.timeMs) return
    this.#sparedAt.set(model, at)
    events.add('warning', subjectOf(service, model), text, 'traffic')
  }

  /** A check has passed. One that was under way when the answers were bad says nothing about them. */
  passed(service: ServiceModel, model: InstanceModel, at: number): void {
    if (model.ejection !== undefined && at >= model.ejection.since)
      this.end(service, model, 'a check passed', 'health check')
  }

  /** The last ones that could serve are never out: when the others have gone, those that are left out serve again. */
  keepOneIn(service: ServiceModel): void {
    if (this.#timers.size === 0 || service.counts.selectable > 0) return
    for (const model of service.instances.values())
      if (isOnlyLeftOut(model)) this.end(service, model, 'no other one could serve', 'policy')
  }

  /** It serves again, whatever its time. Gives whether it was out. */
  end(service: ServiceModel, model: InstanceModel, why: string, by: string): boolean {
    if (model.ejection === undefined) return false
    this.#forget(model)
    this.#options.events.add('good', subjectOf(service, model), `no longer ejected: ${why}`, by)
    this.#options.apply(service, model)
    return true
  }

  /** After another configuration: what is gone is forgotten, and a service that ejects no more has nobody out. */
  keep(services: ReadonlyMap<string, ServiceModel>, by: string): void {
    const owners = new Map<InstanceModel, ServiceModel>()
    if (this.#timers.size === 0) return
    for (const service of services.values())
      for (const model of service.instances.values()) owners.set(model, service)
    for (const model of [...this.#timers.keys()]) {
      const service = owners.get(model)
      if (service === undefined) this.#forget(model)
      else if (service.config.ejection.errors === 0 && service.config.ejection.connectFailures === 0)
        this.end(service, model, 'the configuration ejects no instance any more', by)
    }
    for (const service of services.values()) this.keepOneIn(service)
  }

  #forget(model: InstanceModel): void {
    clearTimeout(this.#timers.get(model))
    this.#timers.delete(model)
    model.ejection = undefined
    model.ejectionEndedAt = this.#options.now()
  }
}
