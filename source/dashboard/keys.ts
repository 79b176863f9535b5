/** Names of keys out of what Ink reports: several presses may come as one text, and do when a key is held or the line is slow. */
import type {Key} from 'ink'
import {graphemesOf} from './text.ts'

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[]

/** Each key pressed, in order: `j`, `G`, `up`, `enter`, `ctrl+c`, … With Alt: none, no key here uses it. */
export function keysOf(input: string, key: Key): string[] {
  if (key.eventType === 'release') return []
  const name = named.find(([flag]) => key[flag])?.[1]
  if (name !== undefined) return [name]
  if (key.meta || key.super || key.hyper) return []
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input.toLowerCase()}`]
  return graphemesOf(input)
    .map(keyOfText)
    .filter(name => name !== '')
}

function keyOfText(text: string): string {
  if (text === '\r' || text === '\n' || text === '\r\n') return 'enter'
  if (text === '\t') return 'tab'
  if (text === '\x7f' || text === '\b') return 'backspace'
  if (text === '\x1b') return 'esc'
  const code = text.charCodeAt(0)
  return code > 0 && code < 0x20 ? `ctrl+${String.fromCharCode(code + 0x60)}` : text
}
