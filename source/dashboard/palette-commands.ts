/** All commands in words, with what each would do now, or why it would be refused. */
// Longer than our files are: a table in two files is two tables.
import {strategyNames} from '../balancing/strategies.ts'
import type {ServiceSnapshot, Snapshot} from '../control/control.ts'
import {parseFilter} from '../requests/filter.ts'
import type {Step} from './actions.ts'
import {mayUse, sending, withMessage} from './changes.ts'
import {typedExplain} from './explained.ts'
import {type Stage, shown} from './frame.ts'
import {tabs} from './header.ts'
import type {ActionName} from './key-table.ts'
import {bindingsFor} from './keymap.ts'
import {limitCommand, typedLimits} from './max-connections.ts'
import {count} from './numbers.ts'
import {typedFaults} from './on-purpose.ts'
import {operatorCommands} from './operator.ts'
import {themeNames} from './palettes.ts'
import {rateCommands, typedRates} from './rate-limits.ts'
import {filtered} from './request-actions.ts'
import {listCommand, typedSettings} from './settings.ts'
import {splitCommand, typedSplits} from './splits.ts'
import {screenOf, type View} from './view.ts'
import {typedWeights, weightCommand} from './weights.ts'

export interface PaletteCommand {
  readonly text: string
  /** what it would do; where `isRefused`, why not */
  readonly note: string
  readonly sign: string
  readonly isRefused: boolean
  /** what to do: an action of the key table, or a step of its own */
  readonly run: ActionName | ((view: View, stage: Stage) => Step)
}

/** More than a person reads; a thousand instances have thousands of commands. */
const MOST = 200
/** Keys that make no sense as words. */
const notCommands: ReadonlySet<ActionName> = new Set<ActionName>([
  'up',
  'down',
  'first',
  'last',
  'halfUp',
  'halfDown',
  'pageUp',
  'pageDown',
  'open',
  'into',
  'out',
  'tab',
  'palette',
  'saved',
  'suspend',
  'drain',
  'maintenance',
  'makeFault',
  'nextStrategy',
  'check',
  'splitLess',
  'splitMore',
  'weight',
  'limit',
  'rate',
  'settings',
])

/** Commands whose end is typed freely: each reads what begins with its own word, and finds nothing in all else. */
const readers: readonly {
  readonly changes: boolean
  read(snapshot: Snapshot, typed: string, stage: Stage): readonly PaletteCommand[]
}[] = [
  {changes: false, read: (_, typed) => typedExplain(typed)},
  {changes: false, read: (_, typed, stage) => typedFilter(stage, typed)},
  {changes: true, read: ({services}, typed) => typedFaults(services, typed)},
  {changes: true, read: ({services}, typed) => typedSplits(services, typed)},
  {changes: true, read: ({services}, typed) => typedWeights(services, typed)},
  {changes: true, read: (snapshot, typed) => typedRates(snapshot, typed)},
  {changes: true, read: ({services}, typed) => typedLimits(services, typed)},
  {changes: true, read: ({services}, typed) => typedSettings(services, typed)},
]

/** Those that hold every word typed, best first: those that begin like it. */
export function paletteCommands(view: View, shownStage: Stage, typed: string): readonly PaletteCommand[] {
  // What they would do, they would do now, also while the screen shows what was.
  const stage = {...shownStage, snapshot: shownStage.latest}
  for (const {changes, read} of readers) {
    const commands = changes && stage.readOnly ? [] : read(stage.snapshot, typed, stage)
    if (commands.length > 0) return commands.slice(0, MOST)
  }
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  const found: PaletteCommand[] = []
  for (const command of allCommands(view, stage)) {
    const text = command.text.toLowerCase()
    if (words.every(word => text.includes(word))) found.push(command)
    if (found.length >= MOST) break
  }
  const begins = (command: PaletteCommand) =>
    command.text.toLowerCase().startsWith(typed.toLowerCase()) ? 0 : 1
  return found.sort((one, other) => begins(one) - begins(other))
}

function* allCommands(view: View, stage: Stage): Generator<PaletteCommand> {
  if (!stage.readOnly) yield* changingCommands(stage.snapshot)
  yield* goCommands(stage)
  yield {
    ...plain,
    text: 'filter ',
    note: 'requests, as in status>=500 or dur>100ms',
    sign: '/',
    run: 'filter',
  }
  yield {
    ...plain,
    text: 'explain ',
    note: 'GET http://host/path: which instance, and why',
    isRefused: true,
    run: 'filter',
  }
  for (const name of themeNames)
    yield {
      ...plain,
      text: `theme ${name}`,
      note: name === view.theme ? 'now' : '',
      sign: 't',
      run: themed(name),
    }
  for (const [name, {label, sign, more = ''}] of bindingsFor(screenOf(view, stage.snapshot), stage)) {
    if (!notCommands.has(name) && sign !== '') yield {...plain, text: label, note: more, sign, run: name}
  }
}

/** A generator, as `MOST` of them are enough: those of a kind after each other, so that none of the kinds is far away. */
function* changingCommands(snapshot: Snapshot): Generator<PaletteCommand> {
  const {services} = snapshot
  for (const service of services) {
    for (const instance of service.instances) yield* operatorCommands(service, instance)
    for (const strategy of strategyNames) yield strategyCommand(service, strategy)
  }
  for (const service of services) if (service.split !== undefined) yield splitCommand(service, undefined)
  for (const service of services) yield* ejectionCommands(service)
  yield* rateCommands(snapshot)
  for (const {name} of services) yield listCommand(name, undefined)
  for (const {name, instances} of services)
    for (const instance of instances) yield limitCommand(name, instance, '')
  for (const service of services)
    for (const instance of service.instances) yield weightCommand(service, instance, undefined)
  for (const {name, instances} of services) for (const {key} of instances) yield checkCommand(name, key)
}

const plain = {note: '', sign: '', isRefused: false} as const

function strategyCommand(service: ServiceSnapshot, strategy: (typeof strategyNames)[number]): PaletteCommand {
  const isNow = service.strategy === strategy
  return {
    text: `strategy ${shown(service.name)} ${strategy}`,
    note: isNow
      ? 'it is that already'
      : mayUse(service, strategy)
        ? `now ${service.strategy}`
        : 'needs hashHeader in the file',
    sign: 's',
    isRefused: isNow || !mayUse(service, strategy),
    run: view => sending(view, {type: 'set-strategy', service: service.name, strategy}),
  }
}

function checkCommand(service: string, instance: string): PaletteCommand {
  return {
    ...plain,
    text: `check ${shown(service)} ${shown(instance)}`,
    note: 'health, now',
    sign: 'c',
    run: view => sending(view, {type: 'check-now', service, instance}),
  }
}

function* ejectionCommands(service: ServiceSnapshot): Generator<PaletteCommand> {
  for (const {key, ejection} of service.instances) {
    if (ejection === undefined) continue
    yield {
      ...plain,
      text: `end ejection ${shown(service.name)} ${shown(key)}`,
      note: 'let it serve again at once',
      run: view => sending(view, {type: 'end-ejection', service: service.name, instance: key}),
    }
  }
}

function* goCommands({snapshot}: Stage): Generator<PaletteCommand> {
  for (const [index, {id, label}] of tabs.entries())
    yield {
      ...plain,
      text: `goto ${label.toLowerCase()}`,
      sign: String(index + 1),
      run: view => ({view: {...view, tab: id, open: undefined}}),
    }
  for (const {name} of snapshot.services)
    for (const [word, pane] of [
      ['', 'instances'],
      [' latency', 'latency'],
      [' routes', 'routes'],
      [' policy', 'policy'],
    ] as const)
      yield {
        ...plain,
        text: `goto ${shown(name)}${word}`,
        run: view => ({view: {...view, tab: 'services', open: name, pane}}),
      }
}

function themed(name: (typeof themeNames)[number]) {
  return (view: View, stage: Stage): Step => ({
    view: withMessage({...view, theme: name}, stage, `theme: ${name}`, false),
  })
}

/** Says before Enter how many it would let through. */
function typedFilter(stage: Stage, typed: string): readonly PaletteCommand[] {
  const text = /^filter\s+(.*)$/.exec(typed)?.[1]
  return text === undefined ? [] : [filterCommand(stage, text)]
}

function filterCommand(stage: Stage, text: string): PaletteCommand {
  const filter = parseFilter(text)
  if (!filter.ok)
    return {text: `filter ${text}`, note: shown(filter.message), sign: '/', isRefused: true, run: 'filter'}
  const {all} = stage.requests
  const matching = all.reduce((sum, request) => sum + (filter.matches(request) ? 1 : 0), 0)
  return {
    text: `filter ${text}`,
    note: `${count(matching)} of ${count(all.length)} requests`,
    sign: '/',
    isRefused: false,
    run: view => ({view: {...filtered(view, text), tab: 'requests'}}),
  }
}
