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

type Cell<Row> = Column<Row>['cell']

/** A column of words, which cannot be sorted by. */
export function left<Row>(title: string, gap: number, width: number, cell: Cell<Row>): Column<Row> {
  return {title, gap, width, align: 'left', sort: undefined, cell}
}

/** A column of numbers, which cannot be sorted by. */
export function right<Row>(title: string, gap: number, width: number, cell: Cell<Row>): Column<Row> {
  return {title, gap, width, align: 'right', sort: undefined, cell}
}

type Order = Pick<ListView, 'sort' | 'reversed'>

/** Of a table that stands in the order it was given in. */
export const unsorted: Order = {sort: undefined, reversed: false}

/** Numeric columns sort from high to low at first, the others from low to high. */
function arrow(order: Order, align: Align, frame: Frame): string {
  const falls = (align === 'right') !== order.reversed
  return falls ? frame.glyphs.unfolded : frame.glyphs.ascending
}

const MARGIN = 3

export function tableHeader<Row>(columns: readonly Column<Row>[], order: Order, frame: Frame): string {
  const pieces: Piece[] = [['text', ' '.repeat(MARGIN)]]
  for (const column of columns) {
    const isSorted = column.sort !== undefined && column.sort === order.sort
    const title = isSorted ? `${column.title}${arrow(order, column.align, frame)}` : column.title
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
