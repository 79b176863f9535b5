/** The keys that act on a request: copy, export, send again, keep bodies. */
import type {CapturedBody, RequestView} from '../control/requests.ts'
import {curlCommand} from '../requests/curl.ts'
import type {Action, Step} from './actions.ts'
import {withMessage} from './changes.ts'
import type {Stage} from './frame.ts'
import {changed} from './inspector-actions.ts'
import type {ActionName} from './key-table.ts'
import {selectedRequest} from './request-list.ts'
import {detailOf} from './request-store.ts'
import type {View} from './view.ts'

export const requestEffects = {
  copy: copied,
  copyBody: copiedBody,
  exportShown: (view, stage) => exported(view, stage, 'HAR'),
  exportLines: (view, stage) => exported(view, stage, 'JSON lines'),
  replay: (view, stage) => withSelected(view, stage, ({id}) => choosingReplay(view, id)),
  capture: view => captured(view),
} satisfies Partial<Record<ActionName, Action>>

function hint(view: View, stage: Stage, text: string): Step {
  return {view: withMessage(view, stage, text, false)}
}

function withSelected(view: View, stage: Stage, then: (request: RequestView) => Step): Step {
  const request = selectedRequest(view, stage)
  return request === undefined ? hint(view, stage, 'no request is selected') : then(request)
}

/** To the address that is listened on, so that the proxy is asked again. */
function copied(view: View, stage: Stage): Step {
  return withSelected(view, stage, selected => {
    const {request, requestBody} = detailOf(stage.requests, selected)
    const [listener = ''] = stage.snapshot.listeners
    const connectTo = listener.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')
    const text = curlCommand(request, {
      body: requestBody,
      connectTo: connectTo === '' ? undefined : connectTo,
    })
    return {view, effect: {type: 'copy', what: 'curl', text: `${text}\n`}}
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
  return {view, effect: {type: 'export', as, details}}
}

/** On the tab of the request its body, else that of the response. */
function copiedBody(view: View, stage: Stage): Step {
  return withSelected(view, stage, request => {
    const detail = detailOf(stage.requests, request)
    const isRequest = view.requests.inspector?.tab === 'Request'
    const body: CapturedBody | undefined = isRequest
      ? detail.requestBody
      : (detail.responseBody ?? detail.requestBody)
    if (body === undefined)
      return hint(view, stage, 'no body of it was kept: b keeps those of requests to come')
    const text = new TextDecoder().decode(body.bytes)
    return {view, effect: {type: 'copy', what: 'body', text}}
  })
}

function choosingReplay(view: View, id: string): Step {
  return {view: {...view, choosing: {of: 'replay', id, index: 0}}}
}

/** On with the filter that is set, then off. */
function captured(view: View): Step {
  const {captures, filter} = view.requests
  const wanted = captures === undefined ? filter : undefined
  return {view: changed(view, {captures: wanted}), effect: {type: 'capture', filter: wanted}}
}
