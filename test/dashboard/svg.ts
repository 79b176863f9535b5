/** A screen in memory as a picture: SVG from the cells of `@xterm/headless`, one run of equal cells a text. */
import type {IBufferCell, Terminal} from '@xterm/headless'

const CELL = {width: 8.43, height: 19, size: 14, baseline: 14}
const MARGIN = 18
const PALETTE = {background: '#17181f', foreground: '#c8cbd9'}

/** xterm's sixteen colours, in the tones of the dark theme. */
const SIXTEEN =
  '#17181f #d9667a #7fae62 #c9995a #56719f #a58bd0 #5f9fb5 #c8cbd9 #474d66 #f7768e #9ccf7a #e0af68 #7aa2f7 #bb9af7 #7dcfff #ffffff'.split(
    ' ',
  )

interface Run {
  column: number
  columns: number
  text: string
  fill: string
  back: string
  isBold: boolean
}

/** The whole screen with a margin, in a window with round corners. */
export function svgOf(terminal: Terminal): string {
  const width = terminal.cols * CELL.width + 2 * MARGIN
  const height = terminal.rows * CELL.height + 2 * MARGIN
  const rows = Array.from({length: terminal.rows}, (_, row) =>
    runsOf(terminal, row)
      .map(run => drawn(run, row))
      .join(''),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" viewBox="0 0 ${width.toFixed(0)} ${height}">`,
    `<rect width="100%" height="100%" rx="10" fill="${PALETTE.background}"/>`,
    `<g font-family="DejaVu Sans Mono, monospace" font-size="${CELL.size}" xml:space="preserve">`,
    ...rows,
    '</g></svg>',
  ].join('\n')
}

function runsOf(terminal: Terminal, row: number): Run[] {
  const {active} = terminal.buffer
  const line = active.getLine(active.baseY + row)
  const runs: Run[] = []
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line?.getCell(column)
    if (cell === undefined || cell.getWidth() === 0) continue
    const look = lookOf(cell)
    const last = runs.at(-1)
    const text = cell.getChars() || ' '
    const joins =
      last !== undefined && last.fill === look.fill && last.back === look.back && last.isBold === look.isBold
    if (joins && last.column + last.columns === column) {
      last.text += text
      last.columns += cell.getWidth()
    } else runs.push({column, columns: cell.getWidth(), text, ...look})
  }
  return runs
}

function lookOf(cell: IBufferCell): Pick<Run, 'fill' | 'back' | 'isBold'> {
  const fore = cell.isFgDefault() ? PALETTE.foreground : colour(cell.getFgColor(), cell.isFgRGB())
  const back = cell.isBgDefault() ? PALETTE.background : colour(cell.getBgColor(), cell.isBgRGB())
  const isInverse = cell.isInverse() !== 0
  const tone = cell.isDim() === 0 ? fore : mixed(fore, back)
  return {fill: isInverse ? back : tone, back: isInverse ? fore : back, isBold: cell.isBold() !== 0}
}

function colour(value: number, isRgb: boolean): string {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`
  const basic = SIXTEEN[value]
  if (basic !== undefined) return basic
  const grey = 8 + (value - 232) * 10
  if (value >= 232) return hex([grey, grey, grey])
  const step = (part: number) => (part === 0 ? 0 : 55 + part * 40)
  const index = value - 16
  return hex([step(Math.floor(index / 36)), step(Math.floor(index / 6) % 6), step(index % 6)])
}

function hex(channels: readonly number[]): string {
  return `#${channels.map(each => each.toString(16).padStart(2, '0')).join('')}`
}

function mixed(a: string, b: string): string {
  const part = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16)
  return hex([1, 3, 5].map(at => Math.round((part(a, at) + part(b, at)) / 2)))
}

/** `textLength` holds each run to its columns, whatever the font's own widths are. */
function drawn({column, columns, text, fill, back, isBold}: Run, row: number): string {
  const x = MARGIN + column * CELL.width
  const y = MARGIN + row * CELL.height
  const width = columns * CELL.width
  const band =
    back === PALETTE.background
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
