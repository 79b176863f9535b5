/** What each key does, as a function from view to view; what changes the proxy is only asked for here, never done. */
import {changes} from './changes.ts'
import {eventRoom, selectedEvent} from './events.ts'
import type {Stage} from './frame.ts'
import {type ActionName, actionFor} from './keymap.ts'
import {pressOverlay} from './overlay-keys.ts'
import {placeOf} from './rows.ts'
import {listOf, roomOf, rowsOf, selectedRow, sortKeys, withList} from './stage.ts'
import {type ListView, rates, type Sending, screenOf, type View} from './view.ts'

export interface Step {
  readonly view: View
  /** to be sent to the control */
  readonly send?: Sending
  /** the terminal holds something else than was drawn */
  readonly redraw?: true
  /** close the dashboard and leave the proxy as it is */
  readonly leave?: true
}

export type Action = (view: View, stage: Stage, key: string) => Step

/** What the view becomes when the key is pressed. */
export function press(view: View, key: string, stage: Stage): Step {
  const over = pressOverlay(view, key, stage)
  if (over !== undefined) return over
  const name = actionFor(key, screenOf(view, stage.snapshot), stage.readOnly)
  return name === undefined ? {view} : actions[name](view, stage, key)
}

const actions: Record<ActionName, Action> = {
  up: (view, stage) => ({view: moved(view, stage, -1)}),
  down: (view, stage) => ({view: moved(view, stage, 1)}),
  first: (view, stage) => ({view: moved(view, stage, Number.NEGATIVE_INFINITY)}),
  last: (view, stage) => ({view: moved(view, stage, Number.POSITIVE_INFINITY)}),
  halfUp: (view, stage) => ({view: moved(view, stage, -page(view, stage, 2))}),
  halfDown: (view, stage) => ({view: moved(view, stage, page(view, stage, 2))}),
  pageUp: (view, stage) => ({view: moved(view, stage, -page(view, stage, 1))}),
  pageDown: (view, stage) => ({view: moved(view, stage, page(view, stage, 1))}),
  open: (view, stage) => ({view: opened(view, stage)}),
  into: (view, stage) => ({view: into(view, stage)}),
  out: (view, stage) => ({view: out(view, stage)}),
  back: (view, stage) => ({view: back(view, stage)}),
  tab: (view, _stage, key) => ({view: {...view, tab: key === '2' ? 'events' : 'services', open: undefined}}),
  pause: (view, stage) => ({view: {...view, paused: view.paused === undefined ? stage.latest : undefined}}),
  faster: view => ({view: {...view, rate: rates.find(rate => rate > view.rate) ?? view.rate}}),
  slower: view => ({view: {...view, rate: rates.findLast(rate => rate < view.rate) ?? view.rate}}),
  redraw: view => ({view, redraw: true}),
  help: view => ({view: {...view, help: {top: 0}}}),
  sortLeft: (view, stage) => ({view: sorted(view, stage, -1)}),
  sortRight: (view, stage) => ({view: sorted(view, stage, 1)}),
  reverse: (view, stage) => ({view: listed(view, stage, list => ({...list, reversed: !list.reversed}))}),
  unhealthy: view => ({view: {...view, onlyUnhealthy: !view.onlyUnhealthy}}),
  compact: (view, stage) => ({view: foldedAll(view, stage)}),
  leave: view => ({view, leave: true}),
  ...changes,
}

function listed(view: View, stage: Stage, change: (list: ListView) => ListView): View {
  return withList(view, stage, change(listOf(view, stage)))
}

function page(view: View, stage: Stage, part: number): number {
  const room = view.tab === 'events' ? eventRoom(stage) : roomOf(view, stage, rowsOf(view, stage).length)
  return Math.max(1, Math.floor(room / part))
}

function moved(view: View, stage: Stage, by: number): View {
  if (view.tab === 'events') return movedEvent(view, stage, by)
  const rows = rowsOf(view, stage)
  const {index} = listOf(view, stage)
  const row = rows[Math.max(0, Math.min(rows.length - 1, index + by))]
  return row === undefined ? view : listed(view, stage, list => ({...list, selected: placeOf(row)}))
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

/** From a row or an event to the page of its service. */
function opened(view: View, stage: Stage): View {
  if (screenOf(view, stage.snapshot) === 'service') return view
  if (view.tab === 'services') {
    const row = selectedRow(view, stage)
    if (row === undefined) return view
    return {...view, open: row.service.name, detail: {...view.detail, selected: placeOf(row)}}
  }
  const {events} = stage.snapshot
  const subject = events[events.length - 1 - selectedEvent(view, stage.snapshot)]?.subject ?? ''
  const service = stage.snapshot.services.find(({name}) => subject === name || subject.startsWith(`${name}/`))
  if (service === undefined) return view
  const instance = subject.slice(service.name.length + 1)
  return {
    ...view,
    tab: 'services',
    open: service.name,
    detail: {...view.detail, selected: {service: service.name, instance}},
  }
}

function into(view: View, stage: Stage): View {
  const row = view.tab === 'services' ? selectedRow(view, stage) : undefined
  if (row?.kind !== 'service' || !row.folded) return opened(view, stage)
  return {...view, folded: new Set([...view.folded].filter(name => name !== row.service.name))}
}

function out(view: View, stage: Stage): View {
  if (screenOf(view, stage.snapshot) !== 'services') return back(view, stage)
  const row = selectedRow(view, stage)
  if (row === undefined) return view
  const service = row.service.name
  if (row.kind === 'instance')
    return {...view, overview: {...view.overview, selected: {service, instance: undefined}}}
  return {...view, folded: new Set([...view.folded, service])}
}

/** One level back; it never leaves the dashboard. */
function back(view: View, stage: Stage): View {
  if (screenOf(view, stage.snapshot) === 'events') return {...view, tab: 'services'}
  if (view.open !== undefined) return {...view, open: undefined}
  return view.onlyUnhealthy ? {...view, onlyUnhealthy: false} : view
}

/** The order of the file comes before the first column. */
function sorted(view: View, stage: Stage, by: -1 | 1): View {
  const keys = [undefined, ...sortKeys(view, stage)]
  return listed(view, stage, list => {
    const at = Math.max(0, keys.indexOf(list.sort))
    return {...list, sort: keys[(at + by + keys.length) % keys.length], reversed: false}
  })
}

function foldedAll(view: View, stage: Stage): View {
  const names = stage.snapshot.services.map(service => service.name)
  return {...view, folded: new Set(names.every(name => view.folded.has(name)) ? [] : names)}
}
