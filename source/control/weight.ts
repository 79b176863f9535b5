/** How much of the requests an instance gets beside the others: changed while it runs. */
import {MAX_WEIGHT} from '../bounds.ts'
import {type CommandTarget, find} from './command-target.ts'
import type {Command, Outcome} from './control.ts'

export function setWeight(
  {service: name, instance, weight}: Extract<Command, {type: 'set-weight'}>,
  by: string,
  target: CommandTarget,
): Outcome {
  const found = find({service: name, instance}, target)
  if ('ok' in found) return found
  if (!Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT)
    return {ok: false, message: `a weight is a whole number from 0 to ${MAX_WEIGHT}`}
  const {service, model} = found
  const before = model.weight
  if (before === weight) return {ok: true, message: `${instance} has weight ${weight} already`}
  model.weight = weight
  target.order({type: 'weight', service: name, instance, weight: model.effectiveWeight})
  target.applySelectable(service, model)
  const change = `weight ${before} → ${weight}${weight === 0 ? ': no new requests' : ''}`
  target.events.add(weight === 0 ? 'warning' : 'info', `${name}/${instance}`, change, by)
  return {
    ok: true,
    message: `${instance}: ${change}`,
    undo: {type: 'set-weight', service: name, instance, weight: before},
  }
}
