/** How many requests an instance may have at a time: in the table, and as a command that is typed. */
import {MAX_AT_A_TIME} from '../bounds.ts'
import type {InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import type {Action} from './actions.ts'
import {hint, sending} from './changes.ts'
import {quiet, shown} from './frame.ts'
import {si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'
import type {InstanceRow} from './rows.ts'
import {selectedRow} from './stage.ts'
import type {Column} from './table.ts'
import {instancesNamed, instanceTyped, typing, type ValueLine} from './value-line.ts'

/** `9/100`; warns where there is no room. In the place of what is in flight, where the service has such limits. */
export const connectionsColumn: Column<InstanceRow> = {
  title: 'CONNS',
  gap: 1,
  width: 9,
  align: 'right',
  sort: 'fly',
  cell({instance}) {
    const {maxConnections, traffic} = instance
    if (maxConnections === 0) return [quiet(si(traffic.inFlight), 'text')]
    const text = `${si(traffic.inFlight)}/${si(maxConnections)}`
    return [traffic.inFlight >= maxConnections ? ['warn', text] : ['text', text]]
  },
}

export function isLimited({instances}: ServiceSnapshot): boolean {
  return instances.some(({maxConnections}) => maxConnections > 0)
}

/** `12 queued`; empty: nobody waits. */
export function queueText({queued, queue}: ServiceSnapshot): string {
  return queued === 0 ? '' : `${si(queued)} of ${si(queue)} queued`
}

export const limitActions = {
  limit(view, stage) {
    const row = selectedRow(view, stage)
    if (row?.kind !== 'instance') return hint(view, stage, 'l limits the requests of one instance: select it')
    const {key, maxConnections} = row.instance
    const value = {of: 'limit', service: row.service.name, instance: key} as const
    // No limit is nothing to begin with.
    return {view: typing(view, value, maxConnections === 0 ? '' : String(maxConnections))}
  },
} satisfies Record<string, Action>

export const limitLine: ValueLine = {
  title: ({instance = ''}) => `requests at a time on ${shown(instance)}`,
  now: (value, stage) => instanceTyped(value, stage)?.instance.maxConnections.toString(),
  form: () => `1 to ${MAX_AT_A_TIME}, 0: any number`,
  accepts: /^\d{0,7}$/,
  entered(text, {service = '', instance = ''}, _, closed) {
    if (Number(text) > MAX_AT_A_TIME) return `a limit is 0 to ${MAX_AT_A_TIME}`
    return sending(closed, {type: 'set-max-connections', service, instance, maxConnections: Number(text)})
  },
}

/** What is typed as a limit, in whatever state of completion: `limit api 127.0.0.1:3001 20`. */
export function typedLimits(services: readonly ServiceSnapshot[], typed: string): PaletteCommand[] {
  const rest = /^limit\s+(.*)$/i.exec(typed)?.[1]
  if (rest === undefined) return []
  const [, named = rest, given = ''] = /^(.*\S)\s+(\d{1,7})$/.exec(rest) ?? []
  return instancesNamed(services, named).map(({service, instance}) =>
    limitCommand(service.name, instance, given),
  )
}

/** Without a number it says what is missing. */
export function limitCommand(service: string, instance: InstanceSnapshot, given: string): PaletteCommand {
  const {key, maxConnections} = instance
  const now = maxConnections === 0 ? 'now no limit' : `now ${si(maxConnections)} at a time`
  const wanted = Number(given)
  return {
    text: `limit ${shown(service)} ${shown(key)} ${given}`.trim(),
    note: given === '' ? `${now}: type how many requests at a time, 0 for any number` : now,
    sign: 'l',
    isRefused: given === '' || wanted === maxConnections,
    run: view => sending(view, {type: 'set-max-connections', service, instance: key, maxConnections: wanted}),
  }
}
