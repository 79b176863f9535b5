/** Taking an instance out of service and back: what the keys `d` and `D` and their words in the palette do, and when they ask. */
import type {Command, InstanceSnapshot, OperatorState, ServiceSnapshot} from '../control/control.ts'
import type {Action, Step} from './actions.ts'
import {hint, sending} from './changes.ts'
import {type Stage, shown} from './frame.ts'
import {si} from './numbers.ts'
import type {PaletteCommand} from './palette-commands.ts'
import {selectedRow} from './stage.ts'
import type {View} from './view.ts'

/** Where a change leads: to a state, and for `cut` to the end of what is in flight. */
type Change = OperatorState | 'cut'

export const operatorActions = {
  drain: (view, stage) =>
    onInstance(view, stage, 'd drains one instance: select it', instance =>
      instance.operator === 'ready' ? 'drain' : 'ready',
    ),
  maintenance: (view, stage) =>
    onInstance(view, stage, 'D takes one instance down: select it', maintenanceChange),
} satisfies Record<string, Action>

/** While something is in flight on it `D` cuts that; then it takes it down, and brings up what is down. */
function maintenanceChange({operator, traffic}: InstanceSnapshot): Change {
  if (operator !== 'ready' && traffic.inFlight > 0) return 'cut'
  return operator === 'maintenance' ? 'ready' : 'maintenance'
}

/** What the key would do now, in a word for the footer. */
export function operatorWord(key: 'drain' | 'maintenance', instance: InstanceSnapshot): string {
  if (key === 'drain') return {ready: 'drain', drain: 'undrain', maintenance: 'ready'}[instance.operator]
  return {ready: 'up', drain: '', maintenance: 'down', cut: 'cut now'}[maintenanceChange(instance)]
}

function onInstance(
  view: View,
  stage: Stage,
  hintText: string,
  changeOf: (instance: InstanceSnapshot) => Change,
): Step {
  const row = selectedRow(view, stage)
  if (row?.kind !== 'instance') return hint(view, stage, hintText)
  return operatorStep(view, row.service, row.instance, changeOf(row.instance))
}

function operatorStep(view: View, service: ServiceSnapshot, instance: InstanceSnapshot, to: Change): Step {
  const names = {service: service.name, instance: instance.key}
  const command: Command =
    to === 'cut'
      ? {type: 'set-operator-state', ...names, state: 'maintenance', force: true}
      : {type: 'set-operator-state', ...names, state: to}
  const step = sending(view, command)
  const question = questionFor(service, instance, to)
  if (question === undefined || step.send === undefined) return step
  return {view: {...view, asking: {question, wanted: {send: step.send}}}}
}

/** Draining asks only where nothing would be left that could serve; what stops checks or cuts requests always does. */
function questionFor(service: ServiceSnapshot, instance: InstanceSnapshot, to: Change): string | undefined {
  const {inFlight} = instance.traffic
  const name = shown(instance.key)
  const isLast = instance.selectable && service.selectable === 1
  const last = isLast ? `, the last of ${shown(service.name)}? requests will get 503` : ''
  switch (to) {
    case 'ready':
      return undefined
    case 'drain':
      return isLast ? `drain ${name}${last}` : undefined
    case 'maintenance':
      return `take ${name} down${last === '' ? `? ${si(inFlight)} in flight may finish, checks stop` : last}`
    case 'cut':
      return `cut ${si(inFlight)} in flight on ${name}? it stays down for maintenance`
  }
}

/** `drain api 127.0.0.1:3001` and its like: those that would change something now. */
export function operatorCommands(service: ServiceSnapshot, instance: InstanceSnapshot): PaletteCommand[] {
  const {operator, traffic} = instance
  const inFlight = si(traffic.inFlight)
  const isLast = instance.selectable && service.selectable === 1
  const last = `! the last of ${shown(service.name)}: asks first`
  const name = `${shown(service.name)} ${shown(instance.key)}`
  const row = (word: string, sign: string, to: Change, note: string): PaletteCommand => ({
    text: `${word} ${name}`,
    note,
    sign,
    isRefused: false,
    run: view => operatorStep(view, service, instance, to),
  })
  const up = row(
    operator === 'drain' ? 'undrain' : 'ready',
    'd',
    'ready',
    `${inFlight} in flight: let it serve again`,
  )
  const drain = row('drain', 'd', 'drain', isLast ? last : `no new requests, let ${inFlight} finish`)
  const down = row(
    'maintenance',
    'D',
    'maintenance',
    isLast ? last : `no requests, no checks, let ${inFlight} finish`,
  )
  const cut = row('cut', 'D', 'cut', `end ${inFlight} in flight, maintenance: asks first`)
  return [
    operator === 'ready' ? drain : up,
    ...(operator === 'maintenance' ? [] : [down]),
    ...(operator !== 'ready' && traffic.inFlight > 0 ? [cut] : []),
  ]
}
