/** Settings of a service that change while it runs: the list that a key opens, the line that sets one, and what has been set. */
import type {ServiceSnapshot, Setting, SettingChangeSnapshot} from '../control/control.ts'
import type {Action, Step} from './actions.ts'
import {hint, sending, serviceOf} from './changes.ts'
import {atMost, type Block, type Frame, rule, shown} from './frame.ts'
import type {PaletteCommand} from './palette-commands.ts'
import {selectedRow} from './stage.ts'
import type {Piece} from './text.ts'
import {typing, type ValueLine} from './value-line.ts'
import type {Choosing, View} from './view.ts'

type ChoosingSetting = Extract<Choosing, {of: 'setting'}>

export const settingActions = {
  settings(view, stage) {
    const row = selectedRow(view, stage)
    const service = serviceOf(view, stage)
    if (service === undefined) return hint(view, stage, 'no service is selected')
    const instance = row?.kind === 'instance' ? row.instance.key : undefined
    return {view, effect: {type: 'settings', service: service.name, instance}}
  },
} satisfies Record<string, Action>

/** What the control told: a list to choose from. One that is open already keeps its place. */
export function settingsListed(
  view: View,
  service: string,
  instance: string | undefined,
  settings: readonly Setting[],
): View {
  const open = view.choosing?.of === 'setting' ? view.choosing.index : 0
  const index = Math.max(0, Math.min(open, settings.length - 1))
  return {...view, choosing: {of: 'setting', service, instance, settings, index}}
}

/** Longer ones push what is beside them to the right. */
const WIDE_VALUE = 12

export function settingChoices({settings}: ChoosingSetting): ReadonlyArray<{text: string; note: string}> {
  const widest = Math.max(0, ...settings.map(({key}) => key.length))
  const values = settings.map(({value}) => shown(value))
  const wide = Math.min(WIDE_VALUE, Math.max(0, ...values.map(value => value.length)))
  return settings.map(({key, file, about}, index) => ({
    text: `${key.padEnd(widest)}  ${values[index]?.padEnd(wide)}`,
    note: file === undefined ? about : `the file says ${shown(file)}  ${about}`,
  }))
}

/** Enter on one of them opens the line below the list. */
export function settingChosen(view: View, {service, instance, settings, index}: ChoosingSetting): View {
  const setting = settings[index]
  return setting === undefined ? view : settingOpened(view, service, instance, setting)
}

/** The line in which it is typed. */
export function settingOpened(
  view: View,
  service: string,
  instance: string | undefined,
  setting: Setting,
): View {
  // What differs by instance is no value to begin with, and neither is none.
  const text = setting.value.includes(', ') || setting.value === 'none' ? '' : setting.value
  return typing(view, {of: 'setting', service, instance, setting}, text)
}

export const settingLine: ValueLine = {
  title: ({setting, service, instance}) => `${setting?.key ?? ''} of ${shown(instance ?? service ?? '')}`,
  now: ({setting, service}, {latest}) =>
    latest.services.some(({name}) => name === service) ? setting?.value : undefined,
  form: ({setting}) => setting?.form ?? '',
  also: 'file: as it is there',
  accepts: /^.{0,200}$/,
  entered(text, {setting, service = '', instance}, _, closed) {
    return sending(closed, settingCommand(service, instance, setting?.key ?? '', text))
  },
}

function settingCommand(service: string, instance: string | undefined, key: string, text: string) {
  const value = text === 'file' ? undefined : text
  return {type: 'set-setting', service, instance, key, value} as const
}

const MOST_LINES = 6

/** Which are set otherwise than the file says, on the page of a service. */
export function settingLines(frame: Frame, {settings = []}: ServiceSnapshot): Block {
  if (settings.length === 0) return []
  const right = frame.readOnly ? '' : 'e settings'
  return [
    rule(frame, 'set while it runs', frame.columns, right),
    ...atMost(settings.map(lineOfSetting), MOST_LINES),
  ]
}

function lineOfSetting({key, instance, value, file}: SettingChangeSnapshot): Piece[] {
  const where = instance === undefined ? '' : ` for ${shown(instance)}`
  return [
    ['text', `   ${key} ${shown(value)}`],
    ['label', `${where}, the file says ${shown(file)}`],
  ]
}

/** `set api retryPolicy.retries 2`, also while it is being typed. */
export function typedSettings(services: readonly ServiceSnapshot[], typed: string): PaletteCommand[] {
  const rest = /^set\s+(.*)$/i.exec(typed)?.[1]
  if (rest === undefined) return []
  const [word = '', key = '', ...values] = rest.trim().split(/\s+/)
  const places = services.flatMap(({name, instances}) => [
    {word: name, service: name, instance: undefined},
    ...instances.map(({key: its}) => ({word: `${name}/${its}`, service: name, instance: its})),
  ])
  const exact = places.find(place => shown(place.word) === word)
  if (exact === undefined || key === '')
    return places
      .filter(place => shown(place.word).toLowerCase().startsWith(word.toLowerCase()))
      .map(place => listCommand(place.service, place.instance))
  const text = values.join(' ')
  const run = (view: View): Step => sending(view, settingCommand(exact.service, exact.instance, key, text))
  const note = text === '' ? 'type its value as in the file; file: as it is there' : 'from now on'
  return [{text: typed, note, sign: 'e', isRefused: text === '', run}]
}

/** `set api`: opens the list. */
export function listCommand(service: string, instance: string | undefined): PaletteCommand {
  const name = instance === undefined ? shown(service) : `${shown(service)}/${shown(instance)}`
  const run = (view: View): Step => ({view, effect: {type: 'settings', service, instance}})
  return {text: `set ${name}`, note: 'lists its settings', sign: 'e', isRefused: false, run}
}
