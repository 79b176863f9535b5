/** What lies over a screen: the help, made from the keymap, and the list of strategies. */
import {strategyNames} from '../balancing/strategies.ts'
import {type Block, blankLine, type Frame, lineOf, rule, type Stage, shown} from './frame.ts'
import {type Glyphs, keySign} from './glyphs.ts'
import {titleLine} from './header.ts'
import {bindingsFor, type Group, groupTitles} from './keymap.ts'
import {fitPieces, type Piece, painted} from './text.ts'

/** Which groups stand in which column; where there is no room for three columns they follow each other. */
const columnsOfGroups: readonly (readonly Group[])[] = [['move'], ['look'], ['change', 'table']]

const COLUMN = 26

/** In three columns where there is room for them, else one after the other; how to leave stands below all. */
export function helpLines(stage: Stage, glyphs: Pick<Glyphs, 'keys'>): Block {
  const columns = columnsOfGroups.map(groups =>
    groups.flatMap(group => groupBlock(group, stage.readOnly, false, glyphs)),
  )
  const leaving = groupBlock('leave', stage.readOnly, true, glyphs)
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
  readOnly: boolean,
  inFull: boolean,
  glyphs: Pick<Glyphs, 'keys'>,
): Piece[][] {
  const bindings = bindingsFor('services', readOnly).filter(
    ([, binding]) => binding.group === group && binding.sign !== '',
  )
  if (bindings.length === 0) return []
  const lines = bindings.map(([, {sign, label, more}]): Piece[] => [
    ['accent', `  ${keySign(sign, glyphs).padEnd(5)}`],
    ['text', label],
    ['label', inFull && more !== undefined ? `, ${more}` : ''],
  ])
  return [[['label', `  ${groupTitles[group]}`]], ...lines, []]
}

export function drawHelp(frame: Frame): string[] {
  const {height, view} = frame
  const all = helpLines(frame, frame.glyphs)
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

/** The list of strategies over the lines above the footer: a part of the screen is covered, nothing moves. */
export function withChooser(frame: Frame, lines: readonly string[]): string[] {
  const {view, snapshot, theme, glyphs} = frame
  if (view.choosing === undefined) return [...lines]
  const {service: name, index} = view.choosing
  const current = snapshot.services.find(service => service.name === name)?.strategy
  const room = Math.max(1, frame.height - 3)
  const top = Math.max(0, Math.min(index - room + 1, strategyNames.length - room))
  const rows = strategyNames.slice(top, top + room).map((strategy, row) => {
    const isChosen = top + row === index
    const pieces: Piece[] = [
      isChosen ? ['accent', glyphs.bar] : ['text', ' '],
      ['text', '  '],
      [isChosen ? 'accent.strong' : 'text', strategy],
      ['label', strategy === current ? '  now' : ''],
    ]
    const line = painted(fitPieces(pieces, frame.columns, 'left', glyphs.cut), theme)
    return isChosen ? theme.selected(line) : line
  })
  const title = lineOf(frame, rule(frame, `strategy for ${shown(name)}`, frame.columns))
  return [...lines.slice(0, lines.length - rows.length - 1), title, ...rows]
}
