/** The page of one service: its instances with their shares, what needs attention, and its last minute. */
import type {ServiceSnapshot} from '../control/control.ts'
import {attention} from './attention.ts'
import {broken} from './broken.ts'
import {eventBlock} from './events.ts'
import {type Block, beside, blankLine, type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {health} from './health.ts'
import {lastSwitch} from './last-switch.ts'
import {faultLines} from './on-purpose.ts'
import {outcomes} from './panes.ts'
import {detailRows, isAt} from './rows.ts'
import {instanceColumns} from './service-columns.ts'
import {serviceHead} from './service-head.ts'
import {requestsBelow} from './service-requests.ts'
import {settingLines} from './settings.ts'
import {columnsOf, spark} from './spark.ts'
import {tableHeader, tableLine} from './table.ts'
import {cutMiddle, fit, type Piece} from './text.ts'

/** Rows of the table; the sections below get what it leaves. */
export function detailRoom(stage: Stage, rowCount: number): number {
  return Math.max(1, Math.min(Math.max(1, rowCount), stage.height - 2 - serviceHead.lines(stage)))
}

export function drawService(frame: Frame, service: ServiceSnapshot): string[] {
  const {view, height} = frame
  const rows = detailRows(service, view, frame.ranking)
  const columns = instanceColumns(frame, service, view.totals)
  const lines = serviceHead.draw(frame, service, 'instances', [])
  lines.push(tableHeader(columns, view.detail, frame))
  const {top} = view.detail
  for (const row of rows.slice(top, top + detailRoom(frame, rows.length))) {
    lines.push(tableLine(columns, row, ' ', isAt(row, view.detail.selected), frame))
  }
  if (rows.length === 0) lines.push(lineOf(frame, [['label', emptiness(frame, service)]]))
  const left = height - 1 - lines.length
  lines.push(...sections(frame, service, left).map(pieces => lineOf(frame, pieces)))
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

function emptiness(frame: Frame, service: ServiceSnapshot): string {
  return frame.view.onlyUnhealthy && service.instances.length > 0
    ? '   every instance is up and ready'
    : '   this service has no instance: every request gets 503'
}

/** Faults and what was set first, then attention, the last switch, the minute, health, requests, events: each only where it fits with some lines to spare. */
function sections(frame: Frame, service: ServiceSnapshot, lines: number): Block {
  const blocks = [
    faultLines(frame, service),
    settingLines(frame, service),
    attention(frame, service),
    lastSwitch(frame, service),
    minute(frame, service),
    whoBrokeIt(frame, service),
    health(frame, service),
    requestsBelow(frame, service),
  ]
  const drawn: Piece[][] = []
  for (const block of blocks) {
    if (block.length === 0 || drawn.length + block.length + 1 > lines) continue
    drawn.push([], ...block.map(line => [...line]))
  }
  const left = lines - drawn.length - 2
  const events = frame.snapshot.events.filter(
    ({subject}) => subject === service.name || subject.startsWith(`${service.name}/`),
  )
  if (left > 0 && events.length > 0) {
    drawn.push(
      [],
      rule(frame, 'events', frame.columns),
      ...eventBlock(frame, events, left).map(line => [...line]),
    )
  }
  return drawn
}

/** The most that outcomes have use for. */
const OUTCOMES_WIDTH = 64

/** Requests a second by instance on the left (where the table has no spark), outcomes on the right. */
function minute(frame: Frame, service: ServiceSnapshot): Block {
  const {columns} = frame
  if (columns < 60)
    return [rule(frame, 'outcomes, last minute', columns), ...outcomes(frame, service.traffic, columns)]
  const leftWidth = Math.max(Math.floor(columns / 2), columns - OUTCOMES_WIDTH)
  const done = outcomes(frame, service.traffic, columns - leftWidth)
  const right = [rule(frame, 'outcomes, last minute', columns - leftWidth), ...done]
  const left =
    columns >= 120
      ? [
          rule(frame, 'who broke it, last minute', leftWidth),
          ...broken(frame, service.traffic, [service], leftWidth, done.length),
        ]
      : [
          rule(frame, 'requests per second by instance', leftWidth),
          ...ratesByInstance(frame, service, leftWidth, done.length),
        ]
  return beside(frame, left, leftWidth, right)
}

function ratesByInstance(frame: Frame, service: ServiceSnapshot, width: number, rows: number): Block {
  const {glyphs, snapshot} = frame
  const instances = detailRows(service, frame.view, frame.ranking)
    .slice(0, rows)
    .map(row => row.instance)
  const nameWidth = 15
  const sparkWidth = Math.max(4, Math.min(60, width - nameWidth - 6))
  const histories = instances.map(instance => columnsOf(instance.traffic.history, snapshot.at, sparkWidth))
  const highest = Math.max(0, ...histories.flat())
  return instances.map((instance, index): Piece[] => [
    [
      'text',
      `   ${fit(cutMiddle(shown(instance.key), nameWidth, glyphs.cut), nameWidth, 'left', glyphs.cut)} `,
    ],
    ...spark(histories[index] ?? [], sparkWidth, highest, glyphs),
  ])
}

/** From 120 columns on it stands beside the outcomes. */
function whoBrokeIt(frame: Frame, service: ServiceSnapshot): Block {
  const {traffic, instances} = service
  const nothing = traffic.faults.length === 0 && instances.every(each => each.traffic.faults.length === 0)
  if (frame.columns >= 120 || nothing) return []
  const lines = broken(frame, traffic, [service], frame.columns, 5)
  return [rule(frame, 'who broke it, last minute', frame.columns), ...lines]
}
