/** The colours of each theme, by role. */

/** [24-bit colour, entry of the 256-colour palette, SGR code of the 16 colours, SGR code without colours] */
export type Tone = readonly [hex: string | undefined, indexed: number, basic: number, mono: number]

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

export type ToneName = keyof typeof tones
type Tones = Readonly<Record<ToneName, Tone>>

/** Few to many: a cell is filled with its colour, and holds a shade for those who see no colours, or copy it. */
const heat = {
  heat1: ['#232b40', 235, 34, DIM],
  heat2: ['#31446b', 24, 34, NONE],
  heat3: ['#4768a3', 67, 94, NONE],
  heat4: ['#7aa2f7', 111, 96, NONE],
  heat5: ['#d3e2ff', 189, 97, BOLD],
} as const satisfies Record<string, Tone>

export type HeatName = keyof typeof heat
type Heat = Readonly<Record<HeatName, Tone>>

export interface Palette {
  readonly tones: Tones
  readonly heat: Heat
  /** of the selected line */
  readonly band: readonly [back: string, fore: string, backIndexed: number, foreIndexed: number]
}

const dark: Palette = {tones, heat, band: ['#242a3d', '#d5d8e5', 236, 253]}

export const palettes = {
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
