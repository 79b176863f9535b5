/** What the person in front of the dashboard has chosen: everything on screen that is not the snapshot. */
import type {Command, Snapshot} from '../control/control.ts'

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

export interface View {
  readonly tab: 'services' | 'events'
  /** the service whose page lies over the first tab */
  readonly open: string | undefined
  readonly overview: ListView
  readonly detail: ListView
  readonly events: EventsView
  readonly folded: ReadonlySet<string>
  readonly onlyUnhealthy: boolean
  readonly help: {readonly top: number} | undefined
  readonly choosing: {readonly service: string; readonly index: number} | undefined
  readonly asking: {readonly question: string; readonly sending: Sending} | undefined
  readonly message: Message | undefined
  /** the snapshot that stands still */
  readonly paused: Snapshot | undefined
  /** frames a second */
  readonly rate: number
  /** latest last */
  readonly undo: readonly Command[]
  readonly stopAsked: boolean
}

/** A control gives up to four snapshots a second: more frames would show nothing new. */
export const rates = [1, 2, 4] as const

const list: ListView = {selected: undefined, index: 0, top: 0, sort: undefined, reversed: false}

export const initialView: View = {
  tab: 'services',
  open: undefined,
  overview: list,
  detail: list,
  events: {selected: undefined, top: 0, seen: 0},
  folded: new Set(),
  onlyUnhealthy: false,
  help: undefined,
  choosing: undefined,
  asking: undefined,
  message: undefined,
  paused: undefined,
  rate: 4,
  undo: [],
  stopAsked: false,
}

export type Screen = 'services' | 'service' | 'events'

/** What fills the screen below overlays. A page whose service is gone gives way to the overview. */
export function screenOf(view: View, snapshot: Snapshot): Screen {
  if (view.tab === 'events') return 'events'
  return openService(view, snapshot) === undefined ? 'services' : 'service'
}

export function openService(view: View, snapshot: Snapshot) {
  return view.open === undefined ? undefined : snapshot.services.find(service => service.name === view.open)
}
