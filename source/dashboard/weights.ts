/** An instance's weight: the question that its key asks, the words that set it, and the column that shows it. */
import type {InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import type {Action, Step} from './actions.ts'
import {hint, sending, withMessage} from './changes.ts'
import {type Frame, type Stage, shown} from './frame.ts'
import {keySign} from './glyphs.ts'
import {si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'
import type {InstanceRow} from './rows.ts'
import {selectedRow} from './stage.ts'
import type {Column} from './table.ts'
import type {Piece} from './text.ts'
import type {View, Weighing} from './view.ts'

const MOST = 1000
const DIGITS = String(MOST).length

export const weightActions = {
  weight(view, stage) {
    const row = selectedRow(view, stage)
    if (row?.kind !== 'instance') return hint(view, stage, 'w sets the weight of one instance: select it')
    return {view: {...view, weighing: {service: row.service.name, instance: row.instance.key, text: ''}}}
  },
} satisfies Record<string, Action>

/** The keys while the question is open. */
export function inWeighing(view: View, weighing: Weighing, key: string, stage: Stage): Step {
  const closed = {...view, weighing: undefined}
  const {text} = weighing
  if (key === 'esc') return {view: closed}
  if (key === 'enter') {
    if (text === '') return {view: closed}
    const service = stage.latest.services.find(({name}) => name === weighing.service)
    const instance = service?.instances.find(({key: name}) => name === weighing.instance)
    if (service === undefined || instance === undefined)
      return {view: withMessage(closed, stage, `${shown(weighing.instance)} is gone`, true)}
    if (Number(text) > MOST) return {view: withMessage(view, stage, `a weight is 0 to ${MOST}`, true)}
    return weightStep(closed, service, instance, Number(text))
  }
  if (key === 'backspace') return {view: typed(view, weighing, text.slice(0, -1))}
  if (key === 'ctrl+u') return {view: typed(view, weighing, '')}
  if (/^\d$/.test(key) && text.length < DIGITS) return {view: typed(view, weighing, text + key)}
  return {view}
}

function typed(view: View, weighing: Weighing, text: string): View {
  return {...view, message: undefined, weighing: {...weighing, text}}
}

/** Asks only where nothing would be left that could serve. */
function weightStep(view: View, service: ServiceSnapshot, instance: InstanceSnapshot, weight: number): Step {
  const step = sending(view, {type: 'set-weight', service: service.name, instance: instance.key, weight})
  const isLast = weight === 0 && instance.selectable && service.selectable === 1
  if (!isLast || step.send === undefined) return step
  const question = `weight 0 for ${shown(instance.key)}, the last of ${shown(service.name)}? requests will get 503`
  return {view: {...view, asking: {question, wanted: {send: step.send}}}}
}

/** The last line while the question is open. */
export function weighingPieces({glyphs, latest}: Frame, {service, instance, text}: Weighing): Piece[] {
  const now = latest.services
    .find(({name}) => name === service)
    ?.instances.find(({key}) => key === instance)?.weight
  return [
    ['accent', ` weight of ${shown(instance)}`],
    ['label', now === undefined ? '' : `, now ${now}`],
    ['text', ': '],
    ['text.strong', text],
    ['accent.strong', glyphs.cursor],
    ['label', `  0 to ${MOST}, 0: no new requests  `],
    ['accent', keySign('↵', glyphs)],
    ['label', ' set  '],
    ['accent', 'esc'],
    ['label', ' leave it'],
  ]
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
  if (weight > MOST) return {text, note: `a weight is 0 to ${MOST}`, sign: 'w', isRefused: true, run}
  return {text, note: now, sign: 'w', isRefused: weight === instance.weight, run}
}

/** What is typed as a weight: of the instances whose names begin so. */
export function typedWeights(services: readonly ServiceSnapshot[], given: string): PaletteCommand[] {
  const rest = /^weight\s+(.*)$/i.exec(given)?.[1]?.toLowerCase()
  if (rest === undefined) return []
  return services.flatMap(service =>
    service.instances.flatMap(instance => {
      const name = `${shown(service.name)} ${shown(instance.key)}`.toLowerCase()
      if (name.startsWith(rest.trim())) return [weightCommand(service, instance, undefined)]
      const number = rest.startsWith(`${name} `)
        ? /^(\d{1,5})\s*$/.exec(rest.slice(name.length + 1))?.[1]
        : undefined
      return number === undefined ? [] : [weightCommand(service, instance, Number(number))]
    }),
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
