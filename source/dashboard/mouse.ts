/** The mouse: off unless asked for, because a terminal that reports it does not select text any more. */
import type {Stage} from './frame.ts'
import {moved} from './moves.ts'
import {overviewPlan} from './overview.ts'
import {requestPlan} from './request-list.ts'
import {serviceHead} from './service-head.ts'
import {keyedOn, listOf, rowsOf} from './stage.ts'
import {screenOf, type View} from './view.ts'

/** Buttons and the wheel, with coordinates as decimal numbers (SGR). */
export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h'
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l'

export interface MouseEvent {
  readonly is: 'click' | 'up' | 'down'
  /** from 0 */
  readonly column: number
  readonly row: number
}

/** Every press of the left button and every turn of the wheel in what the terminal sent. */
export function mouseEvents(text: string): MouseEvent[] {
  const events: MouseEvent[] = []
  for (const [, button, column, row, end] of text.matchAll(/\x1b\[<(\d{1,3});(\d{1,5});(\d{1,5})([Mm])/g)) {
    const code = Number(button) & ~28 // shift, meta and control do not matter
    const is = code === 64 ? 'up' : code === 65 ? 'down' : code === 0 && end === 'M' ? 'click' : undefined
    if (is !== undefined) events.push({is, column: Number(column) - 1, row: Number(row) - 1})
  }
  return events
}

const WHEEL_ROWS = 3

/** The wheel moves the selection, a click puts it on a row. */
export function moused(view: View, stage: Stage, event: MouseEvent): View {
  if (event.is !== 'click') return moved(view, stage, event.is === 'up' ? -WHEEL_ROWS : WHEEL_ROWS)
  const list = placeOfList(view, stage)
  if (list === undefined || event.column >= list.columns) return view
  const row = event.row - list.from
  if (row < 0 || row >= list.rows || list.top + row >= list.count) return view
  return moved(view, stage, list.top + row - list.index)
}

interface ListPlace {
  /** the line of the screen with its first row */
  readonly from: number
  readonly rows: number
  readonly columns: number
  readonly top: number
  readonly index: number
  readonly count: number
}

function placeOfList(view: View, stage: Stage): ListPlace | undefined {
  const {columns, height} = stage
  const screen = screenOf(view, stage.snapshot)
  const head = height >= 12 ? 4 : 3
  switch (screen) {
    case 'services': {
      const count = rowsOf(view, stage).length
      const {top, index} = view.overview
      return {from: head, rows: overviewPlan(stage, Math.max(1, count)).rows, columns, top, index, count}
    }
    case 'service': {
      const {top, index} = listOf(view, stage)
      const count = rowsOf(view, stage).length
      return {from: serviceHead.lines(stage) + 1, rows: count, columns, top, index, count}
    }
    case 'requests': {
      const plan = requestPlan(view, stage)
      const {top, index} = view.requests
      const from = 3 + (plan.hasTabs ? 1 : 0) + plan.inFlight
      const count = stage.requests.shown.length
      return {from, rows: plan.rows, columns: columns - plan.side, top, index, count}
    }
    case 'errors':
    case 'routes':
    case 'policy': {
      const keyed = keyedOn(view, stage)
      const from = screen === 'errors' ? head : serviceHead.lines(stage) + 1
      return keyed && {from, rows: keyed.room, columns, ...view[screen], count: keyed.keys.length}
    }
    case 'events':
    case 'config':
    case 'latency':
    case 'inspector':
      return undefined
  }
}
