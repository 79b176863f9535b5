/** How often a client may ask: how it is shown, and the command that is typed to change it. */
import type {RateLimit, ServiceSnapshot, Snapshot} from '../control/control.ts'
import {parseRate, RATE_FORM, rateForm} from '../rates.ts'
import type {Action} from './actions.ts'
import {hint, sending, serviceOf} from './changes.ts'
import {type Stage, shown} from './frame.ts'
import {si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'
import {typing, type ValueLine} from './value-line.ts'
import type {View} from './view.ts'

/** `10 in 1s a client`; empty: as often as it likes. */
export function rateLimitText(limit: RateLimit | undefined): string {
  if (limit === undefined) return ''
  const {requests, perMs, burst} = limit
  const per = perMs % 1000 === 0 ? `${perMs / 1000}s` : `${perMs}ms`
  return `${si(requests)} in ${per} a client${burst === requests ? '' : `, burst ${si(burst)}`}`
}

export const rateActions = {
  rate(view, stage) {
    const service = serviceOf(view, stage)
    if (service === undefined) return hint(view, stage, 'no service is selected')
    return {view: rateTyped(view, service.name, stage)}
  },
} satisfies Record<string, Action>

function rateTyped(view: View, service: string | undefined, {latest}: Stage): View {
  const now = limitOf(service, latest)
  // No limit is nothing to begin with.
  return typing(view, {of: 'rate', service, instance: undefined}, now?.limit ? rateForm(now.limit) : '')
}

/** The limit in force; undefined: there is no such service. */
function limitOf(service: string | undefined, {services, rateLimit}: Snapshot) {
  if (service === undefined) return {limit: rateLimit}
  const found = services.find(({name}) => name === service)
  return found && {limit: found.rateLimit}
}

export const rateLine: ValueLine = {
  title: ({service}) => `rate of a client to ${service === undefined ? 'all services' : shown(service)}`,
  now({service}, {latest}) {
    const now = limitOf(service, latest)
    return now && rateForm(now.limit)
  },
  form: () => RATE_FORM,
  accepts: /^[\w/. ]{0,40}$/,
  entered(text, {service}, _, closed) {
    const wanted = parseRate(text)
    if (wanted === undefined) return `a rate is written like ${RATE_FORM}`
    return sending(closed, {type: 'set-rate-limit', service, limit: wanted.limit})
  },
  next: {
    word: 'service or all',
    of(value, view, stage) {
      const service =
        value.service === undefined ? serviceOf({...view, typing: undefined}, stage)?.name : undefined
      return rateTyped(view, service, stage)
    },
  },
}

/** `rate api 10/s`, `rate api 600/m burst 20`, `rate proxy off`. In whatever state of completion. */
export function typedRates(snapshot: Snapshot, typed: string): PaletteCommand[] {
  const rest = /^rate\s+(.*)$/i.exec(typed)?.[1]?.trim()
  if (rest === undefined) return []
  const named = [undefined, ...snapshot.services.map(({name}) => name)].flatMap(service => {
    const called = calledOf(service)
    const now = limitOf(service, snapshot)?.limit
    if (called.toLowerCase().startsWith(rest.toLowerCase())) return [rateCommand(service, now, undefined)]
    if (!rest.toLowerCase().startsWith(`${called.toLowerCase()} `)) return []
    return [rateCommand(service, now, parseRate(rest.slice(called.length)))]
  })
  return named
}

function calledOf(service: string | undefined): string {
  return service === undefined ? 'proxy' : shown(service)
}

/** Without `to` it says what is missing. */
function rateCommand(
  service: ServiceSnapshot['name'] | undefined,
  limit: RateLimit | undefined,
  to: {readonly limit: RateLimit | undefined} | undefined,
): PaletteCommand {
  const now = `now ${rateLimitText(limit) || 'no limit'}`
  return {
    text: `rate ${calledOf(service)} ${to === undefined ? '' : rateForm(to.limit)}`.trim(),
    note: to === undefined ? `${now}: type ${RATE_FORM}` : now,
    sign: 'L',
    isRefused: to === undefined,
    run: view => sending(view, {type: 'set-rate-limit', service, limit: to?.limit}),
  }
}

export function rateCommands({services, rateLimit}: Snapshot): PaletteCommand[] {
  return [
    rateCommand(undefined, rateLimit, undefined),
    ...services.map(service => rateCommand(service.name, service.rateLimit, undefined)),
  ]
}
