/** The keys that change the proxy: which commands they send, and when they ask first. */
import {strategyNames} from '../balancing/strategies.ts'
import type {Command, ServiceSnapshot} from '../control/control.ts'
import type {Action, Step} from './actions.ts'
import type {Stage} from './frame.ts'
import type {ActionName} from './key-table.ts'
import {selectedRow} from './stage.ts'
import {openService, type View} from './view.ts'

/** Milliseconds that a message stays. */
const MESSAGE_MS = 5000

export function withMessage(view: View, stage: Stage, text: string, isBad: boolean): View {
  return {...view, message: {text, isBad, until: stage.latest.at + MESSAGE_MS}}
}

export const changes = {
  nextStrategy,
  chooseStrategy,
  check,
  undo,
  restart,
  quit,
  stop,
  suspend: (view, stage) => hint(view, stage, 'not suspended: the proxy would stop answering'),
} satisfies Partial<Record<ActionName, Action>>

export function hint(view: View, stage: Stage, text: string): Step {
  return {view: withMessage(view, stage, text, false)}
}

export function sending(view: View, ...commands: Command[]): Step {
  return {view, send: {commands, isUndo: false}}
}

/** Of the row; on a page without rows, of the page. */
export function serviceOf(view: View, stage: Stage) {
  return selectedRow(view, stage)?.service ?? openService(view, stage.snapshot)
}

/** HEADER_HASH goes by a field that only the file can name. */
export function mayUse({hashHeader}: ServiceSnapshot, strategy: ServiceSnapshot['strategy']): boolean {
  return strategy !== 'HEADER_HASH' || hashHeader !== undefined
}

function nextStrategy(view: View, stage: Stage): Step {
  const service = serviceOf(view, stage)
  if (service === undefined) return hint(view, stage, 'no service is selected')
  const usable = strategyNames.filter(name => mayUse(service, name))
  const next = usable[(usable.indexOf(service.strategy) + 1) % usable.length]
  if (next === undefined || next === service.strategy) return hint(view, stage, 'there is no other strategy')
  return sending(view, {type: 'set-strategy', service: service.name, strategy: next})
}

function chooseStrategy(view: View, stage: Stage): Step {
  const service = serviceOf(view, stage)
  if (service === undefined) return hint(view, stage, 'no service is selected')
  const index = Math.max(0, strategyNames.indexOf(service.strategy))
  return {
    view: {
      ...view,
      choosing: {of: 'strategy', service: service.name, index, guard: service.switchGuard === true},
    },
  }
}

function check(view: View, stage: Stage): Step {
  const row = selectedRow(view, stage)
  if (row === undefined) return hint(view, stage, 'nothing is selected')
  const service = row.service.name
  const instances = row.kind === 'instance' ? [row.instance] : row.service.instances
  const unchecked = row.service.check === undefined
  return sending(
    view,
    ...instances.map(({key, ejection}): Command => {
      // Without a check there is nothing that could pass: the operator's word has to do.
      const type = unchecked && ejection !== undefined ? 'end-ejection' : 'check-now'
      return {type, service, instance: key}
    }),
  )
}

function undo(view: View, stage: Stage): Step {
  const last = view.undo.at(-1)
  if (last === undefined) return hint(view, stage, 'nothing to undo')
  return {view: {...view, undo: view.undo.slice(0, -1)}, send: {commands: [last], isUndo: true}}
}

function restart(view: View, stage: Stage): Step {
  const {send} = sending(view, {type: 'restart'})
  if (send === undefined || stage.latest.phase === 'draining') return hint(view, stage, 'it is stopping')
  const question = 'restart the program? another process takes over, no connection is lost'
  return {view: {...view, asking: {question, wanted: {send}}}}
}

function quit(view: View, stage: Stage): Step {
  if (stage.latest.phase === 'draining' || view.stopAsked)
    return hint(view, stage, 'already stopping: ^C cuts what is in flight')
  const step = stopping(view, false)
  const {inFlight} = stage.latest.total
  if (inFlight === 0 || step.send === undefined) return step
  const question = `stop the proxy? ${inFlight} in flight may finish first`
  return {view: {...view, asking: {question, wanted: {send: step.send}}}}
}

function stop(view: View, stage: Stage): Step {
  return stopping({...view, asking: undefined}, view.stopAsked || stage.latest.phase === 'draining')
}

function stopping(view: View, force: boolean): Step {
  return sending(view, {type: 'stop', force})
}
