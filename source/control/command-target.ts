/** What commands act on: all that one of them may look at or change, and the instance that it names. */
import type {RateLimit} from '../config/config.ts'
import type {Order} from '../proxy/messages.ts'
import type {Command, InstanceRef, Outcome} from './control.ts'
import type {Ejections} from './ejections.ts'
import type {EventLog} from './event-log.ts'
import type {FaultsOnPurpose} from './faults-on-purpose.ts'
import type {Health} from './health.ts'
import type {InstanceModel, ServiceModel} from './model.ts'
import type {SwitchGuard} from './switch-guard.ts'

export interface CommandTarget {
  readonly services: ReadonlyMap<string, ServiceModel>
  readonly events: EventLog
  readonly guard: SwitchGuard
  readonly health: Health
  readonly ejections: Ejections
  /** of all requests together */
  rateLimit: RateLimit | undefined
  readonly faults: FaultsOnPurpose
  /** instances that finish what they have in flight, by `service/address:port` */
  readonly draining: Map<string, InstanceModel>
  order(order: Order): void
  /** tells the workers whether it may be picked now */
  applySelectable(service: ServiceModel, model: InstanceModel): void
  /** what the operator wants of it has changed: workers and health checks are to follow */
  operatorChanged(service: ServiceModel, model: InstanceModel): void
  /** ends what is in flight on it */
  cutInstance(service: ServiceModel, model: InstanceModel): void
  reload(by: string): Promise<Outcome>
  setSetting(command: Extract<Command, {type: 'set-setting'}>, by: string): Promise<Outcome>
  /** opens the file of the access log once more */
  reopenLog(by: string): Outcome
  restart(by: string): Promise<Outcome>
  stop(force: boolean, by: string): Outcome
}

/** The instance that a command names, or the refusal that says what of it there is not. */
export function find(
  ref: InstanceRef,
  {services}: CommandTarget,
): Outcome | {service: ServiceModel; model: InstanceModel} {
  const service = services.get(ref.service)
  if (service === undefined) return {ok: false, message: `there is no service ${ref.service}`}
  const model = service.instances.get(ref.instance)
  if (model === undefined) return {ok: false, message: `${ref.service} has no instance ${ref.instance}`}
  return {service, model}
}
