/** A terminal in memory as a picture: the cells of `@xterm/headless` as the runs that the dashboard's own writer draws. */
import type {IBufferCell, Terminal} from '@xterm/headless'
import {indexedColour, mixedColour, type Run, svgColours, svgOfRuns} from '../../source/dashboard/svg.ts'

export function svgOf(terminal: Terminal): string {
  return svgOfRuns(
    Array.from({length: terminal.rows}, (_, row) => runsOf(terminal, row)),
    terminal.cols,
  )
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
    if (joins && last.column + last.columns === column)
      runs[runs.length - 1] = {...last, text: last.text + text, columns: last.columns + cell.getWidth()}
    else runs.push({column, columns: cell.getWidth(), text, ...look})
  }
  return runs
}

function lookOf(cell: IBufferCell): Pick<Run, 'fill' | 'back' | 'isBold'> {
  const fore = cell.isFgDefault() ? svgColours.foreground : colour(cell.getFgColor(), cell.isFgRGB())
  const back = cell.isBgDefault() ? svgColours.background : colour(cell.getBgColor(), cell.isBgRGB())
  const isInverse = cell.isInverse() !== 0
  const tone = cell.isDim() === 0 ? fore : mixedColour(fore, back)
  return {fill: isInverse ? back : tone, back: isInverse ? tone : back, isBold: cell.isBold() !== 0}
}

function colour(value: number, isRgb: boolean): string {
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : indexedColour(value)
}
