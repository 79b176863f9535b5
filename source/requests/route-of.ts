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

export function routeOf(target: string): string {
  const path = pathOf(target)
  const known = cache.get(path)
  if (known !== undefined) return known
  const route = path.startsWith('/') ? path.split('/').map(normalised).join('/') : path
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(path, route)
  return route
}

function normalised(segment: string): string {
  // Letters alone, and few of them, are a word.
  if (segment.length === 0 || (segment.length < 16 && !/\d/.test(segment))) return segment
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
