/** What would become of a request, over the whole screen; and the words in the palette that ask for it. */
import type {Step} from './actions.ts'
import {blankLine, type Frame, lineOf, shown} from './frame.ts'
import {titleLine} from './header.ts'
import {helpRoom} from './overlays.ts'
import type {PaletteCommand} from './palette-commands.ts'
import type {Piece} from './text.ts'
import type {View} from './view.ts'
import {wrapped} from './wrapped.ts'

/** A line that is too long goes on below, further in. */
export function explainedRows(lines: readonly string[], columns: number): readonly string[] {
  return lines.flatMap(line => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    const rows = wrapped(shown(line).trimStart(), Math.max(20, columns - indent.length - 6))
    return rows.length === 0 ? [''] : rows.map((row, index) => `${indent}${index === 0 ? '' : '    '}${row}`)
  })
}

export function drawExplained(frame: Frame, {lines, top}: {lines: readonly string[]; top: number}): string[] {
  const rows = explainedRows(lines, frame.columns)
  const room = helpRoom(frame)
  const from = Math.max(0, Math.min(top, rows.length - room))
  const drawn = [titleLine(frame, 'explain'), blankLine(frame)]
  for (const row of rows.slice(from, from + room)) drawn.push(lineOf(frame, [[roleOf(row), ` ${row}`]]))
  while (drawn.length < frame.height - 1) drawn.push(blankLine(frame))
  const scrolls: Piece[] =
    rows.length > room
      ? [
          ['accent', '  j k'],
          ['label', ' scroll'],
        ]
      : []
  drawn.push(lineOf(frame, [['accent', ' esc'], ['label', ' close'], ...scrolls]))
  return drawn
}

/** What is chosen stands out, by its sign and its tone. */
function roleOf(row: string): Piece[0] {
  if (/^ *> /.test(row)) return 'accent'
  return row.startsWith(' ') ? 'label' : 'text'
}

/** `explain GET http://host/path`, also while it is being typed. */
export function typedExplain(typed: string): PaletteCommand[] {
  const given = /^explain\s+(\S*)\s*(\S*)(?:\s+from\s+(\S+))?\s*$/i.exec(typed)
  if (given === null) return []
  const [, method = '', url = '', from = '127.0.0.1'] = given
  const isWhole = /^http:\/\/[^/]/i.test(url)
  const note = isWhole
    ? 'which service and instance, and why; sends nothing'
    : 'as in explain GET http://host/path'
  const request = {method: method.toUpperCase(), url, fields: [], from}
  const run = (view: View): Step => ({view, effect: {type: 'explain', request}})
  return [{text: typed, note, sign: '', isRefused: !isWhole, run}]
}
