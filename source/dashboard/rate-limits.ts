/** How often a client may ask: how it is shown, and the command that is typed to change it. */
import type {RateLimit, ServiceSnapshot, Snapshot} from '../control/control.ts'
import {sending} from './changes.ts'
import {shown} from './frame.ts'
import {si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'

const spans = {s: 1000, m: 60_000, h: 3_600_000} as const

/** `10 in 1s a client`; empty: as often as it likes. */
export function rateLimitText(limit: RateLimit | undefined): string {
  if (limit === undefined) return ''
  const {requests, perMs, burst} = limit
  const per = perMs % 1000 === 0 ? `${perMs / 1000}s` : `${perMs}ms`
  return `${si(requests)} in ${per} a client${burst === requests ? '' : `, burst ${si(burst)}`}`
}

/** `rate api 10/s`, `rate api 600/m burst 20`, `rate proxy 0`: 0 is no limit. In whatever state of completion. */
export function typedRates({services, rateLimit}: Snapshot, typed: string): PaletteCommand[] {
  const rest = /^rate\s+(.*)$/i.exec(typed)?.[1]
  if (rest === undefined) return []
  const [, named = rest.trim(), requests = '', per = 's', burst] =
    /^(.*\S)\s+(\d{1,7})(?:\/([smh]))?(?:\s+burst\s+(\d{1,7}))?$/i.exec(rest.trim()) ?? []
  const holders = [
    {name: undefined, limit: rateLimit},
    ...services.map(service => ({name: service.name, limit: service.rateLimit})),
  ]
  return holders.flatMap(({name, limit}) => {
    const called = name === undefined ? 'proxy' : shown(name)
    if (!called.toLowerCase().startsWith(named.toLowerCase())) return []
    if (requests === '') return [rateCommand(name, limit, undefined)]
    const count = Number(requests)
    const wanted =
      count === 0
        ? undefined
        : {
            requests: count,
            perMs: spans[per.toLowerCase() as keyof typeof spans],
            burst: Number(burst ?? count),
          }
    return [rateCommand(name, limit, {wanted})]
  })
}

/** Without `to` it says what is missing. */
function rateCommand(
  service: ServiceSnapshot['name'] | undefined,
  limit: RateLimit | undefined,
  to: {readonly wanted: RateLimit | undefined} | undefined,
): PaletteCommand {
  const now = `now ${rateLimitText(limit) || 'no limit'}`
  const called = service === undefined ? 'proxy' : shown(service)
  const text = to === undefined ? '' : to.wanted === undefined ? 'no limit' : rateLimitText(to.wanted)
  return {
    text: `rate ${called} ${text}`.trim(),
    note: to === undefined ? `${now}: type 10/s, 600/m burst 20, or 0 for none` : now,
    sign: '',
    isRefused: to === undefined,
    run: view => sending(view, {type: 'set-rate-limit', service, limit: to?.wanted}),
  }
}

export function rateCommands({services, rateLimit}: Snapshot): PaletteCommand[] {
  return [
    rateCommand(undefined, rateLimit, undefined),
    ...services.map(service => rateCommand(service.name, service.rateLimit, undefined)),
  ]
}
