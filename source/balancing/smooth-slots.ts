/**
 * Weights as a sequence of slots: each instance as often as its weight says, spread as evenly as can be, as by nginx's
 * smooth weighted round robin, but made once, in linear time, so that any number of workers can walk through it together.
 */

/** Weights are whole when multiplied by this: a slow start goes in steps of 5 %. */
const UNITS = 20
/** Longer sequences are not made: weights that would need them are rounded to what fits. */
const MOST_SLOTS = 2 ** 20

/**
 * Places in `weights`, all of them above 0, each as often in a cycle as its share. Those of equal weight are a class: the
 * classes take turns by their weight together, and within a class it goes strictly in turn.
 */
export function smoothSlots(weights: readonly number[]): Uint32Array {
  const shares = wholeShares(weights)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const classes = new Map<number, number[]>()
  shares.forEach((share, place) => {
    const members = classes.get(share)
    if (members === undefined) classes.set(share, [place])
    else members.push(place)
  })
  // Heaviest first: of two that fall on the same place, the one that is due more often goes first.
  const ordered = [...classes]
    .sort(([one], [other]) => other - one)
    .map(([share, members]) => ({share, members}))
  const next = firstPlaces(ordered, total)
  const slots = new Uint32Array(total)
  for (const {share, members} of ordered) {
    const count = share * members.length
    for (let turn = 0; turn < count; turn++) {
      const due = dueOf(turn, count, total)
      const slot = next[due] ?? 0
      next[due] = slot + 1
      slots[slot] = members[turn % members.length] ?? 0
    }
  }
  return slots
}

/** The k-th of `count` equal parts of the cycle has its middle here (Webster's method, as in apportioning seats). */
function dueOf(turn: number, count: number, total: number): number {
  return Math.floor(((2 * turn + 1) * total) / (2 * count))
}

/** A counting sort: where in the sequence the first of those that are due at each place stands. */
function firstPlaces(
  classes: readonly {readonly share: number; readonly members: readonly number[]}[],
  total: number,
): Uint32Array {
  const places = new Uint32Array(total + 1)
  for (const {share, members} of classes) {
    const count = share * members.length
    for (let turn = 0; turn < count; turn++) {
      const after = dueOf(turn, count, total) + 1
      places[after] = (places[after] ?? 0) + 1
    }
  }
  for (let at = 1; at <= total; at++) places[at] = (places[at] ?? 0) + (places[at - 1] ?? 0)
  return places
}

/** The smallest whole numbers in the same proportion, or as near to it as the longest sequence allows. */
function wholeShares(weights: readonly number[]): number[] {
  const units = weights.map(weight => Math.max(1, Math.round(weight * UNITS)))
  const divisor = units.reduce(greatestCommonDivisor)
  const sum = units.reduce((total, unit) => total + unit, 0)
  const scale = Math.max(divisor, sum / Math.max(MOST_SLOTS, 4 * weights.length))
  return units.map(unit => Math.max(1, Math.round(unit / scale)))
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other)
}
