/** Where the time of a request went, as a bar of thin lines: connecting, waiting, body, pauses, and how it ended. */
import type {RequestView} from '../control/requests.ts'
import {faultWords, isTimeout} from './fault-words.ts'
import type {Glyphs} from './glyphs.ts'
import {cut, type Piece} from './text.ts'

export type Stretch = 'pause' | 'connect' | 'wait' | 'body'

/** A part of the time; ms after the request's start. */
export interface Span {
  readonly is: Stretch
  readonly from: number
  readonly to: number
}

const known = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined

/** The parts of a request's time, in order. An attempt that reused its connection has no `connect`. */
export function spansOf(request: RequestView): Span[] {
  const spans: Span[] = []
  const end = known(request.duration) ?? 0
  const add = (is: Stretch, from: number, to: number) => {
    if (to > from) spans.push({is, from, to})
  }
  let at = 0
  for (const [index, attempt] of request.attempts.entries()) {
    const isLast = index === request.attempts.length - 1
    const started = Math.min(end, known(attempt.started) ?? at)
    const ended = Math.max(started, Math.min(end, isLast ? end : (known(attempt.ended) ?? end)))
    const connected = Math.max(started, Math.min(ended, known(attempt.connected) ?? ended))
    const responded = isLast ? known(request.responded) : undefined
    const body = responded === undefined ? ended : Math.max(connected, Math.min(ended, responded))
    if (index > 0) add('pause', at, started)
    add('connect', started, connected)
    add('wait', connected, body)
    add('body', body, ended)
    at = ended
  }
  return spans
}

/** The bar in exactly `width` columns; where no attempt was made, in words why. */
export function whereBar(request: RequestView, width: number, glyphs: Glyphs): Piece[] {
  const {fault, attempts, broken} = request
  if (attempts.length === 0 || attempts.every(({instance}) => instance === ''))
    return [
      [
        'label',
        cut(
          fault === undefined ? '' : fault === 'NO_INSTANCE' ? 'no inst.' : faultWords(fault),
          width,
          glyphs.cut,
        ),
      ],
    ]
  const spans = spansOf(request)
  const cells = cellsOf(
    spans.map(({from, to}) => to - from),
    width,
  )
  let drawn = ''
  for (const [index, {is}] of spans.entries()) drawn += glyphs.where[is].repeat(cells[index] ?? 0)
  if (drawn === '') drawn = glyphs.where.wait.repeat(width)
  if (fault === undefined && !broken) return [['spark', drawn]]
  const isLate = fault !== undefined && isTimeout(fault)
  return [
    ['spark', drawn.slice(0, -1)],
    [isLate ? 'warn' : 'bad', isLate ? glyphs.where.timeout : glyphs.where.broken],
  ]
}

/** Shares `width` cells out by weight; each part has at least one for as long as there are enough. */
export function cellsOf(weights: readonly number[], width: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0)) return weights.map(() => 0)
  const cells = weights.map(weight => Math.max(1, Math.round((weight / total) * width)))
  let over = cells.reduce((sum, count) => sum + count, 0) - width
  while (over !== 0) {
    const largest = cells.indexOf(Math.max(...cells))
    const count = cells[largest] ?? 0
    if (over > 0 && count === 0) break
    cells[largest] = count - Math.sign(over)
    over -= Math.sign(over)
  }
  return cells
}
