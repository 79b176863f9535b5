/** Request heads: from text to a head that has been judged, or a refusal (RFC 9112 §3, RFC 9110 §7). */
import {hostOf, isAuthority} from './authority.ts'
import {flags, SP, TARGET, TOKEN} from './characters.ts'
import {type ConnectionOptions, readConnectionOptions} from './connection-options.ts'
import {Field, FieldSpans, readFields} from './fields.ts'
import {type DeclaredFraming, Framing, type FramingKind, readFraming} from './framing.ts'
import {MalformedMessage} from './malformed.ts'

export interface HeadLimits {
  readonly requestLine: number
  readonly head: number
  readonly fields: number
}

/** One request head. The same object is filled again and again: keep its strings, not the object. */
export class RequestHead implements ConnectionOptions, DeclaredFraming {
  text = ''
  method = ''
  /** as it goes to the origin: origin-form or `*`, never absolute-form */
  target = ''
  /** 0 or 1: HTTP/1.0 or HTTP/1.1 */
  minor = 1
  /** the connection it came on is secured; set before it is read */
  secure = false
  /** host and port as the client gave them; empty only for HTTP/1.0 without Host */
  authority = ''
  /** the target was in absolute-form, so the request line and Host have to be written anew */
  absolute = false
  readonly fields = new FieldSpans()
  /** where the field lines begin in `text` */
  fieldsStart = 0

  framing: FramingKind = Framing.NONE
  contentLength = -1
  chunked = false

  close = false
  keepAlive = false
  upgrade = false
  nominated: string[] | undefined = undefined
  expectsContinue = false

  /** Whether the client connection can serve another request after this one (RFC 9112 §9.3). */
  get persistent(): boolean {
    return this.minor === 1 ? !this.close : this.keepAlive && !this.close
  }
}

/**
 * Reads `text`, which is all of a head up to and with its empty line, decoded as latin1.
 * @throws MalformedMessage
 */
export function readRequestHead(text: string, limits: HeadLimits, into: RequestHead): void {
  into.text = text
  readRequestLine(text, limits, into)
  readFields(text, into.fieldsStart, limits.fields, into.fields)
  readFraming(into.fields, into.minor, into)
  readConnectionOptions(into.fields, into)
  into.framing = into.chunked ? Framing.CHUNKED : into.contentLength > 0 ? Framing.LENGTH : Framing.NONE
  readExpectation(into)
  readHost(into)
}

function readRequestLine(text: string, limits: HeadLimits, into: RequestHead): void {
  let methodEnd = 0
  while (((flags[text.charCodeAt(methodEnd)] ?? 0) & TOKEN) !== 0) methodEnd++
  if (methodEnd === 0 || text.charCodeAt(methodEnd) !== SP) throw new MalformedMessage('REQUEST_LINE')
  const targetStart = methodEnd + 1
  let targetEnd = targetStart
  while (((flags[text.charCodeAt(targetEnd)] ?? 0) & TARGET) !== 0) targetEnd++
  if (text.charCodeAt(targetEnd) !== SP) throw new MalformedMessage('TARGET')
  const lineEnd = targetEnd + ' HTTP/1.1'.length
  if (lineEnd > limits.requestLine) throw new MalformedMessage('REQUEST_LINE_TOO_LONG')
  into.method = text.startsWith('GET ') ? 'GET' : text.slice(0, methodEnd)
  into.minor = minorVersion(text, targetEnd + 1, into.method)
  into.fieldsStart = lineEnd + 2
  readTarget(text, targetStart, targetEnd, into)
}

function minorVersion(text: string, start: number, method: string): number {
  if (text.startsWith('HTTP/1.1\r\n', start)) return 1
  if (text.startsWith('HTTP/1.0\r\n', start)) return 0
  if (method === 'PRI' && text.startsWith('HTTP/2.0\r\n', start)) throw new MalformedMessage('HTTP2_PREFACE')
  throw new MalformedMessage(
    /^HTTP\/\d\.\d\r\n/.test(text.slice(start, start + 10)) ? 'VERSION' : 'REQUEST_LINE',
  )
}

/** RFC 9112 §3.2: origin-form, absolute-form, `*` for OPTIONS; authority-form only for CONNECT. */
function readTarget(text: string, start: number, end: number, into: RequestHead): void {
  into.absolute = false
  into.authority = ''
  into.target = text.slice(start, end)
  if (into.method === 'CONNECT') {
    // RFC 9110 §9.3.6: there is no default port, and an empty one is refused.
    if (!isAuthority(into.target) || !/:\d+$/.test(into.target)) throw new MalformedMessage('TARGET')
    into.authority = into.target
  } else if (into.target.charCodeAt(0) === 47 /* / */) {
    requirePath(into.target)
  } else if (into.target !== '*' || into.method !== 'OPTIONS') readAbsoluteForm(into)
}

/** A backslash in a path is a slash to some readers and a letter to others. */
function requirePath(target: string): void {
  const slip = target.indexOf('\\')
  if (slip === -1) return
  const query = target.indexOf('?')
  if (query === -1 || slip < query) throw new MalformedMessage('TARGET')
}

function readAbsoluteForm(into: RequestHead): void {
  const scheme = /^https?:\/\//i.exec(into.target)
  if (scheme === null) throw new MalformedMessage('TARGET')
  // RFC 9110 §7.4: MUST be refused unless the connection is secured; the other way round is as much of a contradiction.
  const asksSecurely = /^https/i.test(scheme[0])
  if (asksSecurely !== into.secure) throw new MalformedMessage(asksSecurely ? 'SCHEME' : 'SCHEME_PLAIN')
  const authorityStart = scheme[0].length
  const pathAt = into.target.slice(authorityStart).search(/[/?]/)
  const authorityEnd = pathAt === -1 ? into.target.length : authorityStart + pathAt
  into.authority = into.target.slice(authorityStart, authorityEnd)
  if (!isAuthority(into.authority)) throw new MalformedMessage('TARGET')
  const rest = into.target.slice(authorityEnd)
  requirePath(rest)
  into.absolute = true
  // RFC 9112 §3.2.4: OPTIONS for a URI with neither path nor query asks about the server as a whole.
  if (rest === '' && into.method === 'OPTIONS') into.target = '*'
  else into.target = rest.startsWith('/') ? rest : `/${rest}`
}

/** RFC 9112 §3.2: exactly one valid Host in HTTP/1.1, at most one in HTTP/1.0, and no contradiction to the target. */
function readHost(into: RequestHead): void {
  let host: string | undefined
  for (let index = 0; index < into.fields.count; index++) {
    if (into.fields.kind(index) !== Field.HOST) continue
    if (host !== undefined) throw new MalformedMessage('HOST')
    host = into.fields.value(index)
  }
  if (host === undefined) {
    if (into.minor === 1) throw new MalformedMessage('HOST')
    return
  }
  if (!isAuthority(host)) throw new MalformedMessage('HOST')
  if (into.authority === '') into.authority = host
  else if (into.authority !== host && !sameAuthority(into.authority, host, into.secure))
    throw new MalformedMessage('HOST_MISMATCH')
}

function sameAuthority(one: string, other: string, secure: boolean): boolean {
  const port = (authority: string) => /:(\d+)$/.exec(authority)?.[1] ?? (secure ? '443' : '80')
  return hostOf(one) === hostOf(other) && port(one) === port(other)
}

/** RFC 9110 §10.1.1: an expectation in an HTTP/1.0 request is ignored. */
function readExpectation(into: RequestHead): void {
  into.expectsContinue = false
  if (into.minor === 0 || !into.fields.has(Field.EXPECT)) return
  for (let index = 0; index < into.fields.count; index++) {
    if (into.fields.kind(index) !== Field.EXPECT) continue
    if (into.fields.value(index).toLowerCase() === '100-continue') into.expectsContinue = true
  }
}
