/** The path of a request target as path rules see it: in every way in which a server behind the proxy may read it. */

/** Nothing but these makes a path that can be read in more than one way, or that has to be decoded. */
const special = /%|;|\/\/|\/\.{1,2}(?:\/|$)/

/** The path without the query. `target` is in origin-form or `*` (RFC 9112 §3.2). */
export function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

/**
 * The path percent-decoded, as latin1 octets, in each of the ways in which servers differ; most paths have just one.
 * The first is that of RFC 3986 §6.2.2: decoded but for slashes, dot segments removed. The others: dot segments left as
 * they are; an encoded slash or backslash taken for a slash; slashes in a row taken for one; parameters (`;x=y`) of a
 * segment left out. Whoever decides by path has to look at all of them, or a client can choose what it means.
 */
export function readingsOf(target: string): readonly string[] {
  const path = pathOf(target)
  if (!special.test(path)) return [path]
  const hasSlashes = /%(?:2f|5c)/i.test(path)
  const hasParameters = /;|%3b/i.test(path)
  const hasEmpty = hasSlashes || hasParameters || path.includes('//')
  const hasDots = /\.|%2e/i.test(path)
  const readings = new Set<string>()
  for (const slashes of hasSlashes ? [false, true] : [false])
    for (const parameters of hasParameters ? [true, false] : [true])
      for (const empty of hasEmpty ? [true, false] : [true])
        for (const dots of hasDots ? [false, true] : [false])
          readings.add(readingOf(path, {slashes, parameters, empty, dots}))
  return [...readings]
}

interface Manner {
  /** an encoded slash or backslash separates segments */
  readonly slashes: boolean
  /** parameters belong to the name of their segment */
  readonly parameters: boolean
  /** empty segments count */
  readonly empty: boolean
  /** dot segments stay */
  readonly dots: boolean
}

function readingOf(path: string, manner: Manner): string {
  const decoded = decodedOctets(path, manner.slashes)
  const segments = decoded.split('/')
  const kept: string[] = []
  // A path begins with a slash: what stands before it is no segment.
  for (const [index, segment] of segments.slice(1).entries()) {
    const name = manner.parameters ? segment : (segment.split(';', 1)[0] ?? '')
    const isLast = index === segments.length - 2
    if (!manner.dots && (name === '.' || name === '..')) {
      if (name === '..') kept.pop()
      if (isLast) kept.push('')
    } else if (name !== '' || manner.empty || isLast) kept.push(name)
  }
  return `/${kept.join('/')}`
}

/** Once, not again: `%2561` stands for `%61`. What is no percent-encoding is left as it is. */
function decodedOctets(path: string, slashes: boolean): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (encoded, hex: string) => {
    const octet = Number.parseInt(hex, 16)
    if (octet === 0x2f || octet === 0x5c) return slashes ? '/' : encoded
    return String.fromCharCode(octet)
  })
}

/** Whether `path` lies at or below `prefix`, by whole segments: `/api` has `/api` and `/api/x` below it, not `/apix`. */
export function isBelow(path: string, prefix: string): boolean {
  if (prefix === '/') return true
  if (!path.startsWith(prefix)) return false
  return path.length === prefix.length || path.charCodeAt(prefix.length) === 47 /* / */
}
