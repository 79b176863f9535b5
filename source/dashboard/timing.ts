/** The waterfall of a request: each attempt with its parts, and the pauses between, on one scale. */
import type {AttemptView, RequestView} from '../control/requests.ts'
import {faultWords} from './fault-words.ts'
import {type Block, type Frame, shown} from './frame.ts'
import {duration, tenths} from './numbers.ts'
import {cut, cutMiddle, fit, type Piece, widthOf} from './text.ts'
import type {Stretch} from './where.ts'

/** One line: when it began, how long it took, and either of them left out by undefined. */
interface Bar {
  readonly label: Piece[]
  readonly at: number | undefined
  readonly took: number | undefined
  readonly from: number
  readonly to: number
  readonly is: Stretch
  readonly note: Piece[]
}

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

function barsOf(frame: Frame, request: RequestView): Bar[] {
  const {attempts, strategy, candidates} = request
  const first = attempts[0]?.started ?? request.duration
  const bars: Bar[] = [
    {label: [['text', ' accepted']], at: 0, took: first, from: 0, to: first, is: 'pause', note: []},
  ]
  if (strategy !== undefined) {
    const ready = candidates === 0 ? 'nobody is ready' : `of ${candidates} ready`
    const label: Piece[] = [
      ['text', ' pick '],
      ['accent', strategy],
    ]
    const note: Piece[] = [[candidates === 0 ? 'bad' : 'label', ready]]
    bars.push({label, at: first, took: undefined, from: 0, to: 0, is: 'wait', note})
  }
  const skipped = request.attemptCount - attempts.length
  for (const [index, attempt] of attempts.entries()) {
    const before = attempts[index - 1]
    if (before !== undefined) bars.push(pauseBar(before, attempt))
    bars.push(...attemptBars(frame, request, attempt, index + 1 + skipped))
  }
  return bars
}

function pauseBar(before: AttemptView, next: AttemptView): Bar {
  const took = next.started - before.ended
  return {
    label: [['label', '   pause']],
    at: before.ended,
    took,
    from: before.ended,
    to: next.started,
    is: 'pause',
    note: [],
  }
}

function attemptBars(frame: Frame, request: RequestView, attempt: AttemptView, number: number): Bar[] {
  const isLast = attempt === request.attempts.at(-1)
  const {fault, started, ended, connected, uses} = attempt
  const words =
    fault === undefined ? '' : isLast && request.detail !== '' ? request.detail : faultWords(fault)
  const note: Piece[] = fault === undefined ? [] : [['bad', `${frame.glyphs.bad} ${shown(words)}`]]
  const whole: Bar = {
    label: [['text', ` ${number} ${shown(attempt.instance) || '-'}`]],
    at: started,
    took: ended - started,
    from: started,
    to: ended,
    is: 'body',
    note,
  }
  if (connected === undefined) return [whole]
  const head = isLast && request.responded !== undefined ? Math.max(connected, request.responded) : ended
  const part = (name: string, from: number, to: number, is: Stretch, text = ''): Bar => ({
    label: [['label', `   ${name}`]],
    at: undefined,
    took: to - from,
    from,
    to,
    is,
    note: text === '' ? [] : [['label', text]],
  })
  const parts = [
    part('socket', started, connected, 'connect', uses > 1 ? `reused, ${ordinal(uses)} use` : 'new'),
    part('waiting', connected, head, 'wait'),
  ]
  if (isLast && request.responded !== undefined)
    parts.push(part(request.upgraded ? 'tunnel' : 'body', head, Math.max(head, request.duration), 'body'))
  return [whole, ...parts]
}

export function ordinal(count: number): string {
  const tens = count % 100
  const end = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${end}`
}

function barLine({glyphs}: Frame, {label, bar, total}: Scale, line: Bar): Piece[] {
  const name = line.label.map(([, text]) => text).join('')
  const label1: Piece[] =
    widthOf(name) <= label
      ? [...line.label, ['text', ' '.repeat(label - widthOf(name))]]
      : [[line.label.at(-1)?.[0] ?? 'text', fit(cutMiddle(name, label, glyphs.cut), label, 'left', '')]]
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

/** The bar at its place and the note behind it, or before it where there is no room behind. */
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
  if (text === '' || end + space + widthOf(text) <= width || widthOf(text) >= from)
    return [
      ['text', ' '.repeat(from)],
      [role, drawn],
      [tone, text === '' ? '' : `${' '.repeat(space)}${cut(text, Math.max(0, width - end - space), mark)}`],
    ]
  const before = text
  return [
    ['text', ' '.repeat(from - 1 - widthOf(before))],
    [tone, before],
    ['text', ' '],
    [role, drawn],
  ]
}
