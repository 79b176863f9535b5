/** What the keys of the list of requests and of the inspector do. */
import {parseFilter, withCondition} from '../requests/filter.ts'
import type {Action, Step} from './actions.ts'
import {hint} from './changes.ts'
import type {Stage} from './frame.ts'
import {changed, fresh, inspecting, openedRequest, otherPane, zoomed} from './inspector-actions.ts'
import type {ActionName} from './key-table.ts'
import {problemFrom, requestAt, requestPlan, selectedAt, selectedRequest} from './request-list.ts'
import {selectedRow} from './stage.ts'
import {graphemesOf} from './text.ts'
import {openService, screenOf, type View} from './view.ts'

export const requestActions = {
  filter: view => ({view: editing(view)}),
  saved: view => ({view: {...view, chord: true}}),
  follow: (view, stage) => ({view: followed(view, stage)}),
  inFlight: view => ({view: changed(view, {showsInFlight: !view.requests.showsInFlight})}),
  pane: (view, stage) => ({view: otherPane(view, stage)}),
  zoom: (view, stage) => ({view: zoomed(view, stage)}),
  nextProblem: (view, stage) => toProblem(view, stage, 1),
  previousProblem: (view, stage) => toProblem(view, stage, -1),
  mark: (view, stage) => marked(view, stage),
  compare: (view, stage) => compared(view, stage),
  reveal: view => ({view: inspecting(view, {reveals: view.requests.inspector?.reveals !== true})}),
} satisfies Partial<Record<ActionName, Action>>

function followed(view: View, stage: Stage): View {
  if (view.requests.follows) return selectedAt(view, stage, view.requests.index)
  return changed(view, {follows: true, inspector: undefined})
}

function editing(view: View): View {
  const {filter, inspector} = view.requests
  const text = filter === '' ? '' : `${filter} `
  const editing = {text, cursor: graphemesOf(text).length, back: 0, typed: text, problem: undefined}
  const beside = inspector?.isFull === true ? undefined : inspector
  return {...changed(view, {editing, inspector: beside}), tab: 'requests'}
}

/** A filter that can be read takes the place of the one before; the newest that matches is selected. */
export function filtered(view: View, text: string): View {
  const filter = parseFilter(text)
  if (!filter.ok) return view
  const shown = filter.matchesAll ? '' : filter.text
  const past =
    shown === ''
      ? view.requests.past
      : [...view.requests.past.filter(each => each !== shown), shown].slice(-50)
  return changed(view, {filter: shown, past, editing: undefined, follows: true, inspector: undefined})
}

/** The requests of an instance or a service, on their own tab. */
export function requestsOf(view: View, service: string, instance: string | undefined): View {
  const text = withCondition('', 'service', service)
  const all = instance === undefined ? text : withCondition(text, 'instance', instance)
  return {...filtered(view, all), tab: 'requests'}
}

/** On another screen: the newest problem, of the row that is selected if it has one. */
function toProblem(view: View, stage: Stage, by: 1 | -1): Step {
  const screen = screenOf(view, stage.snapshot)
  if (screen !== 'requests' && screen !== 'inspector') return newestProblem(view, stage)
  const index = problemFrom(view, stage, by)
  const none = by === 1 ? 'no older problem in this list' : 'no newer problem in this list'
  return index === undefined
    ? hint(view, stage, none)
    : {view: inspecting(withContext(selectedAt(view, stage, index), stage, index), {top: 0})}
}

/** What was off the screen comes to its upper third: what came before and after a problem often explains it. */
function withContext(view: View, stage: Stage, index: number): View {
  const {rows} = requestPlan(view, stage)
  const {top} = view.requests
  if (index >= top && index < top + rows) return view
  return changed(view, {top: Math.max(0, index - Math.floor(rows / 3))})
}

function newestProblem(view: View, stage: Stage): Step {
  const row = openService(view, stage.snapshot) === undefined ? undefined : selectedRow(view, stage)
  const service = row?.service.name
  const problem = stage.requests.problems.findLast(
    request => service === undefined || request.service === service,
  )
  if (problem === undefined) return hint(view, stage, 'no problem is held')
  return {view: openedRequest(view, stage, problem)}
}

function marked(view: View, stage: Stage): Step {
  const request = selectedRequest(view, stage)
  if (request === undefined) return {view}
  const others = view.requests.marked.filter(id => id !== request.id)
  const isNew = others.length === view.requests.marked.length
  return {view: changed(view, {marked: isNew ? [...others, request.id].slice(-2) : others})}
}

/** The two that are marked, or the one that is marked and the one that is selected. */
function compared(view: View, stage: Stage): Step {
  if (view.requests.inspector?.compares !== undefined) return {view: inspecting(view, {compares: undefined})}
  const {marked: ids, index} = view.requests
  const selected = requestAt(stage.requests.shown, index)?.id
  const pair = ids.length === 2 ? ids : [...new Set([...ids, selected].filter(id => id !== undefined))]
  if (pair.length < 2) return hint(view, stage, 'space marks requests: mark two, or one and select another')
  const inspector = {...(view.requests.inspector ?? fresh), isFull: true, compares: 'marked' as const, top: 0}
  return {view: changed(view, {marked: pair.slice(-2), follows: false, inspector})}
}
