/** The keys that act on a request: copy, export, send again, keep bodies. */
import type {CapturedBody, RequestDetail, RequestView} from '../control/requests.ts'
import {curlCommand} from '../requests/curl.ts'
import type {Action, Step} from './actions.ts'
import {hint} from './changes.ts'
import type {Stage} from './frame.ts'
import {changed} from './inspector-actions.ts'
import {callable} from './invitation.ts'
import type {ActionName} from './key-table.ts'
import {safeBodyLines} from './messages.ts'
import {selectedAt, selectedRequest} from './request-list.ts'
import {detailOf} from './request-store.ts'
import type {View} from './view.ts'

export const requestEffects = {
  copy: copied,
  copyBody: copiedBody,
  pager: paged,
  exportShown: (view, stage) => exported(view, stage, 'HAR'),
  exportLines: (view, stage) => exported(view, stage, 'JSON lines'),
  replay: (view, stage) => withSelected(view, stage, ({id}) => choosingReplay(view, stage, id)),
  capture: view => captured(view),
} satisfies Partial<Record<ActionName, Action>>

function withSelected(view: View, stage: Stage, then: (request: RequestView) => Step): Step {
  const request = selectedRequest(view, stage)
  return request === undefined ? hint(view, stage, 'no request is selected') : then(request)
}

/** To the address that is listened on, so that the proxy is asked again. */
function copied(view: View, stage: Stage): Step {
  return withSelected(view, stage, selected => {
    const [listener] = stage.snapshot.listeners
    const connectTo = listener === undefined ? undefined : callable(listener)
    const text = ({request, requestBody}: RequestDetail) =>
      `${curlCommand(request, {body: requestBody, connectTo})}\n`
    return {view, effect: {type: 'copy', what: 'curl', ...known(view, stage, selected), text}}
  })
}

/** The request that is inspected, else the two marked, else all that are listed. */
function exported(view: View, stage: Stage, as: 'HAR' | 'JSON lines'): Step {
  const {inspector, marked} = view.requests
  const {shown, all} = stage.requests
  const selected = inspector === undefined ? undefined : selectedRequest(view, stage)
  const some =
    selected !== undefined
      ? [selected]
      : marked.length > 0
        ? all.filter(({id}) => marked.includes(id))
        : shown
  if (some.length === 0) return hint(view, stage, 'nothing is listed that could be exported')
  const details = some.map(request => detailOf(stage.requests, request))
  return {view, effect: {type: 'export', as, details, withBodies: view.requests.captures !== undefined}}
}

/** A request with what has been asked of it, and whether its secrets were. */
function known(view: View, stage: Stage, request: RequestView) {
  const reveals = view.requests.inspector?.reveals === true
  return {of: detailOf(stage.requests, request), reveals}
}

/** On the tab of the request its body, else that of the response. */
function copiedBody(view: View, stage: Stage): Step {
  return withSelected(view, stage, request => {
    const isRequest = view.requests.inspector?.tab === 'Request'
    const text = ({requestBody, responseBody}: RequestDetail) => {
      const body = isRequest ? requestBody : (responseBody ?? requestBody)
      return body === undefined ? undefined : new TextDecoder().decode(body.bytes)
    }
    return {view, effect: {type: 'copy', what: 'body', ...known(view, stage, request), text}}
  })
}

/** The same body as `Y` copies, laid out as on the screen: a terminal gets nothing but what is safe to print. */
function paged(view: View, stage: Stage): Step {
  return withSelected(view, stage, request => {
    const isRequest = view.requests.inspector?.tab === 'Request'
    const text = ({request: {requestHead, responseHead}, requestBody, responseBody}: RequestDetail) => {
      if (isRequest || responseBody === undefined) return requestBody && bodyText(requestBody, requestHead)
      return bodyText(responseBody, responseHead)
    }
    return {view, effect: {type: 'pager', ...known(view, stage, request), text}}
  })
}

function bodyText(body: CapturedBody, head: string): string {
  return `${safeBodyLines(body, head).lines.join('\n')}\n`
}

/** The list stands still from now on: the answers are shown beside the request, which may not have moved on by then. */
function choosingReplay(view: View, stage: Stage, id: string): Step {
  const still = selectedAt(view, stage, view.requests.index)
  return {view: {...still, choosing: {of: 'replay', id, index: 0}}}
}

/** On with the filter that is set, then off. */
function captured(view: View): Step {
  const {captures, filter} = view.requests
  const wanted = captures === undefined ? filter : undefined
  return {view: changed(view, {captures: wanted}), effect: {type: 'capture', filter: wanted}}
}
