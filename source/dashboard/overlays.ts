/** The help: every key there is on the screen below it, made from the table of keys. */
import {type Block, blankLine, type Frame, lineOf, type Stage} from './frame.ts'
import {type Glyphs, keySign} from './glyphs.ts'
import {titleLine} from './header.ts'
import {type Group, groupTitles} from './key-table.ts'
import {bindingsFor, type Mode} from './keymap.ts'
import {fitPieces, type Piece} from './text.ts'
import {type Screen, screenOf} from './view.ts'

/** Which groups stand in which column; where there is no room for three columns they follow each other. */
const columnsOfGroups: readonly (readonly Group[])[] = [
  ['move', 'time'],
  ['look'],
  ['request', 'change', 'table'],
]

const COLUMN = 26

/** In three columns where there is room for them, else one after the other; how to leave stands below all. */
export function helpLines(stage: Stage, screen: Screen, glyphs: Pick<Glyphs, 'keys'>): Block {
  const block = (group: Group, inFull: boolean) => groupBlock(group, screen, stage, inFull, glyphs)
  const columns = columnsOfGroups.map(groups => groups.flatMap(group => block(group, false)))
  const leaving = block('leave', true)
  if (stage.columns < 3 * COLUMN + 1) return [...columns.flat(), ...leaving]
  const rows = Math.max(...columns.map(column => column.length))
  const width = Math.min(40, Math.floor((stage.columns - 1) / 3))
  const beside = Array.from({length: rows}, (_, row) =>
    columns.flatMap(column => fitPieces(column[row] ?? [], width, 'left', '')),
  )
  return [...beside, ...leaving]
}

/** Lines of the screen that the help has for itself. */
export function helpRoom(stage: Stage): number {
  return Math.max(1, stage.height - 3)
}

function groupBlock(
  group: Group,
  screen: Screen,
  mode: Mode,
  inFull: boolean,
  glyphs: Pick<Glyphs, 'keys'>,
): Piece[][] {
  const bindings = bindingsFor(screen, mode).filter(
    ([, binding]) => binding.group === group && binding.sign !== '',
  )
  if (bindings.length === 0) return []
  const lines = bindings.map(([, {sign, label, more}]): Piece[] => [
    ['accent', `  ${keySign(sign, glyphs).padEnd(6)}`],
    ['text', keySign(label, glyphs)],
    ['label', inFull && more !== undefined ? `, ${more}` : ''],
  ])
  return [[['label', `  ${groupTitles[group]}`]], ...lines, []]
}

export function drawHelp(frame: Frame): string[] {
  const {height, view} = frame
  const all = helpLines(frame, screenOf(view, frame.snapshot), frame.glyphs)
  const room = helpRoom(frame)
  const top = Math.max(0, Math.min(view.help?.top ?? 0, all.length - room))
  const lines = [titleLine(frame, 'help'), blankLine(frame)]
  for (const pieces of all.slice(top, top + room)) lines.push(lineOf(frame, pieces))
  while (lines.length < height - 1) lines.push(blankLine(frame))
  lines.push(lineOf(frame, helpFooter(all.length > room)))
  return lines
}

function helpFooter(scrolls: boolean): Piece[] {
  const close: Piece[] = [
    ['accent', ' esc'],
    ['label', ' close'],
  ]
  return scrolls ? [...close, ['accent', '  j k'], ['label', ' scroll']] : close
}
