/** The columns of a service's page, by width. */
import type {CheckResult, InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import {
  errorColumn,
  flyColumn,
  p50Column,
  p95Column,
  p99Column,
  rateColumn,
  scaleOf,
  sparkColumn,
  totalColumn,
} from './cells.ts'
import {type Frame, type Stage, shown} from './frame.ts'
import {connectionsColumn, isLimited} from './max-connections.ts'
import {age, millisWithUnit, si, wholePercent} from './numbers.ts'
import type {InstanceRow} from './rows.ts'
import {bar, usefulWidth} from './spark.ts'
import {standingCell} from './standing.ts'
import {type Column, shareOut} from './table.ts'
import {cutMiddle, type Piece, widthOf} from './text.ts'
import {weightColumn} from './weights.ts'

/** 120 adds the spark, P95 and the reason of a failed check; under 80 P50 and the bar go; under 60 all but the essential. */
export function instanceColumns(
  stage: Stage,
  service: ServiceSnapshot,
  totals: boolean,
): Column<InstanceRow>[] {
  const amountColumn = totals ? totalColumn : rateColumn
  const {columns} = stage
  if (columns < 60) {
    const [name = 0, state = 0] = shareOut(columns - 17, [
      {least: 15, most: 40},
      {least: 8, most: 14},
    ])
    return [nameColumn(name), stateColumn(state), amountColumn, errorColumn]
  }
  if (columns < 80) {
    const [name = 0, state = 0] = shareOut(columns - 34, [
      {least: 14, most: 28},
      {least: 12, most: 17},
    ])
    return [
      nameColumn(name),
      stateColumn(state),
      amountColumn,
      shareColumn(1, 0),
      flyColumn,
      p99Column,
      errorColumn,
    ]
  }
  const isWide = columns >= 120
  const inFlight = isLimited(service) ? connectionsColumn : flyColumn
  const taken = (isWide ? 54 : 47) + inFlight.width - flyColumn.width
  const longest = Math.max(9, ...service.instances.slice(0, 500).map(({key}) => key.length))
  const [name = 0, state = 0, share = 0, check = 0, width = 0] = shareOut(columns - taken, [
    {least: Math.min(15, longest), most: Math.min(40, longest)},
    {least: 11, most: 15},
    {least: isWide ? 5 : 3, most: 28},
    {least: isWide ? 12 : 5, most: isWide ? 28 : 5},
    {least: isWide ? 15 : 0, most: isWide ? 60 : 0},
  ])
  const sparkWidth = usefulWidth(width)
  return [
    nameColumn(name),
    stateColumn(state),
    weightColumn,
    amountColumn,
    shareColumn(2, share + width - sparkWidth),
    ...(isWide ? [sparkColumn(2, sparkWidth, scaleOf(stage, sparkWidth, service.name))] : []),
    inFlight,
    p50Column,
    ...(isWide ? [p95Column] : []),
    p99Column,
    errorColumn,
    checkColumn(check),
  ]
}

function nameColumn(width: number): Column<InstanceRow> {
  return {
    title: 'INSTANCE',
    gap: 0,
    width,
    align: 'left',
    sort: 'name',
    cell: ({instance}, {glyphs}) => [['text', cutMiddle(shown(instance.key), width, glyphs.cut)]],
  }
}

function stateColumn(width: number): Column<InstanceRow> {
  return {
    title: 'STATE',
    gap: 1,
    width,
    align: 'left',
    sort: 'state',
    cell: ({instance}, {glyphs, snapshot}) => standingCell(instance, snapshot.at, width, glyphs),
  }
}

/** The share of the service's attempts in the last ten seconds: a bar of `width` columns (0: none) and a figure. */
function shareColumn(gap: number, width: number): Column<InstanceRow> {
  return {
    title: 'SHARE',
    gap,
    width: width + 5,
    align: width === 0 ? 'right' : 'left',
    sort: undefined,
    cell({instance}, {glyphs}) {
      const figure: Piece = [
        instance.share === undefined || instance.share === 0 ? 'faint' : 'text',
        wholePercent(instance.share).padStart(5),
      ]
      return width === 0 ? [figure] : [...bar(instance.share, width, glyphs), figure]
    },
  }
}

function checkColumn(width: number): Column<InstanceRow> {
  return {
    title: width < 10 ? 'CHECK' : 'LAST CHECK',
    gap: 2,
    width,
    align: width < 10 ? 'right' : 'left',
    sort: undefined,
    cell: ({instance}, frame) => checkPieces(instance, frame, width),
  }
}

function checkPieces(
  {lastCheck, failuresInRow}: InstanceSnapshot,
  {snapshot, glyphs}: Frame,
  width: number,
): Piece[] {
  if (lastCheck === undefined) return [['faint', '-']]
  if (width < 10) return lastCheck.passed ? [['label', millisWithUnit(lastCheck.tookMs)]] : [['bad', 'fail']]
  const ago = agoOf(lastCheck, snapshot.at)
  if (lastCheck.passed) {
    const took = millisWithUnit(lastCheck.tookMs)
    const found = shown(lastCheck.found) || 'passed'
    // How long it took says more than that it passed: the state says that too.
    const variants = [`${found} ${took}${ago}`, `${found} ${took}`, `${took}${ago}`, took]
    return [['label', variants.find(text => widthOf(text) <= width) ?? took]]
  }
  const failures = failuresInRow > 1 ? ` ${glyphs.times}${si(failuresInRow)}` : ''
  return [
    ['bad', `${shown(lastCheck.reason) || 'failed'}${failures}`],
    ['label', ago],
  ]
}

/** Only in whole minutes: an age that ticks each second would redraw an idle screen for ever. */
function agoOf(check: CheckResult, now: number): string {
  const passed = now - check.at
  return passed >= 60_000 ? `, ${age(passed)} ago` : ''
}
