/** How much of a service's requests another one gets: changed while it runs. */
import type {CommandTarget} from './command-target.ts'
import type {Command, Outcome} from './control.ts'

export function setSplit(
  {service: name, percent}: Extract<Command, {type: 'set-split'}>,
  by: string,
  target: CommandTarget,
): Outcome {
  const service = target.services.get(name)
  if (service === undefined) return {ok: false, message: `there is no service ${name}`}
  const before = service.split
  if (before === undefined)
    return {ok: false, message: `${name} has no split: add one to the file that names the other service`}
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    return {ok: false, message: 'a split is a whole number of percent, from 0 to 100'}
  if (before.percent === percent)
    return {ok: true, message: `${name} gives ${percent} % to ${before.to} already`}
  service.split = {...before, percent}
  target.order({type: 'split', service: name, percent})
  const change = `${before.percent} % → ${percent} % to ${before.to}`
  target.events.add('info', name, `split ${change}`, by)
  return {
    ok: true,
    message: `${name}: ${change}`,
    undo: {type: 'set-split', service: name, percent: before.percent},
  }
}
