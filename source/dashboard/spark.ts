/** Sparklines, bars and a small graph: numbers as heights and lengths. */
import type {Glyphs} from './glyphs.ts'
import type {Piece} from './text.ts'

/** From this width on a spark has a column for each second, and shows as many seconds as it has columns. */
const ONE_SECOND_EACH = 40

/** Seconds that one column of a spark stands for. */
export function secondsAColumn(width: number): number {
  return width >= ONE_SECOND_EACH ? 1 : Math.max(1, Math.ceil(60 / Math.max(1, width)))
}

/** The widest spark of at most `width` columns whose columns are all of use: 8, 10, 12, 15, 20, 30, then 40 to 60. */
export function usefulWidth(width: number): number {
  if (width >= ONE_SECOND_EACH) return Math.min(60, width)
  return Math.min(width, Math.ceil(60 / secondsAColumn(width)))
}

/**
 * The latest values in `width` columns or fewer, oldest first: means over `secondsAColumn`. Columns start at whole
 * multiples of that by the clock, so that an old column keeps its height while time goes by.
 */
export function columnsOf(history: readonly number[], at: number, width: number): number[] {
  const seconds = secondsAColumn(width)
  const last = Number.isFinite(at) ? Math.floor(at / 1000) - 1 : history.length - 1
  const sums: number[] = []
  const counts: number[] = []
  const newest = Math.floor(last / seconds)
  for (let back = 0; back < history.length; back++) {
    const column = newest - Math.floor((last - back) / seconds)
    if (column >= width) break
    const value = history[history.length - 1 - back] ?? 0
    sums[column] = (sums[column] ?? 0) + (Number.isFinite(value) && value > 0 ? value : 0)
    counts[column] = (counts[column] ?? 0) + 1
  }
  return sums.map((sum, column) => sum / (counts[column] ?? 1)).reverse()
}

/** The highest of what `columnsOf` gives, without making it: thousands of rows may have a part in a scale. */
export function highestColumn(history: readonly number[], at: number, width: number): number {
  const seconds = secondsAColumn(width)
  const last = Number.isFinite(at) ? Math.floor(at / 1000) - 1 : history.length - 1
  const oldest = Math.floor(last / seconds) - width
  let highest = 0
  let column = Number.NaN
  let sum = 0
  let count = 0
  for (let back = 0; back < history.length; back++) {
    const its = Math.floor((last - back) / seconds)
    if (its <= oldest) break
    if (its !== column) {
      sum = 0
      count = 0
      column = its
    }
    const value = history[history.length - 1 - back] ?? 0
    sum += Number.isFinite(value) && value > 0 ? value : 0
    count++
    // The mean of a column is told by its last second only.
    const isWhole = back === history.length - 1 || Math.floor((last - back - 1) / seconds) !== its
    if (isWhole && sum / count > highest) highest = sum / count
  }
  return highest
}

/** A spark in exactly `width` columns; nothing happened: a faint base line, not yet born: blank. */
export function spark(values: readonly number[], width: number, highest: number, glyphs: Glyphs): Piece[] {
  const pieces: Piece[] = []
  const missing = width - values.length
  if (missing > 0) pieces.push(['text', ' '.repeat(missing)])
  let run = ''
  let isZeroRun = false
  const lowest = glyphs.levels[0] ?? ' '
  for (const value of values.slice(-width)) {
    const isZero = !(value > 0)
    if (run !== '' && isZero !== isZeroRun) {
      pieces.push([isZeroRun ? 'faint' : 'spark', run])
      run = ''
    }
    isZeroRun = isZero
    run += isZero ? lowest : (glyphs.levels[level(value, highest, glyphs.levels.length)] ?? lowest)
  }
  if (run !== '') pieces.push([isZeroRun ? 'faint' : 'spark', run])
  return pieces
}

function level(value: number, highest: number, count: number): number {
  if (!(highest > 0)) return 0
  return Math.max(0, Math.min(count - 1, Math.ceil((value / highest) * count) - 1))
}

/** A horizontal bar of exactly `width` columns in steps of half a column; a share that is not zero shows at least half a one. */
export function bar(
  share: number | undefined,
  width: number,
  glyphs: Glyphs,
  role: Piece[0] = 'spark',
): Piece[] {
  const part = share === undefined || !(share > 0) ? 0 : Math.min(1, share)
  const halves = part === 0 ? 0 : Math.max(1, Math.round(part * width * 2))
  const whole = glyphs.whole.repeat(halves >> 1)
  const filled = halves % 2 === 1 ? whole + glyphs.half : whole
  return [
    [role, filled],
    ['faint', glyphs.track.repeat(width - filled.length)],
  ]
}

/** A graph of `rows` lines, highest first, one column a value; each line is exactly `values.length` columns. */
export function graph(values: readonly number[], rows: number, highest: number, glyphs: Glyphs): Piece[] {
  const steps = glyphs.levels.length + 1
  const heights = values.map(value =>
    value > 0 && highest > 0 ? Math.max(1, Math.round((value / highest) * rows * steps)) : 0,
  )
  return Array.from({length: rows}, (_, line): Piece => {
    const floor = (rows - 1 - line) * steps
    const cells = heights.map(height => {
      const over = height - floor
      if (over <= 0) return floor === 0 ? (glyphs.levels[0] ?? ' ') : ' '
      return over >= steps ? glyphs.block : (glyphs.levels[over - 1] ?? glyphs.block)
    })
    return ['spark', cells.join('')]
  })
}
