/** Numbers that look random and are the same on every machine for the same seed, so that what was found can be replayed. */

/** gives a whole number in [0, below) */
export type Random = (below: number) => number

/** mulberry32: small, fast, and good enough to pick places and bytes. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** In [0, 1), as Math.random gives them. */
export function seededFractions(seed: number): () => number {
  const draw = seededRandom(seed)
  return () => draw(2 ** 32) / 2 ** 32
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random(items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
