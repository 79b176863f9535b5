/** Moving through the list on screen, whichever it is. */
import {configBlock, configRoom, topOf} from './config-tab.ts'
import {eventRoom, selectedEvent} from './events.ts'
import type {Stage} from './frame.ts'
import {glyphs} from './glyphs.ts'
import {inspectorLength} from './inspector.ts'
import {changed, inspecting, inspectorRoom} from './inspector-actions.ts'
import {movedKey} from './keyed-list.ts'
import {requestPlan, selectedAt} from './request-list.ts'
import {placeOf} from './rows.ts'
import {keyedOn, listOf, roomOf, rowsOf, withList} from './stage.ts'
import {plain} from './theme.ts'
import {screenOf, type View} from './view.ts'

/** Lines of a page, or of a part of it. */
export function page(view: View, stage: Stage, part: number): number {
  return Math.max(1, Math.floor(roomOn(view, stage) / part))
}

function roomOn(view: View, stage: Stage): number {
  switch (screenOf(view, stage.snapshot)) {
    case 'events':
      return eventRoom(stage)
    case 'config':
      return configRoom(stage)
    case 'requests':
      return requestPlan(view, stage).rows
    case 'inspector':
      return inspectorRoom(view, stage).lines
    case 'errors':
    case 'latency':
    case 'routes':
    case 'policy':
      return keyedOn(view, stage)?.room ?? 1
    case 'services':
    case 'service':
      return roomOf(view, stage, rowsOf(view, stage).length)
  }
}

/** `byPage`: in the inspector this scrolls what is said of one request, and the others go to another one. */
export function moved(view: View, stage: Stage, by: number, byPage = false): View {
  switch (screenOf(view, stage.snapshot)) {
    case 'events':
      return movedEvent(view, stage, by)
    case 'config':
      return movedConfig(view, stage, by)
    case 'requests':
      return movedRequest(view, stage, by)
    case 'inspector': {
      if (!byPage) return inspecting(movedRequest(view, stage, by), {top: 0})
      const top = view.requests.inspector?.top ?? 0
      const {columns, lines} = inspectorRoom(view, stage)
      const lowest = Math.max(0, inspectorLength(view, {...stage, columns}) - lines)
      return inspecting(view, {top: Math.max(0, Math.min(lowest, Math.min(top, lowest) + by))})
    }
    case 'errors':
    case 'latency':
    case 'routes':
    case 'policy': {
      const keyed = keyedOn(view, stage)
      return keyed === undefined ? view : {...view, [keyed.of]: movedKey(view[keyed.of], keyed.keys, by)}
    }
    case 'services':
    case 'service':
      return movedRow(view, stage, by)
  }
}

function movedRow(view: View, stage: Stage, by: number): View {
  const rows = rowsOf(view, stage)
  const list = listOf(view, stage)
  const row = rows[Math.max(0, Math.min(rows.length - 1, list.index + by))]
  return row === undefined ? view : withList(view, stage, {...list, selected: placeOf(row)})
}

/** The first is the newest: there the list follows, unless a request is looked at. */
function movedRequest(view: View, stage: Stage, by: number): View {
  if (by === Number.NEGATIVE_INFINITY && view.requests.inspector === undefined)
    return changed(view, {follows: true})
  return selectedAt(view, stage, view.requests.index + by)
}

function movedConfig(view: View, stage: Stage, by: number): View {
  const {length} = configBlock({...stage, view, theme: plain, glyphs: glyphs(false)})
  const last = Math.max(0, length - configRoom(stage))
  return {...view, config: {top: Math.max(0, Math.min(last, topOf(view, stage, length) + by))}}
}

/** At the newest event the list follows; a step away from it holds it still. */
function movedEvent(view: View, stage: Stage, by: number): View {
  const {events} = stage.snapshot
  const index = Math.max(0, Math.min(events.length - 1, selectedEvent(view, stage.snapshot) + by))
  if (index === 0) return {...view, events: {...view.events, selected: undefined, top: 0}}
  const newest = events.at(-1)?.id ?? 0
  const seen = view.events.selected === undefined ? newest : view.events.seen
  return {...view, events: {...view.events, selected: events[events.length - 1 - index]?.id, seen}}
}
