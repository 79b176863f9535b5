/** On a tall screen the page of a service has room for what its requests say: the latency map, and the busiest routes. */
import type {ServiceSnapshot} from '../control/control.ts'
import {routesOf} from './aggregates.ts'
import {type Block, beside, type Frame, rule, type Stage, shown} from './frame.ts'
import {heatBlock} from './heat.ts'
import {heatBounds} from './heat-log.ts'
import {millis, si} from './numbers.ts'
import {cut, cutMiddle, fit, type Piece} from './text.ts'

/** A title, the map and its time line. */
const LINES = heatBounds.length + 2
/** Routes stand beside the map in so many columns. */
const ROUTES_WIDTH = 64

/** Only such screens ask for requests on this page. */
export function hasRequestsBelow({columns, height}: Stage): boolean {
  return height >= 40 && columns >= 80
}

export function requestsBelow(frame: Frame, service: ServiceSnapshot): Block {
  if (!hasRequestsBelow(frame)) return []
  const {columns} = frame
  const width = columns >= 120 ? columns - ROUTES_WIDTH : columns
  const map = heatBlock({...frame, columns: width}, 'latency', service.name, LINES)
  return columns >= 120 ? beside(frame, map, width, routeLines(frame, service)) : map
}

function routeLines(frame: Frame, service: ServiceSnapshot): Block {
  const {glyphs, requests, view} = frame
  const name = ROUTES_WIDTH - 3 - 8 - 3 * 7 - 1
  const lines = routesOf(frame, service.name, view.routeSort)
    .slice(0, LINES - 2)
    .map(({method, route, perSecond, p50, p99}): Piece[] => [
      ['label', `   ${fit(cut(shown(method), 7, glyphs.cut), 7, 'left', '')} `],
      ['text', fit(cutMiddle(shown(route), name, glyphs.cut), name, 'left', '')],
      ['text', si(perSecond).padStart(7)],
      ['text', millis(p50).padStart(7)],
      ['text', millis(p99).padStart(7)],
    ])
  const header: Piece[] = [['label', `   METHOD  ${fit('ROUTE', name, 'left', '')}    R/S    P50    P99`]]
  const none: Piece[] = [['label', `   ${requests.isLoaded ? 'no request is held' : 'reading the recorder'}`]]
  return [
    rule(frame, `routes, ${view.routeSort} first`, ROUTES_WIDTH),
    header,
    ...(lines.length === 0 ? [none] : lines),
  ]
}
