/** Columns of the table of services and instances, by the width of the screen. */
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
import {type Stage, shown} from './frame.ts'
import {si} from './numbers.ts'
import type {Row} from './rows.ts'
import {usefulWidth} from './spark.ts'
import {splitText} from './splits.ts'
import {standingCell} from './standing.ts'
import {type Column, shareOut} from './table.ts'
import {cut, cutMiddle, widthOf} from './text.ts'
import {weightColumn} from './weights.ts'

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
