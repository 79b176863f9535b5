/** The lines of two texts as one list: same, only in the one, only in the other. Pure, and bounded in what it costs. */
import type {DiffLine} from './diff.ts'

/** The table of the longest common subsequence has so many cells at most; beyond that, all between is said to differ. */
const MAX_CELLS = 1_000_000

export function changedLines(one: readonly string[], other: readonly string[]): readonly DiffLine[] {
  let start = 0
  while (start < one.length && start < other.length && one[start] === other[start]) start++
  let end = 0
  while (
    end < one.length - start &&
    end < other.length - start &&
    one[one.length - 1 - end] === other[other.length - 1 - end]
  )
    end++
  const same = (text: string): DiffLine => ({is: 'same', text})
  return [
    ...one.slice(0, start).map(same),
    ...between(one.slice(start, one.length - end), other.slice(start, other.length - end)),
    ...one.slice(one.length - end).map(same),
  ]
}

function between(one: readonly string[], other: readonly string[]): readonly DiffLine[] {
  const width = other.length + 1
  const lines: DiffLine[] = []
  let at = 0
  let otherAt = 0
  if (one.length * other.length > 0 && one.length * other.length <= MAX_CELLS) {
    const common = commonLengths(one, other)
    const cell = (row: number, column: number) => common[row * width + column] ?? 0
    while (at < one.length && otherAt < other.length) {
      if (one[at] === other[otherAt]) {
        lines.push({is: 'same', text: one[at++] ?? ''})
        otherAt++
      } else if (cell(at + 1, otherAt) >= cell(at, otherAt + 1))
        lines.push({is: 'one', text: one[at++] ?? ''})
      else lines.push({is: 'other', text: other[otherAt++] ?? ''})
    }
  }
  while (at < one.length) lines.push({is: 'one', text: one[at++] ?? ''})
  while (otherAt < other.length) lines.push({is: 'other', text: other[otherAt++] ?? ''})
  return lines
}

/** How many lines the rests from each pair of places on have in common. */
function commonLengths(one: readonly string[], other: readonly string[]): Uint32Array {
  const width = other.length + 1
  const table = new Uint32Array((one.length + 1) * width)
  for (let row = one.length - 1; row >= 0; row--) {
    for (let column = other.length - 1; column >= 0; column--) {
      const next = (row + 1) * width + column
      table[row * width + column] =
        one[row] === other[column]
          ? (table[next + 1] ?? 0) + 1
          : Math.max(table[next] ?? 0, table[row * width + column + 1] ?? 0)
    }
  }
  return table
}
