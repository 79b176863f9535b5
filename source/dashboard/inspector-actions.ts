/** Opening, turning and closing the inspector. */
import type {RequestView} from '../control/requests.ts'
import type {Stage} from './frame.ts'
import {indexOfRequest, requestPlan, selectedRequest} from './request-list.ts'
import {type InspectorView, inspectorTabs, type RequestsView} from './requests-view.ts'
import type {View} from './view.ts'

export function changed(view: View, change: Partial<RequestsView>): View {
  return {...view, requests: {...view.requests, ...change}}
}

/** Changes the inspector if it is open. */
export function inspecting(view: View, change: Partial<InspectorView>): View {
  const {inspector} = view.requests
  return inspector === undefined ? view : changed(view, {inspector: {...inspector, ...change}})
}

export const fresh: InspectorView = {
  isFull: false,
  hasKeys: false,
  tab: 'Timing',
  top: 0,
  reveals: false,
  compares: undefined,
  replay: 0,
}

/** Beside the list where there is room, then on the whole screen. */
export function inspected(view: View, stage: Stage): View {
  const request = selectedRequest(view, stage)
  if (request === undefined) return view
  const {inspector} = view.requests
  const open = changed(view, {
    selected: request.id,
    follows: false,
    inspector: inspector ?? fresh,
  })
  const canSplit = requestPlan(open, stage).side > 0
  return inspecting(open, {isFull: !canSplit || inspector !== undefined, top: 0})
}

export function zoomed(view: View, stage: Stage): View {
  const {inspector} = view.requests
  if (inspector === undefined) return inspected(view, stage)
  const canSplit = requestPlan(view, stage).side > 0
  if (inspector.isFull && !canSplit) return changed(view, {inspector: undefined})
  return inspecting(view, {isFull: !inspector.isFull, top: 0})
}

/** The keys go from the list to the inspector beside it, or back; without room for both, one takes the other's place. */
export function otherPane(view: View, stage: Stage): View {
  const {inspector} = view.requests
  if (inspector === undefined) {
    const open = inspected(view, stage)
    return inspecting(open, {hasKeys: true})
  }
  if (requestPlan(view, stage).side === 0) return changed(view, {inspector: undefined})
  if (inspector.isFull) return inspecting(view, {isFull: false, hasKeys: false, top: 0})
  return inspecting(view, {hasKeys: !inspector.hasKeys})
}

/** Columns and lines that there are for what is said of the request: on the whole screen, or beside the list. */
export function inspectorRoom(view: View, stage: Stage): {readonly columns: number; readonly lines: number} {
  const {side, hasTabs} = requestPlan(view, stage)
  const {columns, height} = stage
  const {inspector} = view.requests
  if (inspector?.isFull !== false || side === 0) return {columns, lines: Math.max(1, height - 4)}
  return {columns: side - PANE_MARGIN, lines: Math.max(1, height - (hasTabs ? 4 : 3) - PANE_HEAD)}
}

/** The line between the list and the pane, and the lines of the pane that do not scroll. */
export const PANE_MARGIN = 2
export const PANE_HEAD = 4

/** From the first tab back to the list, from the last no further. */
export function inspectorTab(view: View, by: -1 | 1): View {
  const {inspector} = view.requests
  if (inspector === undefined) return view
  if (inspector.compares === 'replay')
    return inspecting(view, {replay: Math.max(0, Math.min(63, inspector.replay + by)), top: 0})
  const at = inspectorTabs.indexOf(inspector.tab) + by
  const tab = inspectorTabs[at]
  if (tab !== undefined) return inspecting(view, {tab, top: 0})
  return at < 0 ? changed(view, {inspector: undefined}) : view
}

/** The list stands at this request, without a filter that hides it, and the inspector is open. */
export function openedRequest(view: View, stage: Stage, request: RequestView): View {
  const at = indexOfRequest(stage.requests.shown, request.id, 0)
  const bare = at >= 0 ? view : changed(view, {filter: ''})
  const list = at >= 0 ? stage.requests.shown : stage.requests.all
  const index = Math.max(0, indexOfRequest(list, request.id, 0))
  const isHeld = list[list.length - 1 - index]?.id === request.id
  const isSplit = requestPlan(changed(bare, {inspector: fresh}), stage).side > 0
  return {
    ...bare,
    tab: 'requests',
    requests: {
      ...bare.requests,
      selected: request.id,
      index,
      follows: false,
      anew: bare.requests.anew + (isHeld ? 0 : 1),
      inspector: {...fresh, isFull: !isSplit},
    },
  }
}
