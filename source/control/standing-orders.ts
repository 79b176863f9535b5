/** What a worker that starts, or is configured anew, has to be told beside the configuration: all that is not as it says. */
import type {RateLimit} from '../config/config.ts'
import type {Order} from '../proxy/messages.ts'
import type {InstanceModel, ServiceModel} from './model.ts'
import {rateText} from './rate-limit.ts'
import {skipReason} from './skip-reasons.ts'

export interface Standing {
  readonly services: ReadonlyMap<string, ServiceModel>
  /** of all services together, as it is in force and as it is configured */
  readonly rateLimit: RateLimit | undefined
  readonly configuredRate: RateLimit | undefined
  /** the filter of a capture that is on */
  readonly captures: string | undefined
}

export function standingOrders({services, rateLimit, configuredRate, captures}: Standing): Order[] {
  const orders: Order[] = []
  if (captures !== undefined) orders.push({type: 'capture', filter: captures})
  if (rateText(rateLimit) !== rateText(configuredRate))
    orders.push({type: 'rate-limit', service: undefined, limit: rateLimit})
  for (const [service, model] of services) {
    orders.push({type: 'strategy', service, strategy: model.strategy})
    if (rateText(model.rateLimit) !== rateText(model.config.rateLimit))
      orders.push({type: 'rate-limit', service, limit: model.rateLimit})
    if (model.split !== undefined) orders.push({type: 'split', service, percent: model.split.percent})
    for (const instance of model.instances.values()) orders.push(...ordersFor(model, instance))
    orders.push({type: 'selection', service, selection: model.selections.number})
  }
  return orders
}

function ordersFor(service: ServiceModel, model: InstanceModel): Order[] {
  const {selectable, maxConnections, effectiveWeight: weight, config} = model
  const names = {service: service.config.name, instance: config.key}
  const orders: Order[] = []
  const told = selectableOrder(service, model)
  if (!selectable) orders.push(told)
  if (maxConnections !== config.maxConnections)
    orders.push({type: 'max-connections', ...names, maxConnections})
  if (weight !== config.weight) orders.push({type: 'weight', ...names, weight})
  return orders
}

/** Whether an instance may be picked, and the number of the change, by which records tell what held then. */
export function selectableOrder(service: ServiceModel, model: InstanceModel): Order {
  const {selectable, acceptsSticky, config} = model
  const names = {service: service.config.name, instance: config.key}
  const selection = service.selections.change(config.key, skipReason(model))
  return {
    type: 'selectable',
    ...names,
    selectable,
    acceptsSticky,
    ejected: model.ejection !== undefined,
    selection,
  }
}
