/** The keys while the palette is open. */
import {act, type Step} from './actions.ts'
import {withMessage} from './changes.ts'
import {typed} from './filter-keys.ts'
import type {Stage} from './frame.ts'
import {type PaletteCommand, paletteCommands} from './palette-commands.ts'
import type {PaletteView} from './requests-view.ts'
import {graphemesOf} from './text.ts'
import type {View} from './view.ts'

export function inPalette(view: View, palette: PaletteView, key: string, stage: Stage): Step {
  const commands = paletteCommands(view, stage, palette.text)
  const index = Math.min(palette.index, Math.max(0, commands.length - 1))
  const chosen = commands[index]
  const at = (to: number): Step => ({
    view: {...view, palette: {...palette, index: Math.max(0, Math.min(commands.length - 1, to))}},
  })
  switch (key) {
    case 'esc':
      return {view: {...view, palette: undefined}}
    case 'enter':
      return chosen === undefined ? {view} : run({...view, palette: undefined}, stage, chosen)
    case 'up':
    case 'ctrl+p':
      return at(index - 1)
    case 'down':
    case 'ctrl+n':
      return at(index + 1)
    case 'pageup':
      return at(index - 10)
    case 'pagedown':
      return at(index + 10)
    case 'tab': {
      const text = chosen?.text ?? palette.text
      return {view: {...view, palette: {...palette, text, cursor: graphemesOf(text).length, index: 0}}}
    }
    default:
      return {view: {...view, palette: {...palette, ...typed(palette, key), index: 0}}}
  }
}

function run(view: View, stage: Stage, {run: what, isRefused, note}: PaletteCommand): Step {
  if (isRefused) return {view: withMessage(view, stage, note, true)}
  return typeof what === 'string' ? act(what, view, stage, '') : what(view, stage)
}
