/** How often a client may ask: changed while it runs, for one service or for all together. */
import type {RateLimit} from '../config/config.ts'
import {formatTime} from '../config/time.ts'
import {rateProblem} from '../rates.ts'
import type {CommandTarget} from './command-target.ts'
import type {Command, Outcome} from './control.ts'

export function setRateLimit(
  {service: name, limit}: Extract<Command, {type: 'set-rate-limit'}>,
  by: string,
  target: CommandTarget,
): Outcome {
  const service = name === undefined ? undefined : target.services.get(name)
  if (name !== undefined && service === undefined) return {ok: false, message: `there is no service ${name}`}
  const problem = limit && rateProblem(limit)
  if (problem !== undefined) return {ok: false, message: problem}
  const holder = service ?? target
  const before = holder.rateLimit
  const subject = name ?? 'proxy'
  if (rateText(before) === rateText(limit))
    return {ok: true, message: `${subject}: ${rateText(limit)} already`}
  holder.rateLimit = limit
  target.order({type: 'rate-limit', service: name, limit})
  const change = `rate limit ${rateText(before)} → ${rateText(limit)}`
  target.events.add('info', subject, change, by)
  return {
    ok: true,
    message: `${subject}: ${change}`,
    undo: {type: 'set-rate-limit', service: name, limit: before},
  }
}

/** `10 in 1s, burst 20` */
export function rateText(limit: RateLimit | undefined): string {
  if (limit === undefined) return 'none'
  const {requests, perMs, burst} = limit
  return `${requests} in ${formatTime(perMs)}${burst === requests ? '' : `, burst ${burst}`}`
}
