/** The list of requests: which is selected, which are on screen, and how keys move through it. Newest first, known by id. */
import type {RequestView} from '../control/requests.ts'
import type {Stage} from './frame.ts'
import type {RequestsView} from './requests-view.ts'
import type {View} from './view.ts'

export interface RequestPlan {
  readonly hasTabs: boolean
  /** lines for those in flight, their rule included; 0: none */
  readonly inFlight: number
  readonly rows: number
  /** the line that says what the signs of the bar mean */
  readonly hasLegend: boolean
  /** columns of the inspector beside the list; 0: none */
  readonly side: number
}

/** What is more than that is seldom read, and the list should keep most of the screen. */
const MOST_IN_FLIGHT = 9

/** From this width on the inspector stands beside the list. */
const SPLIT_FROM = 120

/** The legend goes first, then the tabs; those in flight take a third of the rows at most. */
export function requestPlan(view: View, stage: Stage): RequestPlan {
  const {columns, height} = stage
  const side =
    view.requests.inspector === undefined || columns < SPLIT_FROM
      ? 0
      : Math.max(60, Math.round(columns * 0.46))
  const hasTabs = height >= 12
  const hasLegend = height >= 16 && columns - side >= 80
  const room = Math.max(1, height - 4 - (hasTabs ? 1 : 0) - (hasLegend ? 1 : 0))
  // However many there are: the list below would jump with each that comes or ends.
  const wanted = Math.max(2, Math.min(MOST_IN_FLIGHT, Math.floor(room / 3)))
  const inFlight = view.requests.showsInFlight && room >= 4 ? wanted : 0
  return {hasTabs, inFlight, rows: Math.max(1, room - inFlight), hasLegend, side}
}

/** `index` 0 is the newest. */
export function requestAt(shown: readonly RequestView[], index: number): RequestView | undefined {
  return shown[shown.length - 1 - index]
}

/** -1: it is not among them. Looks near the place where it was seen last first. */
export function indexOfRequest(shown: readonly RequestView[], id: string | undefined, near: number): number {
  if (id === undefined) return -1
  if (requestAt(shown, near)?.id === id) return near
  const found = shown.findLastIndex(request => request.id === id)
  return found === -1 ? -1 : shown.length - 1 - found
}

export function selectedRequest(view: View, stage: Stage): RequestView | undefined {
  return requestAt(stage.requests.shown, view.requests.index)
}

export function settledRequests(view: View, stage: Stage): RequestsView {
  const {requests} = view
  const {shown} = stage.requests
  const found = requests.follows ? 0 : indexOfRequest(shown, requests.selected, requests.index)
  const index = found >= 0 ? found : Math.max(0, Math.min(requests.index, shown.length - 1))
  const selected = requestAt(shown, index)?.id ?? (stage.requests.isLoaded ? undefined : requests.selected)
  const room = requestPlan(view, stage).rows
  const highest = Math.max(0, shown.length - room)
  const top = requests.follows
    ? 0
    : Math.min(highest, Math.max(Math.min(requests.top, index), index - room + 1))
  const same = requests.selected === selected && requests.index === index && requests.top === top
  return same ? requests : {...requests, selected, index, top}
}

/** The request at `index` is selected, and the list stands still from now on. */
export function selectedAt(view: View, stage: Stage, index: number): View {
  const {shown} = stage.requests
  const to = Math.max(0, Math.min(shown.length - 1, index))
  const request = requestAt(shown, to)
  if (request === undefined) return view
  return {...view, requests: {...view.requests, selected: request.id, index: to, follows: false}}
}

/** The next older (1) or newer (-1) problem; undefined: there is none. */
export function problemFrom(view: View, stage: Stage, by: 1 | -1): number | undefined {
  const {shown} = stage.requests
  const start = view.requests.index + (view.requests.follows && by === 1 ? 0 : by)
  for (let index = start; index >= 0 && index < shown.length; index += by) {
    if (requestAt(shown, index)?.problem === true) return index
  }
  return undefined
}
