/** The cells that both tables show: numbers of some traffic, right-aligned, zeros fainter. */
import type {Traffic} from '../control/control.ts'
import {quiet, type Stage} from './frame.ts'
import {millis, percent, si} from './numbers.ts'
import {placeKey, type Row} from './rows.ts'
import {columnsOf, highestColumn, secondsAColumn, spark} from './spark.ts'
import type {Column} from './table.ts'
import type {Piece} from './text.ts'
import type {SortKey} from './view.ts'

function trafficOf(row: Row): Traffic {
  return row.kind === 'instance' ? row.instance.traffic : row.service.traffic
}

function number(
  title: string,
  gap: number,
  width: number,
  sort: SortKey | undefined,
  text: (traffic: Traffic) => string,
): Column<Row> {
  return {
    title,
    gap,
    width,
    align: 'right',
    sort,
    cell: row => [quiet(text(trafficOf(row)), row.kind === 'service' ? 'text.strong' : 'text')],
  }
}

export const rateColumn = number('R/S', 1, 5, 'rps', traffic => si(traffic.perSecond))
export const p50Column = number('P50', 1, 4, 'p50', traffic => millis(traffic.p50))
export const p95Column = number('P95', 1, 4, 'p95', traffic => millis(traffic.p95))
export const p99Column = number('P99', 1, 5, 'p99', traffic => millis(traffic.p99))
export const flyColumn = number('FLY', 1, 5, 'fly', traffic => si(traffic.inFlight))
export const inColumn = number('IN/s', 2, 6, undefined, traffic => si(traffic.bytesInPerSecond))
export const outColumn = number('OUT/s', 2, 6, undefined, traffic => si(traffic.bytesOutPerSecond))
export const totalColumn = number('TOTAL', 1, 5, 'total', traffic => si(traffic.requests))

export const errorColumn: Column<Row> = {
  title: 'ERR%',
  gap: 1,
  width: 5,
  align: 'right',
  sort: 'err',
  cell: row => [errorPiece(trafficOf(row).errorShare, row.kind === 'service')],
}

/** From 1 % on a share of errors is a warning, from 10 % on it is bad. */
export function errorPiece(share: number | undefined, isStrong: boolean): Piece {
  const text = percent(share)
  if (share !== undefined && share >= 0.01) {
    const tone = share >= 0.1 ? 'bad' : 'warn'
    return [isStrong ? `${tone}.strong` : tone, text]
  }
  return quiet(text, isStrong ? 'text.strong' : 'text')
}

/** The last minute, or its last `width` seconds where each has a column. */
export function sparkColumn(gap: number, width: number, scale: Scale): Column<Row> {
  return {
    title: `${Math.min(60, width * secondsAColumn(width))}s`,
    gap,
    width,
    align: 'left',
    sort: undefined,
    cell(row, frame) {
      const values = columnsOf(trafficOf(row).history, frame.snapshot.at, width)
      return spark(values, width, row.kind === 'service' ? scale.service : scale.instance, frame.glyphs)
    },
  }
}

/** What the full height of a spark stands for: one for all services, one for all instances, so that rows compare. */
export interface Scale {
  readonly service: number
  readonly instance: number
}

const scales = new WeakMap<object, Map<string, Scale>>()

/** Over all rows, also those not on screen: scrolling must not change a height. Kept with the snapshot. */
export function scaleOf(stage: Stage, width: number, only?: string): Scale {
  const {snapshot} = stage
  const known = scales.get(snapshot) ?? new Map<string, Scale>()
  scales.set(snapshot, known)
  const key = placeKey(String(width), only)
  const found = known.get(key)
  if (found !== undefined) return found
  let service = 0
  let instance = 0
  for (const each of snapshot.services) {
    if (only !== undefined && each.name !== only) continue
    service = Math.max(service, highestColumn(each.traffic.history, snapshot.at, width))
    for (const one of each.instances)
      instance = Math.max(instance, highestColumn(one.traffic.history, snapshot.at, width))
  }
  const scale = {service, instance}
  known.set(key, scale)
  return scale
}
