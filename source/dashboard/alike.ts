/** Conditions that the selected request fulfils: one of them is chosen, and added to the filter. */
import type {RequestView} from '../control/requests.ts'
import {type FieldName, parseFilter, withCondition} from '../requests/filter.ts'
import {fields} from '../requests/filter-fields.ts'
import type {Action, Step} from './actions.ts'
import {hint} from './changes.ts'
import {type Stage, shown} from './frame.ts'
import {filtered} from './request-actions.ts'
import {selectedRequest} from './request-list.ts'
import type {Choosing, View} from './view.ts'

type ChoosingCondition = Extract<Choosing, {of: 'condition'}>
type Condition = readonly [field: FieldName, value: string]

export const alikeActions = {
  alike(view, stage) {
    const request = selectedRequest(view, stage)
    if (request === undefined) return hint(view, stage, 'no request is selected')
    return {view: {...view, choosing: {of: 'condition', id: request.id, index: 0}}}
  },
} satisfies Record<string, Action>

/** What is asked for most comes first; what a request does not have is left out. */
function conditionsOf(request: RequestView): readonly Condition[] {
  const {service, attempts, status, fault, method, route, host, clientAddress} = request
  const all: ReadonlyArray<readonly [FieldName, string | undefined]> = [
    ['service', service],
    ['instance', attempts.at(-1)?.instance],
    ['status', status === 0 ? undefined : String(status)],
    ['error', fault ?? attempts.find(attempt => attempt.fault !== undefined)?.fault],
    ['route', route],
    ['method', method],
    ['host', host],
    ['client', clientAddress],
  ]
  return all.filter((condition): condition is Condition => condition[1] !== undefined && condition[1] !== '')
}

function conditionsFor({id}: ChoosingCondition, {requests}: Stage): readonly Condition[] {
  const request = requests.all.findLast(each => each.id === id)
  return request === undefined ? [] : conditionsOf(request)
}

export function conditionChoices(
  what: ChoosingCondition,
  stage: Stage,
): ReadonlyArray<{text: string; note: string}> {
  return conditionsFor(what, stage).map(([field, value]) => ({
    text: shown(withCondition('', field, value)),
    note: fields[field].about,
  }))
}

export function conditionChosen(view: View, what: ChoosingCondition, stage: Stage): Step {
  const condition = conditionsFor(what, stage)[what.index]
  if (condition === undefined) return {view}
  const text = withCondition(view.requests.filter, ...condition)
  // What a client sent may be longer than a filter.
  const filter = parseFilter(text)
  return filter.ok ? {view: filtered(view, text)} : hint(view, stage, filter.message)
}
