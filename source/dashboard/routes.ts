/** The routes of a service: how busy, how fast, how big, and how many of their requests failed. */
import type {ServiceSnapshot} from '../control/control.ts'
import type {RouteSummary} from '../requests/routes.ts'
import {routesOf} from './aggregates.ts'
import {errorPiece} from './cells.ts'
import {blankLine, type Frame, lineOf, quiet, type Stage, shown} from './frame.ts'
import {bytes, millis, si} from './numbers.ts'
import {unbrokenCount} from './request-store.ts'
import {serviceHead} from './service-head.ts'
import {type Column, left, right, tableHeader, tableLine, unsorted} from './table.ts'
import {cut, cutMiddle, type Piece} from './text.ts'

export function routeRoom(stage: Stage): number {
  return Math.max(1, stage.height - 2 - serviceHead.lines(stage))
}

export function drawRoutes(frame: Frame, service: ServiceSnapshot): string[] {
  const {view, height, requests} = frame
  const routes = routesOf(frame, service.name, view.routeSort)
  const columns = routeColumns(frame.columns)
  const order: Piece[] = [
    [
      'label',
      frame.columns < 60 ? '' : `${view.routeSort} first, of ${si(unbrokenCount(requests.counted))} held  `,
    ],
    ['accent', '< >'],
  ]
  const lines = [...serviceHead.draw(frame, service, 'routes', order), tableHeader(columns, unsorted, frame)]
  const {top, index} = view.routes
  for (const [row, route] of routes.slice(top, top + routeRoom(frame)).entries())
    lines.push(tableLine(columns, route, ' ', top + row === index, frame))
  if (routes.length === 0) {
    const words = requests.isLoaded ? 'no request of this service is held' : 'reading the recorder'
    lines.push(lineOf(frame, [['label', `   ${words}`]]))
  }
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

/** 80 is the base; 100 adds the count; under 80 bytes and P50 go. */
function routeColumns(columns: number): Column<RouteSummary>[] {
  const numbers: Column<RouteSummary>[] = [
    ...(columns >= 100 ? [right('COUNT', 1, 7, ({count}) => [quiet(si(count))])] : []),
    right('R/S', 1, 6, ({perSecond}) => [quiet(si(perSecond))]),
    ...(columns >= 80 ? [right('P50', 1, 6, ({p50}) => [quiet(millis(p50))])] : []),
    right('P99', 1, 6, ({p99}) => [quiet(millis(p99))]),
    right('ERR%', 1, 6, ({errorShare}) => [errorPiece(errorShare, false)]),
    ...(columns >= 80 ? [right('BYTES', 1, 7, ({bytes: size}) => [quiet(bytes(Math.round(size)))])] : []),
  ]
  const width = numbers.reduce((sum, column) => sum + column.width + column.gap, 0)
  const route = Math.max(4, columns - 3 - 8 - width - 1)
  return [
    left('METHOD', 0, 7, ({method}, {glyphs}) => [['text', cut(shown(method), 7, glyphs.cut)]]),
    left('ROUTE', 1, route, (row, {glyphs}) => [['text', cutMiddle(shown(row.route), route, glyphs.cut)]]),
    ...numbers,
  ]
}
