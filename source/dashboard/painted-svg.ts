/** Lines as they were painted for the terminal, read back as runs for a picture. */
import {
  hexColour,
  indexedColour,
  mixedColour,
  type Run,
  type SvgColours,
  svgColours,
  svgOfRuns,
} from './svg.ts'
import {widthOf} from './text.ts'

interface Look {
  fore: string
  back: string
  isBold: boolean
  isDim: boolean
  isInverse: boolean
}

/** `lines` hold text and SGR sequences, nothing else. */
export function svgOfLines(lines: readonly string[], columns: number, colours = svgColours): string {
  return svgOfRuns(
    lines.map(line => runsOf(line, colours)),
    columns,
    colours,
  )
}

function runsOf(line: string, colours: SvgColours): Run[] {
  const runs: Run[] = []
  const look = plainLook(colours)
  let column = 0
  for (const [, codes, text = ''] of line.matchAll(/(?:\x1b\[([\d;]*)m)?([^\x1b]*)/g)) {
    if (codes !== undefined) apply(look, codes, colours)
    if (text === '') continue
    const columns = widthOf(text)
    const tone = look.isDim ? mixedColour(look.fore, look.back) : look.fore
    runs.push({
      column,
      columns,
      text,
      fill: look.isInverse ? look.back : tone,
      back: look.isInverse ? tone : look.back,
      isBold: look.isBold,
    })
    column += columns
  }
  return runs
}

function plainLook({foreground, background}: SvgColours): Look {
  return {fore: foreground, back: background, isBold: false, isDim: false, isInverse: false}
}

/** The codes that a theme writes. */
function apply(look: Look, text: string, colours: SvgColours): void {
  const codes = text.split(';').map(Number)
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const isRgb = codes[at + 1] === 2
      const colour = isRgb ? hexColour(codes.slice(at + 2, at + 5)) : indexedColour(codes[at + 2] ?? 0)
      if (code === 38) look.fore = colour
      else look.back = colour
      at += isRgb ? 4 : 2
    } else if (code === 0) Object.assign(look, plainLook(colours))
    else if (code === 1) look.isBold = true
    else if (code === 2) look.isDim = true
    else if (code === 22) Object.assign(look, {isBold: false, isDim: false})
    else if (code === 7 || code === 27) look.isInverse = code === 7
    else if (code === 39) look.fore = colours.foreground
    else if (code === 49) look.back = colours.background
    else if (code >= 30 && code < 38) look.fore = indexedColour(code - 30)
    else if (code >= 90 && code < 98) look.fore = indexedColour(code - 82)
  }
}
