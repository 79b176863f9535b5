/** Colours by role: the screens say what a piece of text is, a theme says how that looks. */
import {
  type HeatName,
  type Palette,
  palettes,
  type Role,
  type ThemeName,
  type Tone,
  type ToneName,
} from './palettes.ts'

/** `role` paints a piece of text, `selected` a whole line that is already painted. */
export interface Theme {
  role(role: Role, text: string): string
  selected(line: string): string
}

/** How many bits of colour a terminal has, as `tty.WriteStream.getColorDepth` says; 1: none. */
export type ColourDepth = 1 | 4 | 8 | 24

/** Of this terminal; the least that is likely where it does not say. */
export function colourDepth(stdout: NodeJS.WriteStream): ColourDepth {
  const bits = stdout.getColorDepth?.() ?? 4
  return bits >= 24 ? 24 : bits >= 8 ? 8 : bits >= 4 ? 4 : 1
}

const CLOSE_COLOUR = '\x1b[39m'
const CLOSE_WEIGHT = '\x1b[22m'

/** Without colours bold, dim and inverse stay: the selection and the weight of things must not vanish (NO_COLOR). */
export function theme(terminal: ColourDepth, name: ThemeName = 'dark'): Theme {
  const depth = name === 'none' ? 1 : terminal
  const {tones, heat, band} = palettes[name]
  const opening = new Map<Role, readonly [open: string, close: string]>()
  for (const name of Object.keys(tones) as ToneName[]) {
    const open = opened(tones[name], depth)
    const close = open === '' ? '' : depth === 1 ? CLOSE_WEIGHT : CLOSE_COLOUR
    opening.set(name, [open, close])
    opening.set(
      `${name}.strong`,
      depth === 1 ? ['\x1b[1m', CLOSE_WEIGHT] : [`\x1b[1m${open}`, close + CLOSE_WEIGHT],
    )
  }
  for (const name of Object.keys(heat) as HeatName[]) opening.set(name, filled(heat[name], depth))
  return {
    role(role, text) {
      const [open, close] = opening.get(role) ?? ['', '']
      return open === '' || text === '' ? text : open + text + close
    },
    selected: depth === 1 || depth === 4 ? inverse : banded(depth, band),
  }
}

/** Paints nothing: for tests and for measuring. */
export const plain: Theme = {role: (_role, text) => text, selected: line => line}

function opened(tone: Tone, depth: ColourDepth): string {
  const [hex, indexed, basic, mono] = tone
  if (depth === 1) return mono === 0 ? '' : `\x1b[${mono}m`
  if (hex === undefined) return ''
  if (depth === 4) return `\x1b[${basic}m`
  return depth === 8 ? `\x1b[38;5;${indexed}m` : `\x1b[38;2;${channels(hex)}m`
}

/** Sixteen colours have no ramp for a background: there the shades do the work. */
function filled(tone: Tone, depth: ColourDepth): readonly [open: string, close: string] {
  const fore = opened(tone, depth)
  if (depth === 1) return [fore, fore === '' ? '' : CLOSE_WEIGHT]
  if (depth === 4) return [fore, CLOSE_COLOUR]
  return [fore + fore.replace('[38', '[48'), '\x1b[39;49m']
}

function channels(hex: string): string {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join(';')
}

/** The sixteen colours hold no quiet background. */
function inverse(line: string): string {
  return `\x1b[7m${line}\x1b[27m`
}

/** A band sets its own foreground too: on a light terminal the usual one would be dark on dark. */
function banded(
  depth: 8 | 24,
  [back, fore, backIndexed, foreIndexed]: Palette['band'],
): (line: string) => string {
  const background = depth === 24 ? `\x1b[48;2;${channels(back)}m` : `\x1b[48;5;${backIndexed}m`
  const foreground = depth === 24 ? `\x1b[38;2;${channels(fore)}m` : `\x1b[38;5;${foreIndexed}m`
  return line => `${background}${foreground}${line.replaceAll(CLOSE_COLOUR, foreground)}\x1b[39;49m`
}
