/** Ranges of whole numbers as they are written. */

/** `204` or `200-299`; undefined: it is neither, or runs backwards. */
export function parseRange(text: string): readonly [from: number, to: number] | undefined {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  return from === undefined || Number(to) < Number(from) ? undefined : [Number(from), Number(to)]
}
