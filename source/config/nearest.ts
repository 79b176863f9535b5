/** The name that a misspelt word was probably meant to be. */

/** Nobody misspells a key of ours into more than this; it also bounds the work for a hostile file. */
const LONGEST = 64

/**
 * The name nearest to `word`, or undefined when none is near: a third of the letters may differ. Case and
 * the separators `-` and `_` do not count, so `lb_policy` finds `lbPolicy`.
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined
  const wanted = folded(word)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(wanted, folded(name))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

function folded(text: string): string {
  return text.toLowerCase().replace(/[-_\s]/g, '')
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({length: to.length + 1}, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let least = Math.min(
        cell(last, column) + 1,
        cell(current, column - 1) + 1,
        cell(last, column - 1) + (same ? 0 : 1),
      )
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) least = Math.min(least, cell(beforeLast, column - 2) + 1)
      current.push(least)
    }
    beforeLast = last
    last = current
  }
  return cell(last, to.length)
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
