/** How many requests an instance may have at a time: changed while it runs. */
import {MAX_AT_A_TIME} from '../bounds.ts'
import {type CommandTarget, find} from './command-target.ts'
import type {Command, Outcome} from './control.ts'

export function setMaxConnections(
  {service: name, instance, maxConnections}: Extract<Command, {type: 'set-max-connections'}>,
  by: string,
  target: CommandTarget,
): Outcome {
  const found = find({service: name, instance}, target)
  if ('ok' in found) return found
  if (!Number.isInteger(maxConnections) || maxConnections < 0 || maxConnections > MAX_AT_A_TIME)
    return {ok: false, message: `expected a whole number from 1 to ${MAX_AT_A_TIME}, or 0 for no limit`}
  const {model} = found
  const before = model.maxConnections
  if (before === maxConnections) return {ok: true, message: `${instance} has that limit already`}
  model.maxConnections = maxConnections
  target.order({type: 'max-connections', service: name, instance, maxConnections})
  const change = `at most ${words(before)} → ${words(maxConnections)} requests at a time`
  target.events.add('info', `${name}/${instance}`, change, by)
  return {
    ok: true,
    message: `${instance}: ${change}`,
    undo: {type: 'set-max-connections', service: name, instance, maxConnections: before},
  }
}

function words(count: number): string {
  return count === 0 ? 'any number of' : String(count)
}
