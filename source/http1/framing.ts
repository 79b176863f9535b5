/** How long a body is and how that is said: RFC 9112 §6, with every ambiguity refused instead of resolved. */
import {DIGIT, every, isToken, numberOf, withoutBlanks} from './characters.ts'
import {Field, type FieldSpans, SPAN} from './fields.ts'
import {MalformedMessage} from './malformed.ts'

export const Framing = {
  /** no body */
  NONE: 0,
  LENGTH: 1,
  CHUNKED: 2,
  /** the body ends with the connection: responses only */
  CLOSE: 3,
} as const

export type FramingKind = (typeof Framing)[keyof typeof Framing]

/** 15 digits stay exact in a number and are a petabyte: a longer value is an attack. */
const MAX_LENGTH_DIGITS = 15

/** What the framing fields of a message say, before its kind is considered. */
export interface DeclaredFraming {
  /** -1: no Content-Length */
  contentLength: number
  chunked: boolean
}

/**
 * Reads Content-Length and Transfer-Encoding. Two of either, both together, a list, a sign, a coding other than
 * exactly `chunked`, or any coding in HTTP/1.0 are refused.
 * @throws MalformedMessage
 */
export function readFraming(fields: FieldSpans, minor: number, into: DeclaredFraming): void {
  into.contentLength = -1
  into.chunked = false
  if (!fields.has(Field.CONTENT_LENGTH) && !fields.has(Field.TRANSFER_ENCODING)) return
  let codings: string | undefined
  for (let index = 0; index < fields.count; index++) {
    const kind = fields.kind(index)
    if (kind === Field.CONTENT_LENGTH) {
      if (into.contentLength !== -1) throw new MalformedMessage('SEVERAL_CONTENT_LENGTHS')
      into.contentLength = lengthOf(fields, index)
    } else if (kind === Field.TRANSFER_ENCODING) {
      codings = codings === undefined ? fields.value(index) : `${codings},${fields.value(index)}`
    }
  }
  if (codings === undefined) return
  // RFC 9112 §6.1: in HTTP/1.0 the framing is faulty, even with a Content-Length.
  if (minor === 0) throw new MalformedMessage('TRANSFER_ENCODING')
  requireChunked(codings)
  if (into.contentLength !== -1) throw new MalformedMessage('LENGTH_AND_CODING')
  into.chunked = true
}

function lengthOf(fields: FieldSpans, index: number): number {
  const start = fields.spans[index * SPAN + 3] ?? 0
  const end = fields.spans[index * SPAN + 4] ?? 0
  const digits = end - start
  if (digits === 0 || digits > MAX_LENGTH_DIGITS || !every(fields.text, start, end, DIGIT)) {
    throw new MalformedMessage('CONTENT_LENGTH')
  }
  return numberOf(fields.text, start, end)
}

/**
 * RFC 9112 §6.3: a request whose last coding is not chunked has no length, and 400 is a MUST. §6.1: one that ends in
 * chunked, after codings that we do not have, is merely not implemented.
 */
function requireChunked(codings: string): void {
  if (codings === 'chunked') return
  const members = codings.toLowerCase().split(',').map(withoutBlanks)
  const last = members.pop()
  if (last !== 'chunked' || members.includes('chunked')) throw new MalformedMessage('TRANSFER_ENCODING')
  if (members.length === 0) return
  throw new MalformedMessage(members.every(isToken) ? 'TRANSFER_CODING' : 'TRANSFER_ENCODING')
}
