/** The second tab: every request, newest first, with what is under way above it and the inspector beside it. */
import type {RequestView} from '../control/requests.ts'
import {caretLine, filterLine} from './filter-line.ts'
import {blankLine, type Frame, lineOf, rule} from './frame.ts'
import {tabLine, titleLine} from './header.ts'
import {inFlightLines} from './in-flight.ts'
import {drawInspectorPane} from './inspector.ts'
import {PANE_MARGIN} from './inspector-actions.ts'
import {invitation} from './invitation.ts'
import {si} from './numbers.ts'
import {requestColumns} from './request-columns.ts'
import {requestAt, requestPlan} from './request-list.ts'
import {type Column, tableHeader, tableLine, unsorted} from './table.ts'
import {type Piece, painted} from './text.ts'

export function drawRequests(frame: Frame): string[] {
  const {view, height} = frame
  const plan = requestPlan(view, frame)
  const lines = [titleLine(frame, 'requests'), filterLine(frame)]
  if (plan.hasTabs) lines.push(caretLine(frame) ?? tabLine(frame, following(frame)))
  const room = height - 1 - lines.length
  const list = drawList({...frame, columns: frame.columns - plan.side}, room, plan.inFlight)
  if (plan.side === 0) return [...lines, ...list]
  const pane = drawInspectorPane({...frame, columns: plan.side - PANE_MARGIN}, room)
  const bar = painted([['faint', `${frame.glyphs.pane} `]], frame.theme)
  return [
    ...lines,
    ...list.map((line, row) => `${line}${bar}${pane[row] ?? ' '.repeat(plan.side - PANE_MARGIN)}`),
  ]
}

/** Header, those in flight, rows, legend: exactly `room` lines. */
function drawList(frame: Frame, room: number, inFlight: number): string[] {
  const {view, requests} = frame
  // The frame is narrower than the screen here: the plan is made for the screen.
  const columns = requestColumns(frame.columns, frame.snapshot)
  const lines = inFlightLines(frame, inFlight)
  lines.push(tableHeader(columns, unsorted, frame))
  const hasLegend = frame.height >= 16 && frame.columns >= 80
  const rows = room - lines.length - (hasLegend ? 1 : 0)
  for (let row = 0; row < rows; row++) {
    const index = view.requests.top + row
    const request = requestAt(requests.shown, index)
    if (request === undefined) break
    lines.push(rowLine(frame, columns, request, index === view.requests.index))
  }
  if (requests.shown.length === 0) lines.push(emptyLine(frame))
  while (lines.length < room - (hasLegend ? 1 : 0)) lines.push(blankLine(frame))
  if (hasLegend) lines.push(legend(frame))
  return lines.slice(0, room)
}

function rowLine(
  frame: Frame,
  columns: readonly Column<RequestView>[],
  request: RequestView,
  isSelected: boolean,
): string {
  const mark = frame.view.requests.marked.includes(request.id) ? frame.glyphs.marked : ' '
  return tableLine(columns, request, mark, isSelected, frame)
}

/** Why nothing is listed: nothing came, nothing matches, or it is not here yet. */
function emptyLine(frame: Frame): string {
  const {requests, view, snapshot} = frame
  if (!requests.isLoaded) return lineOf(frame, [['label', '   reading the recorder']])
  if (view.requests.filter !== '')
    return lineOf(frame, [
      ['label', `   0 of ${si(requests.all.length)}, `],
      ['accent', 'esc'],
      ['label', ' clears the filter'],
    ])
  if (snapshot.total.requests === 0) return frame.columns < 60 ? blankLine(frame) : invitation(frame)
  return lineOf(frame, [['label', '   none was kept from that time']])
}

function legend(frame: Frame): string {
  const {where, retried} = frame.glyphs
  const signs = `${where.connect} connect  ${where.wait} waiting  ${where.body} body  ${where.pause} pause  ${where.broken} broken  ${where.timeout} timeout  ${retried} retried`
  const {missed} = frame.requests
  return lineOf(frame, rule(frame, signs, frame.columns, missed > 0 ? `${si(missed)} not seen` : ''))
}

/** At the end of the line of tabs: what is new while the list stands still. */
function following(frame: Frame): Piece[] {
  const {view, requests, columns} = frame
  const order = columns < 80 ? '' : 'newest first'
  if (view.requests.follows && view.paused === undefined)
    return [['label', order === '' ? 'following' : `${order}, following`]]
  return [
    ['accent', requests.fresh === 0 ? '' : `+${si(requests.fresh)} new  `],
    ['label', order === '' ? 'frozen' : `${order}, frozen`],
  ]
}
