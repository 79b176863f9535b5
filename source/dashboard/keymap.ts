/** The one table of keys: what a key does, where, and how it is called. Help, footer and README are made from it. */
import type {Screen} from './view.ts'

/** Where a key works: on every screen, on all three lists, or on the lists of services and instances. */
type Scope = 'everywhere' | 'list' | 'table'

export type Group = 'move' | 'look' | 'table' | 'change' | 'leave'

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
}

const look = {scope: 'everywhere', group: 'look', changes: false} as const
const move = {scope: 'list', group: 'move', changes: false} as const
const table = {scope: 'table', group: 'table', changes: false} as const
const change = {scope: 'table', group: 'change', changes: true} as const
const leave = {scope: 'everywhere', group: 'leave', changes: true} as const

export const keymap = {
  up: {...move, keys: ['k', 'up'], sign: '↑ k', label: 'up'},
  down: {...move, keys: ['j', 'down'], sign: '↓ j', label: 'down'},
  first: {
    ...move,
    keys: ['g', 'home'],
    sign: 'g',
    label: 'first',
    more: 'of events: follow the newest again',
  },
  last: {...move, keys: ['G', 'end'], sign: 'G', label: 'last'},
  halfUp: {...move, keys: ['ctrl+u'], sign: '^u', label: 'half a page up'},
  halfDown: {...move, keys: ['ctrl+d'], sign: '^d', label: 'half a page down'},
  pageUp: {...move, keys: ['pageup'], sign: 'PgUp', label: 'a page up'},
  pageDown: {...move, keys: ['pagedown'], sign: 'PgDn', label: 'a page down'},

  open: {...look, scope: 'list', keys: ['enter'], sign: '↵', label: 'open', footer: ['open', 2]},
  into: {...look, scope: 'list', keys: ['right'], sign: '→', label: 'unfold, open'},
  out: {...look, scope: 'list', keys: ['left'], sign: '←', label: 'fold, back'},
  back: {...look, keys: ['esc'], sign: 'esc', label: 'back', footer: ['back', 3]},
  tab: {...look, keys: ['1', '2'], sign: '1 2', label: 'go to a tab'},
  pause: {...look, keys: ['p'], sign: 'p', label: 'pause, resume', footer: ['pause', 7]},
  faster: {...look, keys: ['+'], sign: '+', label: 'draw more often'},
  slower: {...look, keys: ['-'], sign: '-', label: 'draw less often'},
  redraw: {...look, keys: ['ctrl+l'], sign: '^L', label: 'draw all anew'},
  help: {...look, keys: ['?'], sign: '?', label: 'help', footer: ['help', 0]},

  nextStrategy: {...change, keys: ['s'], sign: 's', label: 'next strategy', footer: ['strategy', 4]},
  chooseStrategy: {...change, keys: ['S'], sign: 'S', label: 'choose strategy'},
  drain: {
    ...change,
    keys: ['d'],
    sign: 'd',
    label: 'drain, undrain',
    more: 'asks when nothing could serve',
    footer: ['drain', 5],
  },
  check: {...change, keys: ['c'], sign: 'c', label: 'check health now', footer: ['check', 11]},
  undo: {
    ...change,
    scope: 'everywhere',
    keys: ['u'],
    sign: 'u',
    label: 'undo last change',
    footer: ['undo', 6],
  },

  sortLeft: {...table, keys: ['<'], sign: '<', label: 'sort: column left'},
  sortRight: {...table, keys: ['>'], sign: '>', label: 'sort: column right', footer: ['sort', 9]},
  reverse: {...table, keys: ['r'], sign: 'r', label: 'reverse the order'},
  unhealthy: {...table, keys: ['.'], sign: '.', label: 'only unhealthy', footer: ['unhealthy', 8]},
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
  suspend: {
    ...leave,
    keys: ['ctrl+z'],
    sign: '',
    label: 'says why not',
  },
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
} as const satisfies Record<string, Binding>

export type ActionName = keyof typeof keymap

const rows: readonly (readonly [ActionName, Binding])[] = Object.entries(keymap) as [ActionName, Binding][]

/** The keys there are on the screen, in the order of the table. */
export function bindingsFor(screen: Screen, readOnly: boolean): readonly (readonly [ActionName, Binding])[] {
  const isTable = screen !== 'events'
  return rows.filter(
    ([, {scope, changes, onlyReadOnly}]) =>
      (isTable || scope !== 'table') && (readOnly ? !changes : onlyReadOnly === undefined),
  )
}

/** What the key means on the screen; undefined: nothing. */
export function actionFor(key: string, screen: Screen, readOnly: boolean): ActionName | undefined {
  return bindingsFor(screen, readOnly).find(([, {keys}]) => keys.includes(key))?.[0]
}

export const groupTitles = {
  move: 'MOVE',
  look: 'LOOK',
  table: 'TABLE',
  change: 'CHANGE',
  leave: 'LEAVE',
} as const satisfies Record<Group, string>

const places = {
  everywhere: 'everywhere',
  list: 'lists',
  table: 'services, instances',
} as const satisfies Record<Scope, string>

/** The README's table of keys, in Markdown. */
export function keyTable(): string {
  const lines = bindingsFor('services', false)
    .filter(([, {sign}]) => sign !== '')
    .map(([, {sign, scope, label, more}]) => {
      const keys = sign
        .split(' ')
        .map(key => `\`${key}\``)
        .join(' ')
      return `| ${keys} | ${places[scope]} | ${label}${more === undefined ? '' : ` (${more})`} |`
    })
  return ['| Key | Where | What it does |', '|---|---|---|', ...lines, ''].join('\n')
}
