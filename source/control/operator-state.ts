/** What the operator wants of an instance: ready, drain, or maintenance, an axis apart from its health. */
import {type CommandTarget, find} from './command-target.ts'
import type {Command, OperatorState, Outcome} from './control.ts'

type Wanted = Extract<Command, {type: 'set-operator-state'}>

const states = {
  ready: {is: 'ready', level: 'good'},
  drain: {is: 'draining', level: 'warning'},
  maintenance: {is: 'in maintenance', level: 'warning'},
} as const satisfies Record<OperatorState, {readonly is: string; readonly level: 'good' | 'warning'}>

export function setOperatorState(command: Wanted, by: string, target: CommandTarget): Outcome {
  const {state, force = false} = command
  const found = find(command, target)
  if ('ok' in found) return found
  if (!Object.hasOwn(states, state)) return {ok: false, message: `there is no state ${state}`}
  if (force && state !== 'maintenance')
    return {ok: false, message: 'only maintenance cuts what is in flight: drain lets it finish'}
  const {service, model} = found
  const before = model.operator
  const left = model.lanes.inFlight
  const cuts = force && left > 0
  if (before === state && !cuts)
    return {ok: true, message: `${command.instance} is ${states[state].is} already`}
  if (before !== state) {
    model.setOperator(state, Date.now())
    target.operatorChanged(service, model)
  }
  const subject = `${command.service}/${command.instance}`
  if (state === 'ready') target.draining.delete(subject)
  else target.draining.set(subject, model)
  if (cuts) target.cutInstance(service, model)
  const text = changeText(state, left, cuts)
  target.events.add(states[state].level, subject, text, by)
  const message = `${command.instance}: ${text}`
  if (before === state) return {ok: true, message}
  const {service: name, instance} = command
  return {ok: true, message, undo: {type: 'set-operator-state', service: name, instance, state: before}}
}

function changeText(state: OperatorState, left: number, cuts: boolean): string {
  if (state === 'ready') return 'ready again'
  if (cuts) return `${states[state].is}, ${left} in flight cut`
  return `${states[state].is}, ${left} in flight`
}
