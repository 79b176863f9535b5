/** The first tab: every service with its instances, and below them the last minute and the latest events. */
import {
  errorColumn,
  flyColumn,
  inColumn,
  outColumn,
  p50Column,
  p95Column,
  p99Column,
  rateColumn,
  scaleOf,
  sparkColumn,
  totalColumn,
} from './cells.ts'
import {eventBlock} from './events.ts'
import {blankLine, type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {tabLine, titleLine, totalLine} from './header.ts'
import {si} from './numbers.ts'
import {lastMinute} from './panes.ts'
import {problemLines} from './problems.ts'
import {isAt, overviewRows, type Row} from './rows.ts'
import {usefulWidth} from './spark.ts'
import {splitText} from './splits.ts'
import {standingCell} from './standing.ts'
import {type Column, shareOut, tableHeader, tableLine} from './table.ts'
import {cut, cutMiddle, type Piece, widthOf} from './text.ts'
import {weightColumn} from './weights.ts'

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

/** As on the page of a service; a service has none of its own. */
const weightCells: Column<Row> = {
  ...weightColumn,
  sort: undefined,
  cell: (row, frame) => (row.kind === 'service' ? [] : weightColumn.cell(row, frame)),
}

/** By width: 140 adds bytes and totals, weights where they differ, splits where there are any, under 80 P50, P95 and the spark go, under 60 all but state, rate and errors. */
export function overviewColumns(stage: Stage, totals: boolean): Column<Row>[] {
  const amountColumn = totals ? totalColumn : rateColumn
  const {columns} = stage
  if (columns < 60) {
    const [name = 0, state = 0] = shareOut(columns - 17, [
      {least: 15, most: 40},
      {least: 8, most: 15},
    ])
    return [nameColumn(name, 1), stateColumn(state), amountColumn, errorColumn]
  }
  if (columns < 80) {
    const [name = 0, state = 0] = shareOut(columns - 29, [
      {least: 16, most: 28},
      {least: 15, most: 24},
    ])
    return [nameColumn(name, 2), stateColumn(state), amountColumn, p99Column, errorColumn, flyColumn]
  }
  return columns < 140 ? fullColumns(stage, amountColumn) : wideColumns(stage, amountColumn)
}

const numbers = [p50Column, p95Column, p99Column, errorColumn, flyColumn]

function fullColumns(stage: Stage, amountColumn: Column<Row>): Column<Row>[] {
  const [name = 0, state = 0, width = 0] = shareOut(stage.columns - 40, [
    {least: 17, most: 26},
    {least: 15, most: 24},
    {least: 8, most: 40},
  ])
  const sparkWidth = usefulWidth(width)
  const sparks = sparkColumn(1, sparkWidth, scaleOf(stage, sparkWidth))
  return [nameColumn(name + width - sparkWidth, 2), stateColumn(state), amountColumn, sparks, ...numbers]
}

function wideColumns(stage: Stage, amountColumn: Column<Row>): Column<Row>[] {
  const {services} = stage.snapshot
  const weights = services.some(({instances}) => instances.some(({weight}) => weight !== 1))
  const splits = services.some(({split}) => split !== undefined)
  const [name = 0, state = 0, width = 0] = shareOut(stage.columns - (weights ? 67 : 63), [
    {least: 17, most: 32},
    splits ? {least: 34, most: 44} : {least: 15, most: 24},
    {least: splits ? 20 : 40, most: 60},
  ])
  const sparkWidth = usefulWidth(width)
  return [
    nameColumn(name + width - sparkWidth, 2),
    stateColumn(state),
    ...(weights ? [weightCells] : []),
    amountColumn,
    sparkColumn(2, sparkWidth, scaleOf(stage, sparkWidth)),
    ...numbers,
    inColumn,
    outColumn,
    amountColumn === totalColumn ? rateColumn : totalColumn,
  ]
}

function nameColumn(width: number, indent: number): Column<Row> {
  return {
    title: 'SERVICE',
    gap: 0,
    width,
    align: 'left',
    sort: 'name',
    cell(row, {glyphs}) {
      if (row.kind === 'service') return [['text.strong', cut(shown(row.service.name), width, glyphs.cut)]]
      return [['text', ' '.repeat(indent) + cutMiddle(shown(row.instance.key), width - indent, glyphs.cut)]]
    },
  }
}

function stateColumn(width: number): Column<Row> {
  return {
    title: 'STATE',
    gap: 1,
    width,
    align: 'left',
    sort: 'state',
    cell(row, frame) {
      const {glyphs, snapshot} = frame
      const {service} = row
      if (row.kind === 'instance') return standingCell(row.instance, snapshot.at, width, glyphs)
      const count = `${service.selectable}/${service.instances.length}`
      const tone = service.selectable === 0 ? 'bad.strong' : 'text.strong'
      const room = width - widthOf(count) - 1
      if (room < 8) return [[tone, count]]
      const waiting = service.queued === 0 ? '' : ` ${si(service.queued)} queued`
      const left = room - widthOf(service.strategy)
      const hasSpace = widthOf(waiting) <= left
      const split = service.split === undefined ? '' : ` ${splitText(service, glyphs)}`
      const isShown = widthOf(split) + (hasSpace ? widthOf(waiting) : 0) <= left
      return [
        ['accent.strong', cut(service.strategy, room, glyphs.cut)],
        [tone, ` ${count}`],
        ['warn', hasSpace ? waiting : ''],
        ['warn', isShown ? split : ''],
      ]
    },
  }
}
