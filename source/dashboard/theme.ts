/** Colours by role: the screens say what a piece of text is, a theme says how that looks. */

/** [24-bit colour, entry of the 256-colour palette, SGR code of the 16 colours, SGR code without colours] */
type Tone = readonly [hex: string | undefined, indexed: number, basic: number, mono: number]

const BOLD = 1
const DIM = 2
const NONE = 0

/** Text keeps the terminal's own foreground, so that a light terminal stays readable. */
const tones = {
  text: [undefined, NONE, NONE, NONE],
  label: ['#747a93', 103, 90, DIM],
  faint: ['#474d66', 239, 90, DIM],
  accent: ['#7aa2f7', 111, 94, BOLD],
  good: ['#7fae62', 107, 32, NONE],
  warn: ['#e0af68', 179, 33, NONE],
  bad: ['#f7768e', 204, 91, BOLD],
  spark: ['#56719f', 67, 34, DIM],
} as const satisfies Record<string, Tone>

type ToneName = keyof typeof tones
type Tones = Readonly<Record<ToneName, Tone>>

/** Few to many: a cell is filled with its colour, and holds a shade for those who see no colours, or copy it. */
const heat = {
  heat1: ['#232b40', 235, 34, DIM],
  heat2: ['#31446b', 24, 34, NONE],
  heat3: ['#4768a3', 67, 94, NONE],
  heat4: ['#7aa2f7', 111, 96, NONE],
  heat5: ['#d3e2ff', 189, 97, BOLD],
} as const satisfies Record<string, Tone>

type HeatName = keyof typeof heat
type Heat = Readonly<Record<HeatName, Tone>>

interface Palette {
  readonly tones: Tones
  readonly heat: Heat
  /** of the selected line */
  readonly band: readonly [back: string, fore: string, backIndexed: number, foreIndexed: number]
}

const dark: Palette = {tones, heat, band: ['#242a3d', '#d5d8e5', 236, 253]}

const palettes = {
  dark,
  light: {
    tones: {
      text: tones.text,
      label: ['#636a85', 60, 90, DIM],
      faint: ['#a9aec4', 146, 37, DIM],
      accent: ['#2b59c3', 26, 34, BOLD],
      good: ['#3b7a1e', 28, 32, NONE],
      warn: ['#946000', 94, 33, NONE],
      bad: ['#c02a47', 161, 31, BOLD],
      spark: ['#6c8cc9', 68, 34, DIM],
    },
    heat: {
      heat1: ['#dfe7f7', 189, 34, DIM],
      heat2: ['#b9cbef', 153, 34, NONE],
      heat3: ['#84a3de', 110, 34, NONE],
      heat4: ['#456dc4', 26, 34, NONE],
      heat5: ['#16357f', 18, 34, BOLD],
    },
    band: ['#dde4f5', '#1b2030', 189, 234],
  },
  // The colours of Okabe and Ito, which those who do not tell red from green tell apart.
  'colour-blind safe': {
    tones: {
      ...tones,
      good: ['#56b4e9', 74, 36, NONE],
      warn: ['#f0e442', 227, 93, NONE],
      bad: ['#e8803a', 208, 91, BOLD],
    },
    heat: {
      heat1: ['#2b1d3f', 53, 35, DIM],
      heat2: ['#5b2a6b', 54, 35, NONE],
      heat3: ['#a33b66', 131, 35, NONE],
      heat4: ['#e8803a', 208, 33, NONE],
      heat5: ['#f9e79f', 229, 93, BOLD],
    },
    band: dark.band,
  },
  none: dark,
} as const satisfies Record<string, Palette>

export type ThemeName = keyof typeof palettes
export const themeNames = Object.keys(palettes) as readonly ThemeName[]
/** `strong` is the same tone in bold: names of services, their numbers, what must not be missed. */
export type Role = ToneName | `${ToneName}.strong` | HeatName

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
  if (depth === 1) return mono === NONE ? '' : `\x1b[${mono}m`
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
