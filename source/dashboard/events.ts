/** The events: as a block below other things, and as a tab of their own. */
import type {ControlEvent, EventLevel, Snapshot} from '../control/control.ts'
import {type Block, blankLine, type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {tabLine, titleLine, totalLine} from './header.ts'
import {timeOfDay} from './numbers.ts'
import {cut, cutMiddle, fit, type Piece, widthOfPieces} from './text.ts'
import type {EventsView, View} from './view.ts'

const tones = {info: 'label', good: 'good', warning: 'warn', bad: 'bad'} as const satisfies Record<
  EventLevel,
  Piece[0]
>

interface Widths {
  readonly subject: number
  readonly text: number
  readonly cause: number
}

/** Time, level, subject, text, cause; the cause goes below 80 columns, the subject below 60. */
function widths(columns: number): Widths {
  const cause = columns >= 80 ? 12 : 0
  const subject = columns >= 120 ? 32 : columns >= 96 ? 26 : columns >= 80 ? 22 : columns >= 60 ? 18 : 0
  const gaps = (cause > 0 ? 1 : 0) + (subject > 0 ? 1 : 0)
  return {subject, cause, text: Math.max(0, columns - 14 - subject - cause - gaps)}
}

function eventPieces(event: ControlEvent, frame: Frame): Piece[] {
  const {glyphs, columns, snapshot} = frame
  const {subject, text, cause} = widths(columns)
  const pieces: Piece[] = [
    ['label', ` ${timeOfDay(event.at, snapshot.at).padEnd(8)} `],
    [tones[event.level], `${glyphs[event.level]} `],
  ]
  if (subject > 0)
    pieces.push([
      'text',
      `${fit(cutMiddle(shown(event.subject), subject, glyphs.cut), subject, 'left', glyphs.cut)} `,
    ])
  const isLoud = event.level === 'bad' || event.level === 'warning'
  pieces.push([isLoud ? tones[event.level] : 'text', fit(shown(event.text), text, 'left', glyphs.cut)])
  if (cause > 0) pieces.push(['label', ` ${fit(shown(event.cause), cause, 'right', glyphs.cut)}`])
  return pieces
}

/** The latest `lines` of the events given oldest first, newest on top. */
export function eventBlock(frame: Frame, events: readonly ControlEvent[], lines: number): Block {
  if (lines <= 0) return []
  return events
    .slice(-lines)
    .reverse()
    .map(event => eventPieces(event, frame))
}

/** A rule and two lines at the bottom of the tab for the whole text of the selected event. */
const WHOLE_LINES = 3

function wholeLines(stage: Stage): number {
  return stage.height >= 16 ? WHOLE_LINES : 0
}

/** Rows of the tab's list. */
export function eventRoom(stage: Stage): number {
  return Math.max(1, stage.height - 4 - (stage.height >= 12 ? 1 : 0) - wholeLines(stage))
}

function wholeEvent(frame: Frame, event: ControlEvent | undefined): string[] {
  if (event === undefined) return []
  const {columns, snapshot, glyphs} = frame
  const title = `${timeOfDay(event.at, snapshot.at)} ${shown(event.subject)}`
  const text = shown(event.text)
  const first = cut(text, columns - 2, '')
  const second = cut(text.slice(first.length), columns - 2, glyphs.cut)
  return [
    lineOf(frame, rule(frame, title, columns, shown(event.cause))),
    lineOf(frame, [['text', ` ${first}`]]),
    lineOf(frame, [['text', ` ${second}`]]),
  ]
}

/** Newest first: index 0 is the newest. */
export function selectedEvent(view: View, snapshot: Snapshot): number {
  const {events} = snapshot
  const {selected} = view.events
  if (selected === undefined) return 0
  const at = events.findLastIndex(event => event.id <= selected)
  return at < 0 ? Math.max(0, events.length - 1) : events.length - 1 - at
}

/** The window moved so that the selected event is in it; new events do not move it while something is selected. */
export function settledEvents(view: View, stage: Stage): EventsView {
  const {events} = view
  if (events.selected === undefined) return events.top === 0 ? events : {...events, top: 0}
  const index = selectedEvent(view, stage.snapshot)
  const room = eventRoom(stage)
  const highest = Math.max(0, stage.snapshot.events.length - room)
  const top = Math.min(highest, Math.max(Math.min(events.top, index), index - room + 1))
  return top === events.top ? events : {...events, top}
}

export function drawEvents(frame: Frame): string[] {
  const {snapshot, view, height, theme, glyphs} = frame
  const lines = [titleLine(frame, undefined)]
  if (height >= 12) lines.push(totalLine(frame))
  lines.push(tabLine(frame, following(frame)), eventHeader(frame))
  const newest = snapshot.events.length - 1
  const selected = selectedEvent(view, snapshot)
  for (let row = 0; row < eventRoom(frame); row++) {
    const index = view.events.top + row
    const event = snapshot.events[newest - index]
    if (event === undefined) break
    const isSelected = index === selected
    const [, ...rest] = lineParts(eventPieces(event, frame))
    const line = lineOf(frame, [isSelected ? ['accent', glyphs.bar] : ['text', ' '], ...rest])
    lines.push(isSelected ? theme.selected(line) : line)
  }
  if (snapshot.events.length === 0) lines.push(lineOf(frame, [['label', ' nothing happened yet']]))
  const whole = wholeLines(frame) > 0 ? wholeEvent(frame, snapshot.events[newest - selected]) : []
  while (lines.length < height - 1 - whole.length) lines.push(blankLine(frame))
  return [...lines, ...whole]
}

/** The first column apart from the rest, so that the bar of the selection can stand there. */
function lineParts([first, ...rest]: Piece[]): Piece[] {
  return first === undefined ? [] : [['text', ' '], [first[0], first[1].slice(1)], ...rest]
}

function following({view, snapshot, columns}: Frame): Piece[] {
  const {selected, seen} = view.events
  const order = columns < 60 ? '' : 'newest first'
  if (selected === undefined) return [['label', order === '' ? 'following' : `${order}, following`]]
  const fresh = snapshot.events.filter(event => event.id > seen).length
  return [
    ['accent', fresh === 0 ? '' : `+${fresh} new  `],
    ['label', order],
  ]
}

function eventHeader(frame: Frame): string {
  const {subject, text, cause} = widths(frame.columns)
  const pieces: Piece[] = [['label', ' TIME       ']]
  if (subject > 0) pieces.push(['label', `${fit('SUBJECT', subject, 'left', '')} `])
  pieces.push(['label', fit('WHAT', text, 'left', '')])
  if (cause > 0) pieces.push(['label', ` ${fit('CAUSE', cause, 'right', '')}`])
  return widthOfPieces(pieces) > 0 ? lineOf(frame, pieces) : blankLine(frame)
}
