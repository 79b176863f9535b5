/** A screen as a picture: SVG from runs of equal cells, one text a run. */

const CELL = {width: 8.43, height: 19, size: 14, baseline: 14}
const MARGIN = 18

/** What the terminal's own colours are taken to be. */
export const svgColours: SvgColours = {background: '#17181f', foreground: '#c8cbd9'}

/** The same of a light one. */
export const lightSvgColours: SvgColours = {background: '#fbfbfd', foreground: '#22263a'}

export interface SvgColours {
  readonly background: string
  readonly foreground: string
}

/** Neighbouring cells of one line that look the same. */
export interface Run {
  readonly column: number
  readonly columns: number
  readonly text: string
  readonly fill: string
  readonly back: string
  readonly isBold: boolean
}

/** xterm's sixteen colours, in the tones of the dark theme. */
const SIXTEEN =
  '#17181f #d9667a #7fae62 #c9995a #56719f #a58bd0 #5f9fb5 #c8cbd9 #474d66 #f7768e #9ccf7a #e0af68 #7aa2f7 #bb9af7 #7dcfff #ffffff'.split(
    ' ',
  )

/** The whole screen with a margin, in a window with round corners. */
export function svgOfRuns(
  rows: readonly (readonly Run[])[],
  columns: number,
  {background}: SvgColours = svgColours,
): string {
  const width = (columns * CELL.width + 2 * MARGIN).toFixed(0)
  const height = rows.length * CELL.height + 2 * MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="10" fill="${background}"/>`,
    `<g font-family="DejaVu Sans Mono, monospace" font-size="${CELL.size}" xml:space="preserve">`,
    ...rows.map((runs, row) => runs.map(run => drawn(run, row, background)).join('')),
    '</g></svg>',
  ].join('\n')
}

/** An entry of the 256-colour palette. */
export function indexedColour(value: number): string {
  const basic = SIXTEEN[value]
  if (basic !== undefined) return basic
  const grey = 8 + (value - 232) * 10
  if (value >= 232) return hexColour([grey, grey, grey])
  const step = (part: number) => (part === 0 ? 0 : 55 + part * 40)
  const index = value - 16
  return hexColour([step(Math.floor(index / 36)), step(Math.floor(index / 6) % 6), step(index % 6)])
}

export function hexColour(channels: readonly number[]): string {
  return `#${channels.map(each => each.toString(16).padStart(2, '0')).join('')}`
}

/** Halfway between two colours: what dim text looks like. */
export function mixedColour(a: string, b: string): string {
  const part = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16)
  return hexColour([1, 3, 5].map(at => Math.round((part(a, at) + part(b, at)) / 2)))
}

/** `textLength` holds each run to its columns, whatever the font's own widths are. */
function drawn({column, columns, text, fill, back, isBold}: Run, row: number, background: string): string {
  const x = MARGIN + column * CELL.width
  const y = MARGIN + row * CELL.height
  const width = columns * CELL.width
  const band =
    back === background
      ? ''
      : `<rect x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${CELL.height}" fill="${back}"/>`
  if (text.trim() === '') return band
  const weight = isBold ? ' font-weight="bold"' : ''
  const length = `textLength="${width.toFixed(2)}" lengthAdjust="spacingAndGlyphs"`
  return `${band}<text x="${x.toFixed(2)}" y="${y + CELL.baseline}" ${length} fill="${fill}"${weight}>${escaped(text)}</text>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00a0')
}
