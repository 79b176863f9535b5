/** The one table of keys: what a key does, where, and how it is called. Help, footer, palette and README are made from it. */
// Longer than our files are: a table in two files is two tables.
import type {Screen} from './view.ts'

/** Where a key works. */
export type Scope = 'everywhere' | 'list' | 'sorted' | 'table' | 'requests' | 'request' | 'inspector'

export type Group = 'move' | 'look' | 'request' | 'time' | 'table' | 'change' | 'leave'

const all = [
  'services',
  'service',
  'latency',
  'routes',
  'policy',
  'requests',
  'inspector',
  'errors',
  'events',
  'config',
] as const satisfies readonly Screen[]

interface Reach {
  readonly screens: readonly Screen[]
  readonly called: string
}

/** Screens by scope, and how the README calls them. */
export const scopes: Readonly<Record<Scope, Reach>> = {
  everywhere: {screens: all, called: 'everywhere'},
  list: {screens: all, called: 'lists'},
  sorted: {screens: ['services', 'service', 'routes'], called: 'services, instances, routes'},
  table: {screens: ['services', 'service'], called: 'services, instances'},
  requests: {screens: ['requests'], called: 'requests'},
  request: {screens: ['requests', 'inspector'], called: 'requests, inspector'},
  inspector: {screens: ['inspector'], called: 'inspector'},
}

export interface Binding {
  /** names as `keysOf` gives them */
  readonly keys: readonly string[]
  readonly scope: Scope
  readonly group: Group
  /** as written on screen; empty: on no list */
  readonly sign: string
  /** what it does, in 18 columns at most: the help has three columns in 80 */
  readonly label: string
  /** what else the README should say */
  readonly more?: string
  /** a word for the footer, and its rank there: low stays longest */
  readonly footer?: readonly [word: string, rank: number]
  /** it changes the proxy: a read-only dashboard does not have it */
  readonly changes: boolean
  /** only a read-only dashboard has it */
  readonly onlyReadOnly?: true
  /** own: only where the dashboard is the proxy's own; attached: only where the proxy is another process */
  readonly of?: 'own' | 'attached'
}

const look = {scope: 'everywhere', group: 'look', changes: false} as const
const move = {scope: 'list', group: 'move', changes: false} as const
const request = {scope: 'request', group: 'request', changes: false} as const
const time = {scope: 'everywhere', group: 'time', changes: false} as const
const table = {scope: 'table', group: 'table', changes: false} as const
const change = {scope: 'table', group: 'change', changes: true} as const
const leave = {scope: 'everywhere', group: 'leave', changes: true, of: 'own'} as const

export const keymap = {
  up: {...move, keys: ['k', 'up'], sign: '↑ k', label: 'up'},
  down: {...move, keys: ['j', 'down'], sign: '↓ j', label: 'down'},
  first: {...move, keys: ['g', 'home'], sign: 'g', label: 'first', more: 'and follow what is new'},
  last: {...move, keys: ['G', 'end'], sign: 'G', label: 'last'},
  halfUp: {...move, keys: ['ctrl+u'], sign: '^u', label: 'half a page up'},
  halfDown: {...move, keys: ['ctrl+d'], sign: '^d', label: 'half a page down'},
  pageUp: {...move, keys: ['pageup'], sign: 'PgUp', label: 'a page up'},
  pageDown: {...move, keys: ['pagedown'], sign: 'PgDn', label: 'a page down'},
  nextProblem: {
    ...move,
    scope: 'everywhere',
    keys: ['n'],
    sign: 'n',
    label: 'next problem',
    more: 'the newest one from any other screen',
    footer: ['problem', 3.5],
  },
  previousProblem: {...move, scope: 'request', keys: ['N'], sign: 'N', label: 'problem before'},

  open: {
    ...look,
    scope: 'list',
    keys: ['enter'],
    sign: '↵',
    label: 'open',
    more: 'a service, the requests of an instance, a request',
    footer: ['open', 2],
  },
  into: {
    ...look,
    scope: 'list',
    keys: ['right'],
    sign: '→',
    label: 'unfold, open, tab',
    footer: ['tab', 3.2],
  },
  out: {...look, scope: 'list', keys: ['left'], sign: '←', label: 'fold, back'},
  back: {...look, keys: ['esc'], sign: 'esc', label: 'back', footer: ['back', 3]},
  tab: {...look, keys: ['1', '2', '3', '4', '5'], sign: '1-5', label: 'go to a tab'},
  filter: {...look, keys: ['/'], sign: '/', label: 'filter requests', footer: ['filter', 2.5]},
  pane: {
    ...look,
    scope: 'request',
    keys: ['tab'],
    sign: 'tab',
    label: 'list, inspector',
    more: 'which of the two the keys are for',
    footer: ['pane', 8.7],
  },
  zoom: {...look, scope: 'request', keys: ['z'], sign: 'z', label: 'zoom the pane'},
  palette: {...look, keys: [':'], sign: ':', label: 'all commands', footer: ['command', 7.8]},
  theme: {...look, keys: ['t'], sign: 't', label: 'next theme'},
  mouse: {...look, keys: ['m'], sign: 'm', label: 'mouse on, off'},
  picture: {...look, keys: ['P'], sign: 'P', label: 'save as SVG'},
  redraw: {...look, keys: ['ctrl+l'], sign: '^L', label: 'draw all anew'},
  help: {...look, keys: ['?'], sign: '?', label: 'help', footer: ['help', 0]},

  saved: {
    ...request,
    scope: 'requests',
    keys: ["'"],
    sign: "'",
    label: 'saved filters',
    more: "`'e` errors, `'s` slow, `'r` retried, `'m` mine; `'M` keeps the filter as mine",
  },
  alike: {
    ...request,
    keys: ['&'],
    sign: '&',
    label: 'more like it…',
    more: 'adds its service, instance, status, route, … to the filter',
  },
  follow: {
    ...request,
    scope: 'requests',
    keys: ['f'],
    sign: 'f',
    label: 'follow, freeze',
    footer: ['follow', 4],
  },
  inFlight: {...request, scope: 'requests', keys: ['F'], sign: 'F', label: 'those in flight'},
  copy: {...request, keys: ['y'], sign: 'y', label: 'copy as curl', footer: ['curl', 5]},
  copyBody: {...request, keys: ['Y'], sign: 'Y', label: 'copy the body', footer: ['body', 8.5]},
  exportShown: {
    ...request,
    keys: ['e'],
    sign: 'e',
    label: 'export as HAR',
    more: 'the list, or the one inspected',
    footer: ['HAR', 9],
  },
  exportLines: {...request, keys: ['E'], sign: 'E', label: 'export JSON lines'},
  replay: {
    ...request,
    keys: ['R'],
    sign: 'R',
    label: 'replay…',
    more: 'to the same, another or every instance; asks unless the method is safe',
    footer: ['replay', 6],
    changes: true,
  },
  mark: {...request, keys: ['space', ' '], sign: 'space', label: 'mark for diff', footer: ['mark', 7]},
  compare: {...request, keys: ['='], sign: '=', label: 'diff two marked', footer: ['diff', 8]},
  reveal: {
    ...request,
    scope: 'inspector',
    keys: ['v'],
    sign: 'v',
    label: 'show, hide secrets',
    footer: ['reveal', 6.5],
  },
  pager: {
    ...request,
    scope: 'inspector',
    keys: ['o'],
    sign: 'o',
    label: 'body in $PAGER',
  },
  capture: {
    ...request,
    keys: ['b'],
    sign: 'b',
    label: 'keep bodies, stop',
    more: 'of requests that match the filter',
    changes: true,
  },

  pause: {...time, keys: ['p'], sign: 'p', label: 'pause, resume', footer: ['pause', 7.5]},
  rewind: {
    ...time,
    keys: ['['],
    sign: '[',
    label: 'back 10 s',
    more: 'through the last 15 minutes',
    footer: ['rewind', 8.8],
  },
  forward: {...time, keys: [']'], sign: ']', label: 'forward 10 s'},
  faster: {...time, keys: ['+'], sign: '+', label: 'draw more often', more: '1, 2, 4 or 8 times a second'},
  slower: {...time, keys: ['-'], sign: '-', label: 'draw less often'},

  nextStrategy: {...change, keys: ['s'], sign: 's', label: 'next strategy', footer: ['strategy', 4]},
  chooseStrategy: {...change, keys: ['S'], sign: 'S', label: 'choose strategy'},
  drain: {
    ...change,
    keys: ['d'],
    sign: 'd',
    label: 'drain, undrain',
    more: 'gets no new requests; asks when nothing could serve',
    footer: ['drain', 5],
  },
  maintenance: {
    ...change,
    keys: ['D'],
    sign: 'D',
    label: 'down, up',
    more: 'maintenance: no request, no check; asks; while it finishes what it has: cuts it',
    footer: ['down', 5.5],
  },
  weight: {...change, keys: ['w'], sign: 'w', label: 'set weight…', footer: ['weight', 5.7]},
  limit: {
    ...change,
    keys: ['l'],
    sign: 'l',
    label: 'set a limit…',
    more: '`maxConnections`: how many requests an instance gets at a time',
  },
  rate: {
    ...change,
    keys: ['L'],
    sign: 'L',
    label: 'rate of a client…',
    more: '`rateLimit` of the service, tab: of all together',
  },
  settings: {
    ...change,
    keys: ['e'],
    sign: 'e',
    label: 'settings…',
    more: 'of a service or an instance: retries, checks, ejection, time-outs, queue; `↵` changes one',
    footer: ['settings', 8.3],
  },
  makeFault: {
    ...change,
    keys: ['i'],
    sign: 'i',
    label: 'fault on purpose…',
    more: 'opens the line of commands: delay, status, reset, slow body, refuse',
  },
  clearFaults: {...change, scope: 'everywhere', keys: ['I'], sign: 'I', label: 'faults: all off'},
  splitLess: {...change, keys: ['{'], sign: '{', label: 'split: less away'},
  splitMore: {
    ...change,
    keys: ['}'],
    sign: '}',
    label: 'split: more away',
    more: 'to the service that takes a part of these requests',
  },
  check: {...change, keys: ['c'], sign: 'c', label: 'check health now', footer: ['check', 11]},
  reload: {
    ...change,
    scope: 'everywhere',
    keys: ['ctrl+r'],
    sign: '^R',
    label: 'reload…',
    more: 'the configuration from its file: shows the difference, and asks',
    footer: ['reload', 4],
  },
  restart: {
    ...change,
    scope: 'everywhere',
    of: 'attached',
    keys: ['X'],
    sign: 'X',
    label: 'restart…',
    more: 'when attached: another process takes over, no connection is lost; asks',
  },
  undo: {
    ...change,
    scope: 'everywhere',
    keys: ['u'],
    sign: 'u',
    label: 'undo last change',
    footer: ['undo', 6.2],
  },

  sortLeft: {...table, scope: 'sorted', keys: ['<'], sign: '<', label: 'sort: column left'},
  sortRight: {
    ...table,
    scope: 'sorted',
    keys: ['>'],
    sign: '>',
    label: 'sort: column right',
    footer: ['sort', 9.5],
  },
  totals: {...table, keys: ['a'], sign: 'a', label: 'totals or rates'},
  reverse: {...table, keys: ['r'], sign: 'r', label: 'reverse the order'},
  unhealthy: {...table, keys: ['.'], sign: '.', label: 'only unhealthy', footer: ['unhealthy', 8.2]},
  compact: {...table, keys: ['x'], sign: 'x', label: 'fold, unfold all', footer: ['fold', 10]},

  quit: {
    ...leave,
    keys: ['q'],
    sign: 'q',
    label: 'stop the proxy',
    more: 'asks while requests are in flight',
    footer: ['quit', 1],
  },
  stop: {
    ...leave,
    keys: ['ctrl+c'],
    sign: '^C',
    label: 'stop the proxy',
    more: 'finishes what is in flight; twice: cuts it',
  },
  suspend: {...leave, keys: ['ctrl+z'], sign: '', label: 'says why not'},
  leave: {
    ...leave,
    changes: false,
    onlyReadOnly: true,
    keys: ['q', 'ctrl+c'],
    sign: 'q',
    label: 'leave',
    more: 'the proxy goes on',
    footer: ['leave', 1],
  },
  detach: {
    ...leave,
    changes: false,
    of: 'attached',
    keys: ['q', 'ctrl+c'],
    sign: 'q',
    label: 'detach',
    more: 'when attached: the proxy goes on',
    footer: ['detach', 1],
  },
} as const satisfies Record<string, Binding>

export type ActionName = keyof typeof keymap

export const groupTitles = {
  move: 'MOVE',
  look: 'LOOK',
  request: 'REQUESTS',
  time: 'TIME',
  table: 'TABLE',
  change: 'CHANGE',
  leave: 'LEAVE',
} as const satisfies Record<Group, string>
