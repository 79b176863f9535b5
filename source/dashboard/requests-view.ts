/** What a person has chosen among single requests: the filter, the list, the inspector, and the line that is written. */

export const inspectorTabs = ['Timing', 'Request', 'Response', 'Attempts', 'Raw'] as const
export type InspectorTab = (typeof inspectorTabs)[number]

export interface InspectorView {
  /** fills the screen; else it stands beside the list where there is room */
  readonly isFull: boolean
  /** beside the list: keys mean it, and not the list */
  readonly hasKeys: boolean
  readonly tab: InspectorTab
  /** first line of the content on screen */
  readonly top: number
  /** redacted values are shown */
  readonly reveals: boolean
  /** two marked requests, or one and its replays, instead of one */
  readonly compares: 'marked' | 'replay' | undefined
  /** which of the replays */
  readonly replay: number
}

/** The filter line while it is written. */
export interface Editing {
  readonly text: string
  /** in graphemes */
  readonly cursor: number
  /** how far back in the history; 0: what was typed */
  readonly back: number
  readonly typed: string
  /** why it cannot be used, and the offset of the character */
  readonly problem: {readonly at: number; readonly message: string} | undefined
}

/** The list of all commands, narrowed by what is typed. */
export interface PaletteView extends Editing {
  readonly index: number
}

export const emptyPalette: PaletteView = {
  text: '',
  cursor: 0,
  back: 0,
  typed: '',
  problem: undefined,
  index: 0,
}

export interface RequestsView {
  /** id of the selected request */
  readonly selected: string | undefined
  /** where it was seen last, 0 is the newest */
  readonly index: number
  readonly top: number
  /** the newest is selected, whichever that is; else the list stands still */
  readonly follows: boolean
  /** rises where what stands still is older than what is to be seen: all is read again, and stands still then */
  readonly anew: number
  /** as applied; empty: none */
  readonly filter: string
  readonly editing: Editing | undefined
  /** filters applied before, latest last */
  readonly past: readonly string[]
  /** the filter that `'M` kept */
  readonly mine: string
  /** those not over are listed above the others */
  readonly showsInFlight: boolean
  readonly inspector: InspectorView | undefined
  /** bodies are kept of requests that match; undefined: none are */
  readonly captures: string | undefined
  /** ids of at most two, for comparing */
  readonly marked: readonly string[]
}

export const initialRequests: RequestsView = {
  selected: undefined,
  index: 0,
  top: 0,
  follows: true,
  anew: 0,
  filter: '',
  editing: undefined,
  past: [],
  mine: '',
  showsInFlight: false,
  inspector: undefined,
  captures: undefined,
  marked: [],
}
