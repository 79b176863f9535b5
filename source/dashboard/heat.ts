/** The heat map: time from left to right, latency from slow to fast, how many by colour. */
import {type Block, type Frame, rule} from './frame.ts'
import {heatBounds} from './heat-log.ts'
import type {Role} from './palettes.ts'
import {type Piece, widthOfPieces} from './text.ts'

const LABEL = 8
const LEVELS = 5
const roles = ['heat1', 'heat2', 'heat3', 'heat4', 'heat5'] as const satisfies readonly Role[]

/** A rule, the rows and an axis; where there are few lines, neighbouring rows become one. */
export function heatBlock(frame: Frame, title: string, key: string, lines: number): Block {
  const {requests, snapshot, glyphs} = frame
  const columns = Math.max(10, Math.min(240, frame.columns - LABEL - 3))
  const seconds = requests.heat.read(key, snapshot.at, columns)
  const {labels, cells} = merged(seconds, lines - 2)
  const highest = Math.max(1, ...cells.flat())
  const scale: Piece[] = [
    ['label', 'few '],
    ...glyphs.heat.map((sign, at): Piece => [roles[at] ?? 'text', sign]),
    ['label', ' many'],
  ]
  const rows = labels.map((label, row): Piece[] => [
    ['label', `${label.padStart(LABEL)} `],
    ...runs(
      cells.map(column => level(column[row] ?? 0, highest)),
      glyphs.heat,
    ),
  ])
  const top = [...rule(frame, title, frame.columns - widthOfPieces(scale) - 1), ...scale]
  return [top, ...rows, axis(columns)]
}

/** Without a scale of its own each map would have another one: a count is judged against the highest one here. */
function level(count: number, highest: number): number {
  if (!(count > 0)) return 0
  return Math.max(1, Math.min(LEVELS, Math.ceil((LEVELS * Math.log1p(count)) / Math.log1p(highest))))
}

function runs(levels: readonly number[], signs: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (let at = 1; at <= levels.length; at++) {
    const value = levels[from] ?? 0
    if (at < levels.length && levels[at] === value) continue
    const length = at - from
    const role = roles[value - 1]
    pieces.push(
      role === undefined ? ['text', ' '.repeat(length)] : [role, (signs[value - 1] ?? ' ').repeat(length)],
    )
    from = at
  }
  return pieces
}

/** Each merged row counts what its rows count; its label is that of the fastest of them. */
function merged(seconds: readonly (readonly number[] | undefined)[], rows: number) {
  const each = Math.max(1, Math.ceil(heatBounds.length / Math.max(1, rows)))
  const starts = heatBounds.map((_, row) => row).filter(row => row % each === 0)
  const labels = starts.map(row => {
    const bound = heatBounds[Math.min(heatBounds.length - 1, row + each - 1)] ?? 0
    if (row === 0) return bound >= 1000 ? `${bound / 1000}s+` : `${bound}ms+`
    return bound >= 1000 ? `${bound / 1000}s` : bound === 0 ? `<${heatBounds[row - 1] ?? 2}ms` : `${bound}ms`
  })
  const cells = seconds.map(column =>
    starts.map(row => {
      let sum = 0
      for (let at = row; at < row + each; at++) sum += column?.[at] ?? 0
      return sum
    }),
  )
  return {labels, cells}
}

function axis(columns: number): Piece[] {
  const start = agoText(columns)
  const half = agoText(Math.round(columns / 2))
  const middle = Math.max(start.length + 2, Math.round(columns / 2) - 1)
  const text = columns < 30 ? start : `${start.padEnd(middle)}${half}`
  return [['label', `${' '.repeat(LABEL)} ${text.padEnd(columns - 3)}now`]]
}

function agoText(seconds: number): string {
  return seconds < 60
    ? `-${seconds}s`
    : `-${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`
}
