/** What the person in front of the dashboard has chosen: everything on screen that is not the snapshot. */
// Longer than our files are: one type, with the reason of each of its fields.
import type {Command, Setting, Snapshot} from '../control/control.ts'
import type {Effect} from './effects.ts'
import type {ThemeName} from './palettes.ts'
import {type Editing, initialRequests, type PaletteView, type RequestsView} from './requests-view.ts'

/** A row: a service, or an instance of it. Rows are known by name, never by position. */
export interface Place {
  readonly service: string
  readonly instance: string | undefined
}

export type SortKey = 'name' | 'state' | 'rps' | 'p50' | 'p95' | 'p99' | 'err' | 'fly' | 'total'

/** One list of services or instances. */
export interface ListView {
  readonly selected: Place | undefined
  /** where the selected row was seen last, for when it goes */
  readonly index: number
  /** first row on screen */
  readonly top: number
  /** undefined: the order of the configuration file */
  readonly sort: SortKey | undefined
  readonly reversed: boolean
}

export interface EventsView {
  /** id of the selected event; undefined: follow the newest */
  readonly selected: number | undefined
  readonly top: number
  /** id of the newest event when following stopped */
  readonly seen: number
}

/** A list whose rows are known by a key. */
export interface KeyedList {
  readonly selected: string | undefined
  /** where the selected row was seen last */
  readonly index: number
  readonly top: number
}

/** A page of a service. */
export type ServicePane = 'instances' | 'latency' | 'routes' | 'policy'

export const routeSorts = ['busiest', 'slowest', 'most failing'] as const
export type RouteSort = (typeof routeSorts)[number]

interface Message {
  readonly text: string
  readonly isBad: boolean
  /** epoch ms of the snapshot at which it goes */
  readonly until: number
}

/** Commands to send, or commands to take back. */
export interface Sending {
  readonly commands: readonly Command[]
  readonly isUndo: boolean
}

/** What is asked for when a question is answered with yes. */
export interface Wanted {
  readonly send?: Sending
  readonly effect?: Effect
}

/** A list to choose from that lies over the screen. */
export type Choosing =
  /** `guard`: a switch that does harm is taken back by itself */
  | {readonly of: 'strategy'; readonly service: string; readonly index: number; readonly guard: boolean}
  | {readonly of: 'replay'; readonly id: string; readonly index: number}
  | {readonly of: 'condition'; readonly id: string; readonly index: number}
  | {
      readonly of: 'setting'
      readonly service: string
      readonly instance: string | undefined
      readonly settings: readonly Setting[]
      readonly index: number
    }

export type Tab = 'services' | 'requests' | 'errors' | 'events' | 'config'
/** A value is being typed in the last line; `line` is what stands there. */
export interface TypedValue {
  readonly of: 'weight' | 'limit' | 'rate' | 'setting'
  /** undefined: of all requests */
  readonly service: string | undefined
  /** undefined: of all its instances, or of the service itself */
  readonly instance: string | undefined
  /** where it is one */
  readonly setting?: Setting | undefined
  readonly line: Editing
}

export interface View {
  readonly tab: Tab
  /** the service whose page lies over the first tab */
  readonly open: string | undefined
  readonly overview: ListView
  readonly detail: ListView
  readonly pane: ServicePane
  readonly latency: KeyedList
  readonly routes: KeyedList
  readonly routeSort: RouteSort
  readonly policy: KeyedList
  readonly errors: KeyedList
  readonly requests: RequestsView
  readonly events: EventsView
  /** first line of the configuration on screen */
  readonly config: {readonly top: number}
  readonly folded: ReadonlySet<string>
  readonly onlyUnhealthy: boolean
  readonly help: {readonly top: number} | undefined
  /** what would become of a request, as it lies over the screen */
  readonly explained: {readonly lines: readonly string[]; readonly top: number} | undefined
  readonly choosing: Choosing | undefined
  readonly typing: TypedValue | undefined
  readonly asking: {readonly question: string; readonly wanted: Wanted} | undefined
  /** `'` was pressed: the next key names a saved filter */
  readonly chord: boolean
  readonly message: Message | undefined
  /** the snapshot that stands still */
  readonly paused: Snapshot | undefined
  /** frames a second */
  readonly rate: number
  /** latest last */
  readonly undo: readonly Command[]
  readonly theme: ThemeName
  readonly mouse: boolean
  /** requests since the start in place of those a second */
  readonly totals: boolean
  readonly palette: PaletteView | undefined
  readonly stopAsked: boolean
}

/** Frames a second, and so many snapshots are asked for. */
export const rates = [1, 2, 4, 8] as const

const list: ListView = {selected: undefined, index: 0, top: 0, sort: undefined, reversed: false}

const keyed: KeyedList = {selected: undefined, index: 0, top: 0}

export const initialView: View = {
  tab: 'services',
  open: undefined,
  overview: list,
  detail: list,
  pane: 'instances',
  latency: keyed,
  routes: keyed,
  routeSort: 'busiest',
  policy: keyed,
  errors: keyed,
  requests: initialRequests,
  events: {selected: undefined, top: 0, seen: 0},
  config: {top: 0},
  folded: new Set(),
  onlyUnhealthy: false,
  help: undefined,
  explained: undefined,
  choosing: undefined,
  typing: undefined,
  asking: undefined,
  chord: false,
  message: undefined,
  paused: undefined,
  rate: 4,
  undo: [],
  theme: 'dark',
  mouse: false,
  totals: false,
  palette: undefined,
  stopAsked: false,
}

export type Screen =
  | 'services'
  | 'service'
  | 'latency'
  | 'routes'
  | 'policy'
  | 'requests'
  | 'inspector'
  | 'errors'
  | 'events'
  | 'config'

/** What keys are for, below overlays. A page whose service is gone gives way to the overview. */
export function screenOf(view: View, snapshot: Snapshot): Screen {
  if (view.tab === 'events' || view.tab === 'errors' || view.tab === 'config') return view.tab
  if (view.tab === 'requests') {
    const {inspector} = view.requests
    return inspector?.isFull === true || inspector?.hasKeys === true ? 'inspector' : 'requests'
  }
  if (openService(view, snapshot) === undefined) return 'services'
  return view.pane === 'instances' ? 'service' : view.pane
}

export function openService(view: View, snapshot: Snapshot) {
  return view.open === undefined ? undefined : snapshot.services.find(service => service.name === view.open)
}
