/** A table: a plan of columns for a width, its header, its lines. */
import type {Frame} from './frame.ts'
import {lineOf} from './frame.ts'
import {type Align, fitPieces, type Piece, painted} from './text.ts'
import type {ListView, SortKey} from './view.ts'

export interface Column<Row> {
  readonly title: string
  /** blank columns before it */
  readonly gap: number
  readonly width: number
  readonly align: Align
  /** undefined: cannot be sorted by */
  readonly sort: SortKey | undefined
  /** at most `width` columns; longer is cut */
  cell(row: Row, frame: Frame): readonly Piece[]
}

/** Numeric columns sort from high to low at first, the others from low to high. */
function arrow(list: ListView, align: Align, frame: Frame): string {
  const falls = (align === 'right') !== list.reversed
  return falls ? frame.glyphs.unfolded : frame.glyphs.ascending
}

const MARGIN = 3

export function tableHeader<Row>(columns: readonly Column<Row>[], list: ListView, frame: Frame): string {
  const pieces: Piece[] = [['text', ' '.repeat(MARGIN)]]
  for (const column of columns) {
    const isSorted = column.sort !== undefined && column.sort === list.sort
    const title = isSorted ? `${column.title}${arrow(list, column.align, frame)}` : column.title
    pieces.push(['text', ' '.repeat(column.gap)])
    pieces.push(...fitPieces([[isSorted ? 'accent' : 'label', title]], column.width, column.align, ''))
  }
  return lineOf(frame, pieces)
}

/** `lead` fills the three columns before the first cell; the first is for the bar of the selection. */
export function tableLine<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  fold: string,
  isSelected: boolean,
  frame: Frame,
): string {
  const {glyphs, theme} = frame
  const pieces: Piece[] = [
    isSelected ? ['accent', glyphs.bar] : ['text', ' '],
    ['label', fold],
    ['text', ' '],
  ]
  for (const column of columns) {
    pieces.push(['text', ' '.repeat(column.gap)])
    pieces.push(...fitPieces(column.cell(row, frame), column.width, column.align, glyphs.cut))
  }
  const line = painted(fitPieces(pieces, frame.columns, 'left', glyphs.cut), theme)
  return isSelected ? theme.selected(line) : line
}

/** A width between its limits that takes its part of what is left. */
export interface Elastic {
  readonly least: number
  readonly most: number
}

/** Shares `total` out: everyone gets the least, then each in turn one more until its most or until nothing is left. */
export function shareOut(total: number, wants: readonly Elastic[]): number[] {
  const widths = wants.map(want => want.least)
  let left = total - widths.reduce((sum, width) => sum + width, 0)
  let grew = true
  while (left > 0 && grew) {
    grew = false
    for (const [index, want] of wants.entries()) {
      const width = widths[index] ?? 0
      if (left === 0 || width >= want.most) continue
      widths[index] = width + 1
      left--
      grew = true
    }
  }
  return widths
}
