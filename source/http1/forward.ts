/** Heads as a gateway passes them on: hop-by-hop fields out, its own in, all the rest to the letter (RFC 9110 §7.6). */
import {isToken, SP, withoutBlanks} from './characters.ts'
import {Field, type FieldKind, type FieldSpans} from './fields.ts'
import type {RequestHead} from './request-head.ts'
import type {ResponseHead} from './response-head.ts'

/** Fields that never pass: they speak of one connection (RFC 9110 §7.6.1), or we write them ourselves. */
const requestDrops = kinds(
  'CONNECTION KEEP_ALIVE PROXY_CONNECTION PROXY_AUTHORIZATION PROXY TE UPGRADE TRANSFER_ENCODING ' +
    'FORWARDED X_FORWARDED_FOR X_FORWARDED_PROTO X_FORWARDED_HOST X_FORWARDED_OTHER X_REAL_IP',
)
const responseDrops = kinds(
  'CONNECTION KEEP_ALIVE PROXY_CONNECTION PROXY_AUTHENTICATE TE UPGRADE TRANSFER_ENCODING',
)

const responseDrops204 = withKinds(responseDrops, [Field.CONTENT_LENGTH])

/** Fields that Connection cannot strip: framing, routing and the trace of who forwarded (RFC 9110 §7.6.1). */
const protectedFields = kinds('HOST CONTENT_LENGTH VIA MAX_FORWARDS')

/** A set of kinds: a bit for each, as in `FieldSpans.present`. */
function kinds(names: string): number {
  return withKinds(
    0,
    names.split(' ').map(name => Field[name as keyof typeof Field]),
  )
}

function withKinds(set: number, more: readonly FieldKind[]): number {
  return more.reduce((union: number, kind) => union | (1 << kind), set)
}

/**
 * The request head for the origin, with its empty line. `own` are the lines that the proxy adds (Via, X-Forwarded-*),
 * each with CR LF. The body's framing is said as it was; the version is ours, HTTP/1.1.
 * `rewritten` names fields that are left out because `own` holds them anew.
 */
export function forwardedRequest(
  head: RequestHead,
  own: string,
  rewritten: readonly FieldKind[] = [],
): string {
  let drops = rewritten.length === 0 ? requestDrops : withKinds(requestDrops, rewritten)
  let start = ''
  let host = ''
  if (head.minor === 0 || head.absolute) {
    // RFC 9112 §3.2.2: Host is replaced by what the absolute-form says. RFC 9110 §10.1.1: no expectation from HTTP/1.0.
    drops = withKinds(drops, head.minor === 0 ? [Field.HOST, Field.EXPECT] : [Field.HOST])
    start = `${head.method} ${head.target} HTTP/1.1\r\n`
    host = `Host: ${head.authority}\r\n`
  }
  const text =
    start + host + keptFields(head.fields, start === '' ? 0 : head.fieldsStart, drops, head.nominated)
  return `${text}${head.chunked ? 'Transfer-Encoding: chunked\r\n' : ''}${own}${hopFields(head)}\r\n`
}

/** The hop-by-hop fields of our own connection to the origin: an upgrade that is asked for, and TE: trailers. */
function hopFields(head: RequestHead): string {
  if (head.nominated === undefined) return ''
  const upgrade = upgradeOf(head)
  if (upgrade !== '') return `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`
  // RFC 9110 §10.1.4: TE counts only when Connection names it; HTTP/1.0 has no trailers.
  const mayWant = head.minor === 1 && head.nominated.includes('te')
  return mayWant && wantsTrailers(head.fields) ? 'Connection: TE\r\nTE: trailers\r\n' : ''
}

/**
 * Protocols that are this one again: through a tunnel of h2c (ended by RFC 9113 §3.1) or of TLS, a client would send
 * requests to the instance that nobody here has judged.
 */
const ownProtocols = /^(?:h2c?|https?|tls)(?:\/|$)/i

/**
 * The protocols that a request asks to switch to, or a 101 switches to, without those that never pass; empty when
 * there are none (RFC 9110 §7.8: never in HTTP/1.0).
 */
export function upgradeOf(head: RequestHead | ResponseHead): string {
  if (!head.upgrade || head.minor === 0) return ''
  return combined(head.fields, Field.UPGRADE).split(',').map(withoutBlanks).filter(isTunnelled).join(', ')
}

/** protocol-name [ "/" protocol-version ], both tokens */
function isTunnelled(protocol: string): boolean {
  const parts = protocol.split('/')
  return parts.length <= 2 && parts.every(isToken) && !ownProtocols.test(protocol)
}

function wantsTrailers(fields: FieldSpans): boolean {
  for (let index = 0; index < fields.count; index++) {
    if (fields.kind(index) === Field.TE && /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i.test(fields.value(index)))
      return true
  }
  return false
}

export interface ResponseForwarding {
  /** lines that the proxy adds, each with CR LF */
  readonly own: string
  /** the body goes out in chunks of ours, or in those that came */
  readonly chunked: boolean
}

/**
 * The response head for the client, with its empty line. Content-Length is kept where it describes the body, and for
 * HEAD and 304 where it describes what is not sent; a 204 loses it (RFC 9110 §8.6).
 */
export function forwardedResponse(head: ResponseHead, {own, chunked}: ResponseForwarding): string {
  // RFC 9112 §4: the space before the reason is a MUST, even if there is no reason; some leave it out.
  const asItIs = head.minor === 1 && head.text.charCodeAt(12) === SP
  const start = asItIs ? '' : `HTTP/1.1 ${head.status} ${head.text.slice(13, head.fieldsStart - 2)}\r\n`
  const drops = head.status === 204 ? responseDrops204 : responseDrops
  const text = start + keptFields(head.fields, start === '' ? 0 : head.fieldsStart, drops, head.nominated)
  return `${text}${chunked ? 'Transfer-Encoding: chunked\r\n' : ''}${own}\r\n`
}

/** The text from `from` to the end of the section without the lines that do not pass: whole runs of it, to the letter. */
function keptFields(
  fields: FieldSpans,
  from: number,
  drops: number,
  nominated: readonly string[] | undefined,
): string {
  const {text, count} = fields
  if ((fields.present & drops) === 0 && nominated === undefined) return text.slice(from, fields.end)
  let kept = ''
  let run = from
  for (let index = 0; index < count; index++) {
    const kind = fields.kind(index)
    if (
      ((drops >> kind) & 1) === 0 &&
      (nominated === undefined || !isNominated(fields, index, kind, nominated))
    )
      continue
    const line = fields.lineStart(index)
    if (run < line) kept += text.slice(run, line)
    run = fields.lineStart(index + 1)
  }
  return run < fields.end ? kept + text.slice(run, fields.end) : kept
}

function isNominated(
  fields: FieldSpans,
  index: number,
  kind: FieldKind,
  nominated: readonly string[],
): boolean {
  return ((protectedFields >> kind) & 1) === 0 && nominated.includes(fields.name(index).toLowerCase())
}

/** The combined values of one field (RFC 9110 §5.3); empty when it is not there. */
export function combined(fields: FieldSpans, kind: FieldKind): string {
  let text = ''
  if (!fields.has(kind)) return text
  for (let index = 0; index < fields.count; index++) {
    if (fields.kind(index) === kind) text += text === '' ? fields.value(index) : `, ${fields.value(index)}`
  }
  return text
}
