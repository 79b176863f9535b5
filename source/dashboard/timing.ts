/** The waterfall of a request: each attempt with its parts, and the pauses between, on one scale. */
import type {RequestView} from '../control/requests.ts'
import type {Block, Frame} from './frame.ts'
import {duration, tenths} from './numbers.ts'
import {cut, cutMiddle, fit, type Piece, widthOf} from './text.ts'
import {type Bar, barsOf} from './timing-bars.ts'

interface Scale {
  readonly label: number
  readonly bar: number
  readonly total: number
}

/** The header, the waterfall, the total. */
export function timingLines(frame: Frame, request: RequestView): Block {
  const label = frame.columns >= 72 ? 23 : frame.columns >= 56 ? 19 : 15
  const total = Number.isFinite(request.duration) && request.duration > 0 ? request.duration : 0
  const scale: Scale = {label, bar: Math.max(8, frame.columns - label - 18), total}
  return [
    axis(scale),
    ...barsOf(frame, request).map(bar => barLine(frame, scale, bar)),
    barLine(frame, scale, {
      label: [['text.strong', ' total']],
      at: undefined,
      took: total,
      from: 0,
      to: 0,
      is: 'wait',
      note: [],
    }),
  ]
}

function axis({label, bar, total}: Scale): Piece[] {
  const half = duration(total / 2)
  const end = duration(total)
  const middle = Math.max(1, Math.floor(bar / 2) - 3)
  const left = bar < 24 || total === 0 ? '0ms'.padEnd(bar - end.length) : `${'0ms'.padEnd(middle)}${half}`
  return [['label', `${' '.repeat(label)}     AT   TOOK  ${left.padEnd(bar - end.length)}${end}`]]
}

function barLine({glyphs}: Frame, {label, bar, total}: Scale, line: Bar): Piece[] {
  const name = line.label.map(([, text]) => text).join('')
  const label1: Piece[] =
    widthOf(name) <= label
      ? [...line.label, ['text', ' '.repeat(label - widthOf(name))]]
      : [[line.label.at(-1)?.[0] ?? 'text', fit(cutMiddle(name, label, glyphs.cut), label, 'left', '')]]
  if (line.isWide === true) {
    const [[tone, text] = ['label', ''] as const] = line.note
    return [...label1, ['text', '    '], [tone, cut(text, bar + 12, glyphs.cut)]]
  }
  const cell = (at: number) => (total > 0 ? Math.max(0, Math.min(bar, Math.round((at / total) * bar))) : 0)
  const from = Math.min(bar - 1, cell(line.from))
  const length = Math.min(bar - from, Math.max(line.to > line.from ? 1 : 0, cell(line.to) - from))
  const drawn =
    length === 0
      ? line.took === undefined || line.to === 0
        ? ''
        : glyphs.cursor
      : glyphs.where[line.is].repeat(length)
  const role: Piece[0] = line.is === 'pause' ? 'label' : 'spark'
  return [
    ...label1,
    ['label', tenths(line.at).padStart(7)],
    ['text', `${tenths(line.took).padStart(7)}  `],
    ...placed(drawn, role, from, line.note, bar, glyphs.cut),
  ]
}

/** The bar at its place and the note behind it, or before it, or over its end: the first of these that has room. */
function placed(
  drawn: string,
  role: Piece[0],
  from: number,
  note: readonly Piece[],
  width: number,
  mark: string,
): Piece[] {
  const text = note[0]?.[1] ?? ''
  const tone = note[0]?.[0] ?? 'label'
  const end = from + widthOf(drawn)
  const space = widthOf(drawn) === 0 ? 0 : 1
  const isBehind = text === '' || end + space + widthOf(text) <= width
  const over = end - from - widthOf(text) - 1
  if (!isBehind && widthOf(text) >= from && over > 0)
    return [
      ['text', ' '.repeat(from)],
      [role, cut(drawn, over, '')],
      [tone, ` ${text}`],
    ]
  if (isBehind || widthOf(text) >= from)
    return [
      ['text', ' '.repeat(from)],
      [role, drawn],
      [tone, text === '' ? '' : `${' '.repeat(space)}${cut(text, Math.max(0, width - end - space), mark)}`],
    ]
  return [
    ['text', ' '.repeat(from - 1 - widthOf(text))],
    [tone, text],
    ['text', ' '],
    [role, drawn],
  ]
}
