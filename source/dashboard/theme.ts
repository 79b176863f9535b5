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
/** `strong` is the same tone in bold: names of services, their numbers, what must not be missed. */
export type Role = ToneName | `${ToneName}.strong`

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
export function theme(depth: ColourDepth): Theme {
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
  return {
    role(role, text) {
      const [open, close] = opening.get(role) ?? ['', '']
      return open === '' || text === '' ? text : open + text + close
    },
    selected: depth === 1 || depth === 4 ? inverse : banded(depth),
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

function channels(hex: string): string {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join(';')
}

/** The sixteen colours hold no quiet background. */
function inverse(line: string): string {
  return `\x1b[7m${line}\x1b[27m`
}

/** A band sets its own foreground too: on a light terminal the usual one would be dark on dark. */
function banded(depth: 8 | 24): (line: string) => string {
  const background = depth === 24 ? `\x1b[48;2;${channels('#242a3d')}m` : '\x1b[48;5;236m'
  const foreground = depth === 24 ? `\x1b[38;2;${channels('#d5d8e5')}m` : '\x1b[38;5;253m'
  return line => `${background}${foreground}${line.replaceAll(CLOSE_COLOUR, foreground)}\x1b[39;49m`
}
