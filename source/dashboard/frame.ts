/** What a screen is drawn from, and the few shapes of line that all screens share. Lines are exactly as wide as the screen. */
import type {Snapshot} from '../control/control.ts'
import {printable} from '../printable.ts'
import type {Compared} from './config-tab.ts'
import type {Glyphs} from './glyphs.ts'
import type {Policy} from './policy.ts'
import type {HeldRequests} from './request-store.ts'
import type {Ranking} from './rows.ts'
import {cut, fitPieces, type Piece, painted, widthOf, widthOfPieces} from './text.ts'
import type {Theme} from './theme.ts'
import type {View} from './view.ts'

/** Where the view stands: what an action may look at. */
export interface Stage {
  /** the one on screen: the latest, or the one that stands still */
  readonly snapshot: Snapshot
  readonly latest: Snapshot
  /** older ones, one for every ten seconds, oldest first */
  readonly kept: readonly Snapshot[]
  readonly ranking: Ranking
  readonly requests: HeldRequests
  /** how the configuration's file compares; undefined: not asked yet */
  readonly compared: Compared | undefined
  /** the settings of a service that were asked for last */
  readonly policy: Policy | undefined
  readonly columns: number
  readonly height: number
  /** commands that change something do not exist */
  readonly readOnly: boolean
  /** the proxy is another process, and stays when the dashboard goes */
  readonly attached: boolean
}

export interface Frame extends Stage {
  readonly view: View
  readonly theme: Theme
  readonly glyphs: Glyphs
}

/** A section of a screen before it is painted; each line fits in some width or is cut to it. */
export type Block = readonly (readonly Piece[])[]

/** Text that came from a configuration or the network, safe to draw. */
export function shown(text: string): string {
  const safe = printable(text, 500)
  return joining.test(safe) ? safe.replaceAll(joiningAll, spelt) : safe
}

/**
 * Letters that form one sign with whatever follows them (UAX #29, Prepend): with our own blank behind them a cell
 * would be narrower than it is measured to be.
 */
const joining = /[\u0d4e\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u
const joiningAll = new RegExp(joining, 'gu')

function spelt(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** The line, cut or filled to the width of the screen. */
export function lineOf(frame: Frame, pieces: readonly Piece[]): string {
  const drawable = withSigns(pieces, frame.glyphs)
  return painted(fitPieces(drawable, frame.columns, 'left', frame.glyphs.cut), frame.theme)
}

function withSigns(pieces: readonly Piece[], {inTexts}: Glyphs): readonly Piece[] {
  if (inTexts['→'] === undefined) return pieces
  return pieces.map(([role, text]) => [role, text.replace(/[^\x00-\x7f]/g, sign => inTexts[sign] ?? sign)])
}

export function blankLine(frame: Frame): string {
  return ' '.repeat(frame.columns)
}

/** One part at the left margin and one at the right; where both do not fit, the left is cut. */
export function spread(frame: Frame, left: readonly Piece[], right: readonly Piece[]): string {
  const room = Math.max(0, frame.columns - 2)
  const rightWidth = widthOfPieces(right)
  const gap = rightWidth === 0 ? 0 : 1
  if (rightWidth + gap > room) return lineOf(frame, [['text', ' '], ...right])
  const start = fitPieces(left, room - rightWidth - gap, 'left', frame.glyphs.cut)
  return lineOf(frame, [['text', ' '], ...start, ['text', ' '.repeat(gap)], ...right, ['text', ' ']])
}

/** The first of several ways to say it, longest first, that leaves room for `right`; else the last. */
export function firstFitting(
  frame: Frame,
  variants: readonly (readonly Piece[])[],
  right: readonly Piece[],
): readonly Piece[] {
  const room = frame.columns - 3 - widthOfPieces(right)
  return variants.find(pieces => widthOfPieces(pieces) <= room) ?? variants.at(-1) ?? []
}

/** `── title ─────── right ──` in exactly `width` columns, margins included. */
export function rule(frame: Frame, title: string, width: number, right = ''): Piece[] {
  const {glyphs} = frame
  const room = Math.max(0, width - 2)
  const end =
    right === '' || widthOf(title) + widthOf(right) + 12 > room ? '' : ` ${right} ${glyphs.rule.repeat(2)}`
  const name = cut(title, Math.max(0, room - 6 - widthOf(end)), glyphs.cut)
  const start = `${glyphs.rule.repeat(2)} ${name} `
  const fill = glyphs.rule.repeat(Math.max(0, room - widthOf(start) - widthOf(end)))
  return [
    ['text', ' '],
    ['faint', glyphs.rule.repeat(2)],
    ['label', ` ${name} `],
    ['faint', fill],
    ['label', end === '' ? '' : ` ${right} `],
    ['faint', end === '' ? '' : glyphs.rule.repeat(2)],
    ['text', ' '],
  ]
}

/** All of the lines, or the first of them and how many there are beyond, in at most `most` lines. */
export function atMost(lines: Block, most: number): Block {
  if (lines.length <= most) return lines
  const kept = lines.slice(0, Math.max(0, most - 1))
  return [...kept, [['label', `   and ${lines.length - kept.length} more`]]]
}

/** Two blocks side by side, the left one `leftWidth` columns wide. */
export function beside(frame: Frame, left: Block, leftWidth: number, right: Block): Piece[][] {
  const rows = Math.max(left.length, right.length)
  return Array.from({length: rows}, (_, row) => [
    ...fitPieces(left[row] ?? [], leftWidth, 'left', frame.glyphs.cut),
    ...fitPieces(right[row] ?? [], frame.columns - leftWidth, 'left', frame.glyphs.cut),
  ])
}

/** A count, fainter when it is zero. */
export function quiet(text: string, role: Piece[0] = 'text'): Piece {
  return [/^(0|0\.00|0B|-|)$/.test(text.trim()) ? 'faint' : role, text]
}
