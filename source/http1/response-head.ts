/** Response heads: from text to a head that has been judged, or a refusal (RFC 9112 §4 and §6). */
import {CR, DIGIT, every, FIELD_VALUE, flags, numberOf, SP} from './characters.ts'
import {type ConnectionOptions, readConnectionOptions} from './connection-options.ts'
import {Field, FieldSpans, readFields} from './fields.ts'
import {type DeclaredFraming, Framing, type FramingKind, readFraming} from './framing.ts'
import {MalformedMessage} from './malformed.ts'

/** How many fields a response may have: more than a request, since an application's own mistakes are not abuse. */
const MAX_FIELDS = 1000

/** One response head. The same object is filled again and again: keep its strings, not the object. */
export class ResponseHead implements ConnectionOptions, DeclaredFraming {
  text = ''
  status = 0
  minor = 1
  readonly fields = new FieldSpans()
  fieldsStart = 0
  framing: FramingKind = Framing.NONE
  contentLength = -1
  chunked = false
  close = false
  keepAlive = false
  upgrade = false
  nominated: string[] | undefined = undefined
  hasDate = false

  get interim(): boolean {
    return this.status < 200
  }

  /** Whether the connection can carry another exchange after this one, as far as the response says. */
  get persistent(): boolean {
    if (this.framing === Framing.CLOSE || this.close) return false
    return this.minor === 1 || this.keepAlive
  }
}

/**
 * Reads `text`, all of a head up to and with its empty line, decoded as latin1: the answer to a `method` request.
 * @throws MalformedMessage
 */
export function readResponseHead(text: string, method: string, into: ResponseHead): void {
  into.text = text
  readStatusLine(text, into)
  readFields(text, into.fieldsStart, MAX_FIELDS, into.fields)
  readFraming(into.fields, into.minor, into)
  readConnectionOptions(into.fields, into)
  into.hasDate = into.fields.has(Field.DATE)
  into.framing = framingOf(into, method)
}

function readStatusLine(text: string, into: ResponseHead): void {
  const minor = text.startsWith('HTTP/1.1 ') ? 1 : text.startsWith('HTTP/1.0 ') ? 0 : -1
  if (minor === -1 || !every(text, 9, 12, DIGIT)) throw new MalformedMessage('STATUS_LINE')
  into.minor = minor
  into.status = numberOf(text, 9, 12)
  if (into.status < 100 || into.status > 599) throw new MalformedMessage('STATUS_LINE')
  // RFC 9110 §15.2: HTTP/1.0 has no interim responses, and readers differ on what comes after one.
  if (minor === 0 && into.interim) throw new MalformedMessage('STATUS_LINE')
  let at = 12
  const afterStatus = text.charCodeAt(at)
  if (afterStatus !== SP && afterStatus !== CR) throw new MalformedMessage('STATUS_LINE')
  while (((flags[text.charCodeAt(at)] ?? 0) & FIELD_VALUE) !== 0) at++
  if (!text.startsWith('\r\n', at)) throw new MalformedMessage('STATUS_LINE')
  into.fieldsStart = at + 2
}

/** RFC 9112 §6.3, in its order. */
function framingOf(head: ResponseHead, method: string): FramingKind {
  if (head.interim) {
    // RFC 9110 §8.6 and RFC 9112 §6.1 forbid both, and a reader that believed them would wait for a body.
    if (head.chunked || head.contentLength !== -1) throw new MalformedMessage('INTERIM_BODY')
    return Framing.NONE
  }
  // RFC 9110 §8.6 and RFC 9112 §6.1 forbid both: what may follow must not be taken for the next response.
  if (head.status === 204 && (head.chunked || head.contentLength > 0)) head.close = true
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return Framing.NONE
  if (head.chunked) return Framing.CHUNKED
  if (head.contentLength === -1) return Framing.CLOSE
  return head.contentLength === 0 ? Framing.NONE : Framing.LENGTH
}
