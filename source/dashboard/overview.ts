import {eventBlock} from './events.ts'
import {blankLine, type Frame, lineOf, rule, type Stage} from './frame.ts'
import {tabLine, titleLine, totalLine} from './header.ts'
import {overviewColumns} from './overview-columns.ts'
import {lastMinute} from './panes.ts'
import {problemLines} from './problems.ts'
import {isAt, overviewRows, type Row} from './rows.ts'
import {tableHeader, tableLine} from './table.ts'
import type {Piece} from './text.ts'

interface Plan {
  /** the line with the totals is drawn */
  readonly hasTotals: boolean
  /** rows of the table */
  readonly rows: number
  /** lines for the last minute, and for the events; 0: none */
  readonly minute: number
  readonly events: number
}

const MINUTE_LINES = {least: 11, most: 14} as const
/** With fewer lines of events the graphs are left out. */
const EVENTS_BELOW = 5

/** Events shrink first, then the graphs, then the line of totals. */
export function overviewPlan(stage: Stage, rowCount: number): Plan {
  const hasTotals = stage.height >= 12
  const room = Math.max(1, stage.height - 4 - (hasTotals ? 1 : 0))
  const rows = Math.min(rowCount, room)
  const left = room - rows
  const spare = Math.min(MINUTE_LINES.most, left - EVENTS_BELOW)
  const {total, events: latest} = stage.snapshot
  const minute = spare >= MINUTE_LINES.least && stage.columns >= 80 && total.requests > 0 ? spare : 0
  const isSilent = latest.length === 0 && stage.requests.problems.length === 0
  const events = left - minute >= 2 && !isSilent ? left - minute : 0
  return {hasTotals, rows, minute, events}
}

export function drawOverview(frame: Frame): string[] {
  const {view, height} = frame
  const rows = overviewRows(frame.snapshot, view, frame.ranking)
  const plan = overviewPlan(frame, Math.max(1, rows.length))
  const columns = overviewColumns(frame, view.totals)
  const lines = [titleLine(frame, undefined)]
  if (plan.hasTotals) lines.push(totalLine(frame))
  lines.push(tabLine(frame, tableState(frame)), tableHeader(columns, view.overview, frame))
  const {top} = view.overview
  for (const row of rows.slice(top, top + plan.rows)) {
    lines.push(tableLine(columns, row, foldSign(row, frame), isAt(row, view.overview.selected), frame))
  }
  if (rows.length === 0) lines.push(lineOf(frame, [['label', '   every instance is up and ready']]))
  if (plan.minute > 0) lines.push(...lastMinute(frame, plan.minute))
  if (plan.events > 0) lines.push(...latest(frame, plan.events))
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

function foldSign(row: Row, {glyphs}: Frame): string {
  if (row.kind === 'instance') return ' '
  return row.folded ? glyphs.folded : glyphs.unfolded
}

function tableState(frame: Frame): Piece[] {
  const {view, glyphs} = frame
  const {sort, reversed} = view.overview
  const filter: Piece[] = view.onlyUnhealthy ? [['warn', 'only unhealthy  ']] : []
  if (sort !== undefined) return filter
  return [...filter, ['label', `in file order${reversed ? ` ${glyphs.ascending}` : ''}`]]
}

/** Problems where there are any, with the latest events below them where there is room for both. */
function latest(frame: Frame, lines: number): string[] {
  const {problems} = frame.requests
  if (problems.length === 0) return latestEvents(frame, lines)
  const events = lines >= 14 ? Math.min(6, Math.floor(lines / 3)) : 0
  const drawn = problemLines(frame, lines - (events > 0 ? events + 1 : 0))
  return events === 0 ? drawn : [...drawn, blankLine(frame), ...latestEvents(frame, events)]
}

function latestEvents(frame: Frame, lines: number): string[] {
  const title = lineOf(frame, rule(frame, 'latest events', frame.columns, '4 Events shows all'))
  return [title, ...eventBlock(frame, frame.snapshot.events, lines - 1).map(pieces => lineOf(frame, pieces))]
}
