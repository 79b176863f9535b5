/** Sending a request again: at once where the method is safe, else only after a yes; and what came of it. */
import type {RequestView} from '../control/requests.ts'
import type {Step} from './actions.ts'
import {withMessage} from './changes.ts'
import {choices, replayTargets} from './chooser.ts'
import {type Stage, shown} from './frame.ts'
import {changed, fresh} from './inspector-actions.ts'
import {selectedRequest} from './request-list.ts'
import {detailOf, type Replays} from './request-store.ts'
import type {Choosing, View} from './view.ts'

/** RFC 9110 §9.2.1 */
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

export function replayed(view: View, what: Choosing & {of: 'replay'}, stage: Stage): Step {
  const target = replayTargets[what.index]
  const request = stage.requests.all.findLast(({id}) => id === what.id)
  if (target === undefined || request === undefined) return {view}
  const instances = instancesFor(target, request, stage)
  if (instances === undefined)
    return {view: withMessage(view, stage, 'there is no other instance that could be asked', true)}
  const effect = {type: 'replay', original: detailOf(stage.requests, request), instances} as const
  if (safe.has(request.method)) return {view, effect}
  const where = choices(what, stage)[what.index]?.text ?? ''
  const question = `send ${shown(request.method)} ${shown(request.target).slice(0, 60)} again ${where}?`
  return {view: {...view, asking: {question, wanted: {effect}}}}
}

/** undefined: there is none. Another one is first of all one that can be picked. */
function instancesFor(
  target: (typeof replayTargets)[number],
  request: RequestView,
  {snapshot}: Stage,
): readonly string[] | undefined {
  const all = snapshot.services.find(({name}) => name === request.service)?.instances ?? []
  const last = request.attempts.at(-1)?.instance
  if (target === 'same') return []
  if (target === 'every') return all.length === 0 ? undefined : all.map(({key}) => key)
  const others = all.filter(({key}) => key !== last)
  const other = others.find(({selectable}) => selectable) ?? others[0]
  return other === undefined ? undefined : [other.key]
}

/** The answers beside the request, unless the person has gone on to something else. */
export function replayShown(view: View, stage: Stage, {original}: Replays): View {
  if (view.tab !== 'requests' || selectedRequest(view, stage)?.id !== original.request.id) return view
  const inspector = {...(view.requests.inspector ?? fresh), isFull: true, compares: 'replay', top: 0} as const
  return changed(view, {follows: false, inspector: {...inspector, replay: 0}})
}
