/** The route of a target: its path with :id, :uuid and :hash where a segment only names one thing. Pure, and cached. */

/** Paths come from clients, so the cache must not grow with them: full, it starts anew. */
const MAX_CACHED = 8192
/** A segment as long as this names nothing that anybody wrote down. */
const MAX_SEGMENT = 512

const integer = /^-?\d+$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const hexadecimal = /^[0-9a-f]{16,}$/i
/** Crockford's base 32 as ULIDs have it. */
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
/** A token looks like one only with all three sorts of character: `a-long-title-of-2026` is none. */
const token = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_-]{20,}(?:={1,2}|(?:%3D){1,2})?$/
const extension = /^(.+)(\.[A-Za-z][A-Za-z0-9]{0,4})$/

const SLASH = 47
const ZERO = 48
const NINE = 57
const MIN_HASH = 16

const cache = new Map<string, string>()

/** The path of any form of target, without query and fragment; `*` and an authority stay as they are. */
export function pathOf(target: string): string {
  let path = target
  if (!path.startsWith('/')) {
    const scheme = path.indexOf('://')
    if (scheme === -1) return path
    const slash = path.indexOf('/', scheme + 3)
    path = slash === -1 ? '/' : path.slice(slash)
  }
  const end = path.search(/[?#]/)
  return end === -1 ? path : path.slice(0, end)
}

/** Written by hand, because it is done for every request that is looked at: two slices, and nothing for a plain path. */
export function routeOf(target: string): string {
  const path = pathOf(target)
  if (path.charCodeAt(0) !== SLASH) return path
  let route = ''
  let kept = 0
  let start = 1
  let digits = false
  for (let at = 1; at <= path.length; at++) {
    const code = at === path.length ? SLASH : path.charCodeAt(at)
    if (code >= ZERO && code <= NINE) digits = true
    if (code !== SLASH) continue
    // A digit, or too long for a word: only then there may be something to replace.
    if (digits || at - start >= MIN_HASH) {
      const segment = path.slice(start, at)
      const name = nameOf(segment)
      if (name !== segment) {
        route += path.slice(kept, start) + name
        kept = at
      }
    }
    start = at + 1
    digits = false
  }
  return kept === 0 ? path : route + path.slice(kept)
}

/** What a segment is called: cached, because the same ones come again and again. */
function nameOf(segment: string): string {
  // Numbers are too many to keep, and quickly told.
  if (integer.test(segment)) return ':id'
  const known = cache.get(segment)
  if (known !== undefined) return known
  const name = normalised(segment)
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(segment, name)
  return name
}

function normalised(segment: string): string {
  const whole = placeholder(segment)
  if (whole !== undefined) return whole
  const [, stem = '', end = ''] = extension.exec(segment.slice(0, MAX_SEGMENT)) ?? []
  const named = stem === '' ? undefined : placeholder(stem)
  return named === undefined ? segment : named + end
}

function placeholder(segment: string): string | undefined {
  if (segment.length > MAX_SEGMENT) return ':hash'
  if (integer.test(segment)) return ':id'
  if (uuid.test(segment)) return ':uuid'
  if (hexadecimal.test(segment) || ulid.test(segment) || token.test(segment)) return ':hash'
  return undefined
}
