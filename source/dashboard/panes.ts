/** Panes on the last minute: requests a second, and outcomes by class. */
import type {Traffic} from '../control/control.ts'
import {broken} from './broken.ts'
import {type Block, beside, blankLine, type Frame, lineOf, rule} from './frame.ts'
import {percent, si} from './numbers.ts'
import {bar, columnsOf, graph} from './spark.ts'
import type {Piece} from './text.ts'

/** Outcomes of the last minute by class of status, each with its share, count and bar. */
export function outcomes(frame: Frame, traffic: Traffic, width: number): Block {
  const counts = traffic.byClass.map(count => (Number.isFinite(count) && count > 0 ? count : 0))
  const all = counts.reduce((sum, count) => sum + count, 0)
  const barWidth = Math.max(4, Math.min(40, width - 22))
  const line = (label: string, count: number, role: Piece[0], labelRole: Piece[0]): Piece[] => [
    [count === 0 ? 'label' : labelRole, `   ${label} `],
    [count === 0 ? 'faint' : 'text', `${percent(all === 0 ? undefined : count / all).padStart(4)}% `],
    [count === 0 ? 'faint' : 'label', `${si(count).padStart(5)}  `],
    ...bar(all === 0 ? undefined : count / all, barWidth, frame.glyphs, role),
  ]
  const [gone = 0, informational = 0, ok = 0, redirect = 0, refused = 0, failed = 0] = counts
  return [
    ...(informational > 0 ? [line('1xx ', informational, 'spark', 'text')] : []),
    line('2xx ', ok, 'spark', 'text'),
    line('3xx ', redirect, 'spark', 'text'),
    line('4xx ', refused, 'warn', 'text'),
    line('5xx ', failed, 'bad', 'bad'),
    ...(gone > 0 ? [line('gone', gone, 'label', 'text')] : []),
    [[traffic.retried > 0 ? 'text' : 'faint', `   retried ${si(traffic.retried)}`]],
  ]
}

const SCALE_WIDTH = 7
/** A column for each second, its scale and a margin. */
const GRAPH_WIDTH = SCALE_WIDTH + 60 + 2

/** Below the table of the overview: requests a second on the left; outcomes and faults on the right where there is room. */
export function lastMinute(frame: Frame, lines: number): string[] {
  const {columns, snapshot} = frame
  const leftWidth = columns >= GRAPH_WIDTH + 28 ? GRAPH_WIDTH : columns
  const rightWidth = columns - leftWidth
  const left = [rule(frame, 'requests per second, last minute', leftWidth), ...rateGraph(frame, lines - 3)]
  let block: Block = left
  if (rightWidth > 0) {
    const done = [
      rule(frame, 'outcomes, last minute', rightWidth),
      ...outcomes(frame, snapshot.total, rightWidth),
    ]
    const room = lines - 2 - done.length - 2
    const blamed = [
      [],
      rule(frame, 'who broke it', rightWidth),
      ...broken(frame, snapshot.total, snapshot.services, rightWidth, room),
    ]
    block = beside(frame, left, leftWidth, room > 0 ? [...done, ...blamed] : done)
  }
  const drawn = block.slice(0, lines - 2).map(pieces => lineOf(frame, pieces))
  while (drawn.length < lines - 2) drawn.push(blankLine(frame))
  return [blankLine(frame), ...drawn, blankLine(frame)]
}

function rateGraph(frame: Frame, rows: number): Piece[][] {
  const {snapshot, glyphs} = frame
  const values = columnsOf(snapshot.total.history, snapshot.at, 60)
  const unborn = ' '.repeat(60 - values.length)
  const highest = Math.max(0, ...values)
  return graph(values, rows, highest, glyphs).map((line, row): Piece[] => {
    const label = row === 0 && highest > 0 ? si(Math.round(highest)) : row === rows - 1 ? '0' : ''
    return [['label', `${label.padStart(SCALE_WIDTH - 1)} ${unborn}`], line]
  })
}
