/** The signs drawn on screen, one column each, and what stands for them where only ASCII is safe. */

export interface Glyphs {
  readonly up: string
  readonly drain: string
  readonly maintenance: string
  readonly ejected: string
  readonly down: string
  readonly unknown: string
  readonly folded: string
  readonly unfolded: string
  readonly ascending: string
  readonly bar: string
  readonly rule: string
  readonly cut: string
  readonly into: string
  /** what stands for the signs of keys that the terminal may not have */
  readonly keys: Readonly<Record<string, string>>
  /** and for signs within sentences of the proxy, one column for one; empty: the terminal has them */
  readonly inTexts: Readonly<Record<string, string>>
  readonly info: string
  readonly good: string
  readonly warning: string
  readonly bad: string
  readonly times: string
  /** low to high */
  readonly levels: readonly string[]
  /** stands for a whole cell where cells stack: graphs only, never a spark, so that rows do not fuse */
  readonly block: string
  /** a horizontal bar: whole cell, half cell, empty track */
  readonly whole: string
  readonly half: string
  readonly track: string
  /** the bar that says where the time of a request went, one sign a column */
  readonly where: {
    readonly pause: string
    readonly connect: string
    readonly wait: string
    readonly body: string
    readonly broken: string
    readonly timeout: string
  }
  readonly retried: string
  /** few to many */
  readonly heat: readonly string[]
  readonly marked: string
  readonly arrow: string
  /** between two panes */
  readonly pane: string
  /** where the next character goes */
  readonly cursor: string
  readonly caret: string
}

const unicode: Glyphs = {
  up: '●',
  drain: '◐',
  maintenance: '◇',
  ejected: '⊘',
  down: '○',
  unknown: '◌',
  folded: '▸',
  unfolded: '▾',
  ascending: '▴',
  bar: '▌',
  rule: '─',
  cut: '…',
  into: '›',
  keys: {},
  inTexts: {},
  info: '·',
  good: '●',
  warning: '◐',
  bad: '✕',
  times: '×',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇'],
  block: '█',
  whole: '━',
  half: '╸',
  track: '─',
  where: {pause: '·', connect: '╍', wait: '─', body: '━', broken: '✕', timeout: 'T'},
  retried: '↻',
  heat: ['·', '░', '▒', '▓', '█'],
  marked: '•',
  arrow: '→',
  pane: '│',
  cursor: '▏',
  caret: '▲',
}

const ascii: Glyphs = {
  up: '*',
  drain: '%',
  maintenance: 'm',
  ejected: 'e',
  down: 'o',
  unknown: '?',
  folded: '+',
  unfolded: '-',
  ascending: '^',
  bar: '>',
  rule: '-',
  cut: '~',
  into: '>',
  keys: {'…': '...', '↵': 'ret', '↑': '^', '↓': 'v', '→': '->', '←': '<-'},
  inTexts: {'→': '>', '−': '-', '•': '*', '…': '~'},
  info: '.',
  good: '+',
  warning: '!',
  bad: 'x',
  times: 'x',
  levels: ['_', '.', ':', '-', '=', '+', '#'],
  block: '#',
  whole: '=',
  half: '-',
  track: ' ',
  where: {pause: '.', connect: ':', wait: '-', body: '=', broken: 'x', timeout: 'T'},
  retried: 'r',
  heat: ['.', ':', '+', '*', '#'],
  marked: '*',
  arrow: '->',
  pane: '|',
  cursor: '_',
  caret: '^',
}

export function glyphs(onlyAscii: boolean): Glyphs {
  return onlyAscii ? ascii : unicode
}

/** The sign of a key, as the keymap writes it, in signs that can be drawn. */
export function keySign(sign: string, {keys}: Pick<Glyphs, 'keys'>): string {
  return Array.from(sign, character => keys[character] ?? character).join('')
}
