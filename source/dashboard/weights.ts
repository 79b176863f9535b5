/** An instance's weight: the question that its key asks, the words that set it, and the column that shows it. */
import {MAX_WEIGHT} from '../bounds.ts'
import type {InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import type {Action, Step} from './actions.ts'
import {hint, sending} from './changes.ts'
import {shown} from './frame.ts'
import {si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'
import type {InstanceRow} from './rows.ts'
import {selectedRow} from './stage.ts'
import type {Column} from './table.ts'
import {instancesNamed, instanceTyped, typing, type ValueLine} from './value-line.ts'
import type {View} from './view.ts'

export const weightActions = {
  weight(view, stage) {
    const row = selectedRow(view, stage)
    if (row?.kind !== 'instance') return hint(view, stage, 'w sets the weight of one instance: select it')
    return {view: typing(view, {of: 'weight', service: row.service.name, instance: row.instance.key}, '')}
  },
} satisfies Record<string, Action>

export const weightLine: ValueLine = {
  title: ({instance = ''}) => `weight of ${shown(instance)}`,
  now: (typing, stage) => instanceTyped(typing, stage)?.instance.weight.toString(),
  form: () => `0 to ${MAX_WEIGHT}, 0: no new requests`,
  accepts: /^\d{0,4}$/,
  entered(text, typing, stage, closed) {
    const found = instanceTyped(typing, stage)
    if (found === undefined || Number(text) > MAX_WEIGHT) return `a weight is 0 to ${MAX_WEIGHT}`
    return weightStep(closed, found.service, found.instance, Number(text))
  },
}

/** Asks only where nothing would be left that could serve. */
function weightStep(view: View, service: ServiceSnapshot, instance: InstanceSnapshot, weight: number): Step {
  const step = sending(view, {type: 'set-weight', service: service.name, instance: instance.key, weight})
  const isLast = weight === 0 && instance.selectable && service.selectable === 1
  if (!isLast || step.send === undefined) return step
  const question = `weight 0 for ${shown(instance.key)}, the last of ${shown(service.name)}? requests will get 503`
  return {view: {...view, asking: {question, wanted: {send: step.send}}}}
}

/** `weight api 127.0.0.1:3001 5`, also while it is being typed. */
export function weightCommand(
  service: ServiceSnapshot,
  instance: InstanceSnapshot,
  weight: number | undefined,
): PaletteCommand {
  const text = `weight ${shown(service.name)} ${shown(instance.key)} ${weight ?? ''}`
  const now = `now ${instance.weight}`
  const run = (view: View) => weightStep(view, service, instance, weight ?? 0)
  if (weight === undefined)
    return {text, note: `${now}: type how much it gets beside the others`, sign: 'w', isRefused: true, run}
  if (weight > MAX_WEIGHT)
    return {text, note: `a weight is 0 to ${MAX_WEIGHT}`, sign: 'w', isRefused: true, run}
  return {text, note: now, sign: 'w', isRefused: weight === instance.weight, run}
}

/** What is typed as a weight, in whatever state of completion: of the instances whose names hold all words. */
export function typedWeights(services: readonly ServiceSnapshot[], typed: string): PaletteCommand[] {
  const rest = /^weight\s+(.*)$/i.exec(typed)?.[1]
  if (rest === undefined) return []
  const [, named = rest, given] = /^(.*\S)\s+(\d{1,5})\s*$/.exec(rest) ?? []
  return instancesNamed(services, named).map(({service, instance}) =>
    weightCommand(service, instance, given === undefined ? undefined : Number(given)),
  )
}

export const weightColumn: Column<InstanceRow> = {
  title: 'W',
  gap: 1,
  width: 3,
  align: 'right',
  sort: undefined,
  cell: ({instance: {weight}}) => [[weight === 0 ? 'warn' : weight === 1 ? 'label' : 'text', si(weight)]],
}
