/** The latency of a service: a heat map of all of it or of one instance, and the percentiles of each. */
import type {ServiceSnapshot, Traffic} from '../control/control.ts'
import {errorPiece} from './cells.ts'
import {blankLine, type Frame, lineOf, quiet, type Stage, shown} from './frame.ts'
import {heatBlock} from './heat.ts'
import {heatBounds, heatKey} from './heat-log.ts'
import {millis, si} from './numbers.ts'
import {serviceHead} from './service-head.ts'
import {columnsOf, spark, usefulWidth} from './spark.ts'
import {type Column, left, right, tableHeader, tableLine, unsorted} from './table.ts'
import {cutMiddle} from './text.ts'

/** The service as a whole is the first row; its key is empty. */
export function latencyKeys(service: ServiceSnapshot): readonly string[] {
  return ['', ...service.instances.map(({key}) => key)]
}

/** The map gets its rows first; the table what is left, but never nothing. */
function plan(stage: Stage, rows: number): {readonly heat: number; readonly rows: number} {
  const room = stage.height - 1 - serviceHead.lines(stage)
  if (room < 9) return {heat: 0, rows: Math.max(1, room - 1)}
  const most = heatBounds.length + 2
  const table = Math.min(rows + 1, Math.max(3, room - most - 1))
  return {heat: Math.min(most, room - table - 1), rows: table - 1}
}

export function latencyRoom(stage: Stage, service: ServiceSnapshot): number {
  return plan(stage, service.instances.length + 1).rows
}

interface LatencyRow {
  readonly name: string
  readonly traffic: Traffic
}

export function drawLatency(frame: Frame, service: ServiceSnapshot): string[] {
  const {view, height} = frame
  const keys = latencyKeys(service)
  const {heat, rows} = plan(frame, keys.length)
  const {selected = '', top, index} = view.latency
  const key = selected === '' ? service.name : heatKey(service.name, selected)
  const name = selected === '' ? 'all instances' : shown(selected)
  const lines = serviceHead.draw(frame, service, 'latency', [['label', 'one column a second']])
  if (heat > 0)
    lines.push(...heatBlock(frame, `latency of ${name}`, key, heat).map(pieces => lineOf(frame, pieces)))
  if (height - 1 - lines.length > rows + 1) lines.push(blankLine(frame))
  const columns = latencyColumns(frame)
  lines.push(tableHeader(columns, unsorted, frame))
  for (const [row, at] of keys.slice(top, top + rows).entries())
    lines.push(tableLine(columns, rowOf(service, at), ' ', top + row === index, frame))
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines.slice(0, height - 1)
}

function rowOf(service: ServiceSnapshot, key: string): LatencyRow {
  const instance = service.instances.find(each => each.key === key)
  return {name: instance?.key ?? 'all instances', traffic: instance?.traffic ?? service.traffic}
}

function latencyColumns({columns}: Frame): Column<LatencyRow>[] {
  const isNarrow = columns < 60
  const numbers = [
    number('R/S', traffic => si(traffic.perSecond)),
    number('P50', traffic => millis(traffic.p50)),
    ...(isNarrow ? [] : [number('P95', traffic => millis(traffic.p95))]),
    number('P99', traffic => millis(traffic.p99)),
  ]
  const rest = columns - 3 - numbers.length * 6 - 6 - 1
  const width = columns >= 80 ? usefulWidth(Math.max(8, rest - 24 - 2)) : 0
  const name = Math.max(6, Math.min(40, rest - (width > 0 ? width + 2 : 0)))
  return [
    left('INSTANCE', 0, name, (row, {glyphs}) => [['text', cutMiddle(shown(row.name), name, glyphs.cut)]]),
    ...numbers,
    right('ERR%', 1, 5, ({traffic}) => [errorPiece(traffic.errorShare, false)]),
    ...(width > 0 ? [rateColumn(width)] : []),
  ]
}

function rateColumn(width: number): Column<LatencyRow> {
  return left('REQUESTS', 2, width, ({traffic}, {snapshot, glyphs}) => {
    const values = columnsOf(traffic.history, snapshot.at, width)
    return spark(values, width, Math.max(0, ...values), glyphs)
  })
}

function number(title: string, text: (traffic: Traffic) => string): Column<LatencyRow> {
  return right(title, 1, 5, ({traffic}) => [quiet(text(traffic))])
}
