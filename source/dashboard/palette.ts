/** The palette: what is typed, and the commands that fit it, over the upper part of the screen. */
import {type Frame, lineOf, rule, shown} from './frame.ts'
import {keySign} from './glyphs.ts'
import {type PaletteCommand, paletteCommands} from './palette-commands.ts'
import type {PaletteView} from './requests-view.ts'
import {cut, cutMiddle, fit, fitPieces, graphemesOf, type Piece, painted} from './text.ts'

/** The title of the screen stays, and as much of its end as the commands leave. */
export function withPalette(frame: Frame, lines: readonly string[]): string[] {
  const {palette} = frame.view
  if (palette === undefined) return [...lines]
  const commands = paletteCommands(frame.view, frame, palette.text)
  const room = Math.max(1, Math.min(14, lines.length - 4))
  const index = Math.min(palette.index, Math.max(0, commands.length - 1))
  const top = Math.max(0, index - room + 1)
  const rows = commands
    .slice(top, top + room)
    .map((command, row) => commandLine(frame, command, top + row === index))
  if (commands.length === 0) rows.push(lineOf(frame, [['label', '   no command holds all these words']]))
  const more = commands.length > room ? `${index + 1} of ${commands.length}` : ''
  const over = [
    lineOf(frame, rule(frame, 'all commands', frame.columns, more)),
    inputLine(frame, palette),
    ...rows,
    lineOf(frame, rule(frame, 'enter runs it', frame.columns)),
  ]
  const first = lines.slice(0, 1)
  return [...first, ...over, ...lines.slice(first.length + over.length)].slice(0, lines.length)
}

function inputLine(frame: Frame, {text, cursor}: PaletteView): string {
  const parts = graphemesOf(text)
  return lineOf(frame, [
    ['accent.strong', ' : '],
    ['text.strong', shown(parts.slice(0, cursor).join(''))],
    ['accent.strong', frame.glyphs.cursor],
    ['text.strong', shown(parts.slice(cursor).join(''))],
  ])
}

function commandLine(frame: Frame, command: PaletteCommand, isChosen: boolean): string {
  const {columns, glyphs, theme} = frame
  const width = Math.min(44, Math.max(20, Math.floor(columns * 0.45)))
  const sign = columns < 60 ? 0 : 6
  const note = Math.max(0, columns - 3 - width - 1 - sign - 1)
  const loud = command.note.startsWith('!') || command.isRefused
  const pieces: Piece[] = [
    isChosen ? ['accent', glyphs.bar] : ['text', ' '],
    ['text', '  '],
    [
      command.isRefused ? 'label' : isChosen ? 'accent.strong' : 'text',
      // Commands that begin alike differ at their ends.
      fit(cutMiddle(keySign(command.text, glyphs), width, glyphs.cut), width, 'left', glyphs.cut),
    ],
    [
      loud ? 'warn' : 'label',
      ` ${fit(cut(keySign(command.note, glyphs), note, glyphs.cut), note, 'left', '')}`,
    ],
    ['accent', sign === 0 ? '' : keySign(command.sign, glyphs).padStart(sign)],
  ]
  const line = painted(fitPieces(pieces, columns, 'left', glyphs.cut), theme)
  return isChosen ? theme.selected(line) : line
}
