/** The header fields of a message: found, checked octet by octet and classified in one pass over the text. */
import {COLON, CR, FIELD_VALUE, flags, isBlank, LF, TOKEN} from './characters.ts'
import {MalformedMessage} from './malformed.ts'

/** The fields that framing, routing or forwarding must know; all others are OTHER and pass untouched. */
export const Field = {
  OTHER: 0,
  HOST: 1,
  CONNECTION: 2,
  CONTENT_LENGTH: 3,
  TRANSFER_ENCODING: 4,
  UPGRADE: 5,
  EXPECT: 6,
  TE: 7,
  VIA: 8,
  KEEP_ALIVE: 9,
  PROXY_CONNECTION: 10,
  PROXY_AUTHORIZATION: 11,
  PROXY_AUTHENTICATE: 12,
  PROXY: 13,
  TRAILER: 14,
  FORWARDED: 15,
  X_FORWARDED_FOR: 16,
  X_FORWARDED_PROTO: 17,
  X_FORWARDED_HOST: 18,
  X_REAL_IP: 19,
  MAX_FORWARDS: 20,
  DATE: 21,
  ACCEPT: 22,
  X_REQUEST_ID: 23,
  TRACEPARENT: 24,
  TRACESTATE: 25,
  /** X-Forwarded-Port, -Prefix, -Ssl and whatever else is called so */
  X_FORWARDED_OTHER: 26,
} as const

export type FieldKind = (typeof Field)[keyof typeof Field]

const knownNames: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries(Field)
    .filter(([, kind]) => kind !== Field.OTHER)
    .map(([name, kind]) => [name.toLowerCase().replaceAll('_', '-'), kind]),
)

/** Known names by length and first letter, so that nearly every other name is dismissed by one look. */
const longestKnown = Math.max(...[...knownNames.keys()].map(name => name.length))
const candidates: Array<ReadonlyArray<readonly [string, FieldKind]>> = []
for (const [name, kind] of knownNames) {
  const key = (name.length << 8) | name.charCodeAt(0)
  candidates[key] = [...(candidates[key] ?? []), [name, kind]]
}
for (let key = 0; key < candidates.length; key++) candidates[key] ??= []

const LOWER_X = 0x78
const FORWARDED_PREFIX = 'x-forwarded-'

/** Which field the token text[start..end) names, without regard to case (RFC 9110 §5.1). */
function fieldKind(text: string, start: number, end: number): FieldKind {
  const length = end - start
  const first = text.charCodeAt(start) | 0x20
  if (length <= longestKnown) {
    const found = candidates[(length << 8) | first]
    if (found !== undefined && found.length > 0)
      for (const [name, kind] of found) if (equalsIgnoringCase(text, start, end, name)) return kind
  }
  if (first !== LOWER_X || length <= FORWARDED_PREFIX.length) return Field.OTHER
  return equalsIgnoringCase(text, start, start + FORWARDED_PREFIX.length, FORWARDED_PREFIX)
    ? Field.X_FORWARDED_OTHER
    : Field.OTHER
}

/** `lower` must be lower case letters, digits and `-`, and the text a token: then `| 0x20` folds nothing wrongly. */
function equalsIgnoringCase(text: string, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false
  for (let at = 0; at < lower.length; at++) {
    if ((text.charCodeAt(start + at) | 0x20) !== lower.charCodeAt(at)) return false
  }
  return true
}

/** How many numbers a field takes in `FieldSpans.spans`. */
export const SPAN = 5

/**
 * Where the fields of one header section lie in its text: for each field its kind, where its line and its name
 * start, where the name ends, and where the value (without the white space around it) starts and ends.
 * The line of field n ends where that of n + 1 starts. One object is used for message after message.
 */
export class FieldSpans {
  text = ''
  count = 0
  /** a bit for each kind that occurs: most passes over the fields find that they need not be made */
  present = 0
  /** kind, name start (= line start), name end, value start, value end */
  readonly spans: number[] = []
  /** where the empty line that closes the section starts */
  end = 0

  has(kind: FieldKind): boolean {
    return (this.present & (1 << kind)) !== 0
  }

  kind(index: number): FieldKind {
    return (this.spans[index * SPAN] ?? 0) as FieldKind
  }

  lineStart(index: number): number {
    return index === this.count ? this.end : (this.spans[index * SPAN + 1] ?? 0)
  }

  name(index: number): string {
    return this.text.slice(this.spans[index * SPAN + 1], this.spans[index * SPAN + 2])
  }

  value(index: number): string {
    return this.text.slice(this.spans[index * SPAN + 3], this.spans[index * SPAN + 4])
  }
}

/**
 * Reads the field lines of `text` from `start` to the empty line that ends the section (RFC 9112 §5).
 * Refuses what two parsers may read in two ways: folding, white space before a colon, control octets, bare LF.
 * @throws MalformedMessage
 */
export function readFields(text: string, start: number, maxFields: number, into: FieldSpans): void {
  const spans = into.spans
  into.text = text
  let at = start
  let count = 0
  let slot = 0
  let present = 0
  for (;;) {
    let octet = text.charCodeAt(at)
    if (octet === CR) break
    const nameStart = at
    while (((flags[octet] ?? 0) & TOKEN) !== 0) octet = text.charCodeAt(++at)
    if (octet !== COLON || at === nameStart) throw badName(octet, at === nameStart)
    if (++count > maxFields) throw new MalformedMessage('TOO_MANY_FIELDS')
    const nameEnd = at
    do octet = text.charCodeAt(++at)
    while (isBlank(octet))
    const valueStart = at
    while (((flags[octet] ?? 0) & FIELD_VALUE) !== 0) octet = text.charCodeAt(++at)
    if (octet !== CR) throw new MalformedMessage(octet === LF ? 'BARE_LINE_FEED' : 'FIELD_VALUE')
    let valueEnd = at
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--
    if (text.charCodeAt(at + 1) !== LF) throw new MalformedMessage('FIELD_VALUE') // a bare CR
    at += 2
    const kind = fieldKind(text, nameStart, nameEnd)
    present |= 1 << kind
    spans[slot] = kind
    spans[slot + 1] = nameStart
    spans[slot + 2] = nameEnd
    spans[slot + 3] = valueStart
    spans[slot + 4] = valueEnd
    slot += SPAN
  }
  if (text.charCodeAt(at + 1) !== LF) throw new MalformedMessage('BARE_LINE_FEED')
  into.count = count
  into.present = present
  into.end = at
}

function badName(octet: number, atLineStart: boolean): MalformedMessage {
  if (octet === LF) return new MalformedMessage('BARE_LINE_FEED')
  if (atLineStart && isBlank(octet)) return new MalformedMessage('FOLDED_FIELD')
  return new MalformedMessage('FIELD_NAME')
}
