/** Which instances are checked and how, and what their results do to what is known of them. */
import type {InstanceConfig} from '../config/config.ts'
import {checkOf} from '../config/healthchecks.ts'
import type {UpstreamTls} from '../tls/upstream.ts'
import type {CheckTarget} from './health.ts'
import {undecided} from './health-state.ts'
import type {InstanceModel, ServiceModel} from './model.ts'

/** Told of each result, after the model holds it. */
export interface HealthListener {
  /** the verdict has changed; `reason` is what made it */
  verdict(service: ServiceModel, model: InstanceModel, reason: string): void
  /** a check that began at `at` (epoch ms) has passed */
  passed(service: ServiceModel, model: InstanceModel, at: number): void
  /** how connections to an instance are secured; undefined: they are plain */
  tls(config: InstanceConfig['tls']): UpstreamTls | undefined
}

/**
 * All that is to be checked, by `service/address:port`. Instances that have no check, or none any more, are up until a
 * request shows otherwise; in maintenance nothing is checked, and what was known stays.
 */
export function checkTargets(
  services: Iterable<ServiceModel>,
  listener: HealthListener,
): ReadonlyMap<string, CheckTarget> {
  const targets = new Map<string, CheckTarget>()
  for (const service of services) {
    for (const [key, model] of service.instances) {
      const check = checkOf(service.config, model.config)
      if (check === undefined) forget(service, model, listener)
      else if (model.operator !== 'maintenance')
        targets.set(`${service.config.name}/${key}`, targetOf(service, model, check, listener))
    }
  }
  return targets
}

function targetOf(
  service: ServiceModel,
  model: InstanceModel,
  check: CheckTarget['check'],
  listener: HealthListener,
): CheckTarget {
  const {address, port} = model.config
  return {
    owner: model,
    address,
    port,
    tls: listener.tls(model.config.tls),
    check,
    state: model.health,
    changed(state, before, result) {
      model.health = state
      model.lastCheck = result
      if (result.passed) listener.passed(service, model, result.at)
      if (state.verdict === before.verdict) return
      const count = state.verdict === 'up' ? state.passesInRow : state.failuresInRow
      const what = `${count} ${result.passed ? 'passed' : 'failed'} check${count === 1 ? '' : 's'}`
      const reason = `${what}: ${result.passed ? result.found : result.reason}`
      model.setVerdict(result.at, reason)
      listener.verdict(service, model, reason)
    },
  }
}

/** Without a check nothing is known, and what was known once must not keep an instance down for ever. */
function forget(service: ServiceModel, model: InstanceModel, listener: HealthListener): void {
  if (model.health.verdict === 'unknown') return
  model.health = undecided
  model.lastCheck = undefined
  model.setVerdict(Date.now(), '')
  listener.verdict(service, model, '')
}
