/** Pieces of text with a role, and lines of exactly so many columns made of them. */
import stringWidth from 'string-width'
import type {Role} from './palettes.ts'
import type {Theme} from './theme.ts'

/** A run of text and what it is. */
export type Piece = readonly [role: Role, text: string]

export type Align = 'left' | 'right'

/** ASCII and our own glyphs take one column each: the common case needs no segmenter. */
const oneColumnEach = /^[\x20-\x7e·×›…•←-↓↵↻─-◼✕]*$/

/** Columns that a terminal gives to the text. */
export function widthOf(text: string): number {
  return oneColumnEach.test(text) ? text.length : stringWidth(text)
}

export function widthOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, [, text]) => sum + widthOf(text), 0)
}

const graphemes = new Intl.Segmenter()

/** What a person takes for one character each. */
export function graphemesOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({segment}) => segment)
}

/** The longest beginning of the text that fits, with `mark` at its end where something was cut off. */
export function cut(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text
  const room = width - mark.length
  if (room < 0) return ''
  if (oneColumnEach.test(text)) return text.slice(0, room) + mark
  return leading(text, room) + mark
}

/** As `cut`, but out of the middle, so that the port of an address stays: `2001:db8…:8080`. */
export function cutMiddle(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text
  if (width < 8 || !oneColumnEach.test(text)) return cut(text, width, mark)
  const tail = Math.min(6, width >> 1)
  return text.slice(0, width - tail - mark.length) + mark + text.slice(-tail)
}

function leading(text: string, room: number): string {
  let kept = ''
  let used = 0
  for (const {segment} of graphemes.segment(text)) {
    const width = stringWidth(segment)
    if (used + width > room) break
    used += width
    kept += segment
  }
  return kept
}

/** The text in exactly `width` columns. */
export function fit(text: string, width: number, align: Align, mark: string): string {
  const kept = cut(text, width, mark)
  const blank = ' '.repeat(Math.max(0, width - widthOf(kept)))
  return align === 'left' ? kept + blank : blank + kept
}

/** The pieces in exactly `width` columns; what does not fit is cut off at the end. */
export function fitPieces(pieces: readonly Piece[], width: number, align: Align, mark: string): Piece[] {
  const spare = width - widthOfPieces(pieces)
  if (spare === 0) return [...pieces]
  if (spare > 0) {
    const blank: Piece = ['text', ' '.repeat(spare)]
    return align === 'left' ? [...pieces, blank] : [blank, ...pieces]
  }
  const kept: Piece[] = []
  let room = width
  for (const [role, text] of pieces) {
    const part = cut(text, room, mark)
    kept.push([role, part])
    room -= widthOf(part)
    if (part !== text || room === 0) break
  }
  if (room > 0) kept.push(['text', ' '.repeat(room)])
  return kept
}

export function painted(pieces: readonly Piece[], theme: Theme): string {
  let line = ''
  for (const [role, text] of pieces) line += theme.role(role, text)
  return line
}
