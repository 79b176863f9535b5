/** Where messages end, by a strict reader and by careless ones: they must agree on all that the proxy lets through. */

/** How a reader goes about it. */
export type Reader = 'strict' | 'lines end in LF, length first' | 'lines end anyhow, coding first'

export const readers: readonly Reader[] = [
  'strict',
  'lines end in LF, length first',
  'lines end anyhow, coding first',
]

export interface Boundaries {
  /** offset behind each whole message; interim responses count */
  readonly ends: readonly number[]
  readonly statuses: readonly number[]
  /** what follows the last whole message is the beginning of one */
  readonly partial: boolean
  readonly error: string | undefined
}

interface Framed {
  readonly bodyStart: number
  readonly length: number | 'chunked' | 'none'
  readonly status: number
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const fields = `((?:${token}:[\\t \\x21-\\x7e\\x80-\\xff]*\\r\\n)*)\\r\\n`
const strictHead = {
  request: new RegExp(`${token} [\\x21-\\x7e]+ HTTP/1\\.1\\r\\n${fields}`, 'y'),
  response: new RegExp(`HTTP/1\\.1 ([1-5]\\d\\d) [\\t \\x21-\\x7e\\x80-\\xff]*\\r\\n${fields}`, 'y'),
}

class Malformed extends Error {}

function strictly(text: string, at: number, kind: 'request' | 'response'): Framed | undefined {
  const pattern = strictHead[kind]
  pattern.lastIndex = at
  const match = pattern.exec(text)
  if (match === null) {
    if (text.indexOf('\r\n\r\n', at) === -1) return undefined
    throw new Malformed(`head ${JSON.stringify(text.slice(at, at + 200))}`)
  }
  const lines = (match.at(-1) ?? '').toLowerCase()
  const lengths = [...lines.matchAll(/^content-length:[ \t]*(.*?)[ \t]*\r$/gm)].map(
    ([, value]) => value ?? '',
  )
  const codings = [...lines.matchAll(/^transfer-encoding:[ \t]*(.*?)[ \t]*\r$/gm)].map(([, value]) => value)
  const [length] = lengths
  if (lengths.length > 1 || lengths.length + codings.length > 1) throw new Malformed('framing given twice')
  if (length !== undefined && !/^\d+$/.test(length)) throw new Malformed(`length ${length}`)
  if (codings.length > 0 && codings[0] !== 'chunked') throw new Malformed(`coding ${codings[0]}`)
  return {
    bodyStart: pattern.lastIndex,
    length: codings.length > 0 ? 'chunked' : length === undefined ? 'none' : Number(length),
    status: kind === 'response' ? Number(match[1]) : 0,
  }
}

function carelessly(text: string, at: number, reader: Reader): Framed | undefined {
  const anyhow = reader === 'lines end anyhow, coding first'
  const end = anyhow ? /\r\n\r\n|\n\n|\r\r|\n\r\n/g : /\n\r?\n/g
  end.lastIndex = at
  const match = end.exec(text)
  if (match === null) return undefined
  const lines = text.slice(at, match.index).split(anyhow ? /\r\n|\n|\r/ : /\n/)
  let length: number | undefined
  let chunked = false
  for (const line of lines.slice(1)) {
    const [, name = '', value = ''] = /^\s*([^:]*?)\s*:(.*)$/s.exec(line) ?? []
    if (name.toLowerCase() === 'content-length') length = Number.parseInt(value.trim(), 10)
    if (name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value)) chunked = true
  }
  const status = Number(/^HTTP\/\S+\s+(\d+)/.exec(lines[0] ?? '')?.[1] ?? 0)
  const coded = chunked && (anyhow || length === undefined)
  return {bodyStart: match.index + match[0].length, length: coded ? 'chunked' : (length ?? 'none'), status}
}

/** Offset behind a chunked body, or undefined while it is not whole. */
function afterChunks(text: string, start: number, strict: boolean): number | undefined {
  let at = start
  for (;;) {
    const lineFeed = text.indexOf('\n', at)
    if (lineFeed === -1) return undefined
    const line = text.slice(at, lineFeed + 1)
    if (strict && !/^[0-9A-Fa-f]+\r\n$/.test(line)) throw new Malformed(`chunk ${JSON.stringify(line)}`)
    const size = Number.parseInt(line, 16)
    if (Number.isNaN(size)) throw new Malformed(`chunk ${JSON.stringify(line)}`)
    at = lineFeed + 1
    if (size === 0) break
    at += size
    if (at + 2 > text.length) return undefined
    if (strict && !text.startsWith('\r\n', at)) throw new Malformed('end of chunk')
    at = text.indexOf('\n', at) + 1
  }
  for (;;) {
    const lineFeed = text.indexOf('\n', at)
    if (lineFeed === -1) return undefined
    const line = text.slice(at, lineFeed + 1)
    at = lineFeed + 1
    if (line === '\r\n' || (!strict && line === '\n')) return at
    if (strict && !new RegExp(`^${token}:[\\t \\x21-\\x7e\\x80-\\xff]*\\r\\n$`).test(line))
      throw new Malformed(`trailer ${JSON.stringify(line)}`)
  }
}

/** Reads all of `text`, which holds requests, or responses to requests of `method`. */
export function boundaries(
  text: string,
  kind: 'request' | 'response',
  reader: Reader,
  method: (index: number) => string = () => 'GET',
): Boundaries {
  const ends: number[] = []
  const statuses: number[] = []
  let at = 0
  let finals = 0
  try {
    while (at < text.length) {
      const head = reader === 'strict' ? strictly(text, at, kind) : carelessly(text, at, reader)
      if (head === undefined) break
      const {bodyStart, length, status} = head
      const bodiless =
        kind === 'response' && (status < 200 || status === 204 || status === 304 || method(finals) === 'HEAD')
      let end: number | undefined = bodyStart
      if (!bodiless && length === 'chunked') end = afterChunks(text, bodyStart, reader === 'strict')
      else if (!bodiless && typeof length === 'number') end = bodyStart + length
      else if (!bodiless && kind === 'response') throw new Malformed('no length')
      if (end === undefined || end > text.length) break
      if (status >= 200) finals++
      ends.push(end)
      statuses.push(status)
      at = end
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return {ends, statuses, partial: true, error: error.message}
  }
  return {ends, statuses, partial: at < text.length, error: undefined}
}
