/** Faults on purpose on screen: the banner, the list on a service's page, and the keys and words that turn them on and off. */
import type {FaultOnPurpose, ServiceSnapshot, Snapshot} from '../control/control.ts'
import {MADE_FAULT_FORM, parseMadeFault} from '../made-faults.ts'
import type {Action, Step} from './actions.ts'
import {hint, sending} from './changes.ts'
import {atMost, type Block, type Frame, rule, shown} from './frame.ts'
import {age, si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'
import {emptyPalette} from './requests-view.ts'
import {selectedRow} from './stage.ts'
import type {Piece} from './text.ts'
import {graphemesOf} from './text.ts'

/** In the first line of every screen, as long as any is on. */
export function faultBanner({faults}: Snapshot, isNarrow: boolean): Piece[] {
  if (faults.length === 0) return []
  const words = isNarrow
    ? 'FAULT'
    : faults.length === 1
      ? '1 FAULT ON PURPOSE'
      : `${faults.length} FAULTS ON PURPOSE`
  return [
    ['bad.strong', words],
    ['text', '  '],
  ]
}

const MOST_LINES = 4

/** Which are on in a service, and how far they have got. */
export function faultLines(frame: Frame, service: ServiceSnapshot): Block {
  const its = frame.snapshot.faults.filter(fault => fault.service === service.name)
  if (its.length === 0) return []
  const title = 'faults on purpose'
  return [
    rule(frame, title, frame.columns, frame.readOnly ? '' : 'I all off'),
    ...atMost(
      its.map(fault => lineOfFault(frame, fault)),
      MOST_LINES,
    ),
  ]
}

function lineOfFault(frame: Frame, fault: FaultOnPurpose): Piece[] {
  const where = shown(fault.instance ?? 'all instances')
  return [
    ['bad', `   ${shown(fault.text)}`],
    ['label', `  on ${where}, met ${si(fault.struck)}${leftText(frame, fault)}`],
  ]
}

function leftText({snapshot}: Frame, {until}: FaultOnPurpose): string {
  return until === undefined ? '' : `, ${age(Math.max(0, until - snapshot.at))} to go`
}

export const onPurposeActions = {
  makeFault: (view, stage) => {
    const row = selectedRow(view, stage)
    if (row === undefined) return hint(view, stage, 'no service is selected')
    const name = shown(row.service.name)
    const text = row.kind === 'instance' ? `fault ${name} ${shown(row.instance.key)} ` : `fault ${name} `
    return {view: {...view, palette: {...emptyPalette, text, cursor: graphemesOf(text).length}}}
  },
  clearFaults: (view, stage) =>
    stage.latest.faults.length === 0
      ? hint(view, stage, 'no fault is made on purpose')
      : sending(view, {type: 'clear-faults', number: undefined}),
} satisfies Record<string, Action>

/** `fault api 127.0.0.1:3001 delay 2s 50%`, also while it is being typed. */
export function typedFaults(services: readonly ServiceSnapshot[], typed: string): PaletteCommand[] {
  const rest = /^fault\s+(.*)$/i.exec(typed)?.[1]
  if (rest === undefined) return []
  const commands = services.flatMap(service => {
    const after = restAfter(rest, shown(service.name))
    if (after === undefined) return []
    const instance = service.instances.find(({key}) => restAfter(after, shown(key)) !== undefined)
    const text = instance === undefined ? after : (restAfter(after, shown(instance.key)) ?? '')
    return [faultCommand(typed, service, instance?.key, text)]
  })
  if (commands.length > 0) return commands
  const note = 'type a service, an instance if need be, and what is to happen'
  return [{text: typed, note, sign: 'i', isRefused: true, run: view => ({view})}]
}

function faultCommand(
  typed: string,
  service: ServiceSnapshot,
  instance: string | undefined,
  text: string,
): PaletteCommand {
  const isWhole = parseMadeFault(text) !== undefined
  const run = (view: Parameters<Action>[0]): Step =>
    sending(view, {type: 'add-fault', service: service.name, instance, fault: text.trim()})
  const note = isWhole ? `on ${shown(instance ?? service.name)}, from now on` : MADE_FAULT_FORM
  return {text: typed, note, sign: 'i', isRefused: !isWhole, run}
}

function restAfter(text: string, word: string): string | undefined {
  if (text === word) return ''
  return text.startsWith(`${word} `) ? text.slice(word.length + 1).trimStart() : undefined
}
