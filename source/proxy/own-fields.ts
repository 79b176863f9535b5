/** The fields that a gateway adds to a request: who asked, how, and who passed it on (RFC 9110 §7.6.3, RFC 7239). */
import {isToken} from '../http1/characters.ts'
import {Field} from '../http1/fields.ts'
import {combined} from '../http1/forward.ts'
import type {RequestHead} from '../http1/request-head.ts'

/** What the proxy itself saw of a client. */
export interface Peer {
  readonly address: string
  /** its X-Forwarded-* and Forwarded are believed */
  readonly trusted: boolean
  readonly scheme: 'http' | 'https'
}

/** Via of a message that came as HTTP/1.`minor`, with CR LF. */
export function viaLine(minor: number, pseudonym: string): string {
  if (pseudonym !== viaPseudonym) {
    viaPseudonym = pseudonym
    viaLines = [0, 1].map(each => flat(`Via: 1.${each} ${pseudonym}\r\n`))
  }
  return viaLines[minor] ?? ''
}

// A worker has one pseudonym: its lines are made once.
let viaPseudonym = ''
let viaLines: readonly string[] = []

/** The same latin1 text in one piece: joined strings are kept as trees, and each write would walk them anew. */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** The lines to add, each with CR LF. A client that is not trusted has its own claims replaced, not appended to. */
export function forwardingLines(peer: Peer, head: RequestHead, pseudonym: string): string {
  const before = (kind: (typeof Field)[keyof typeof Field]) =>
    peer.trusted ? combined(head.fields, kind) : ''
  const appended = (existing: string, own: string) => (existing === '' ? own : `${existing}, ${own}`)
  const proto = before(Field.X_FORWARDED_PROTO) || peer.scheme
  const host = before(Field.X_FORWARDED_HOST) || head.authority
  const realIp = before(Field.X_REAL_IP)
  return (
    viaLine(head.minor, pseudonym) +
    `X-Forwarded-For: ${appended(before(Field.X_FORWARDED_FOR), peer.address)}\r\n` +
    `X-Forwarded-Proto: ${proto}\r\n` +
    (host === '' ? '' : `X-Forwarded-Host: ${host}\r\n`) +
    `Forwarded: ${appended(before(Field.FORWARDED), forwardedElement(peer, head.authority))}\r\n` +
    (realIp === '' ? '' : `X-Real-IP: ${realIp}\r\n`) +
    (peer.trusted ? otherClaims(head) : '')
  )
}

/** X-Forwarded-Port and the like, of which we know nothing ourselves: as they came. */
function otherClaims({fields}: RequestHead): string {
  let lines = ''
  if (!fields.has(Field.X_FORWARDED_OTHER)) return lines
  for (let index = 0; index < fields.count; index++)
    if (fields.kind(index) === Field.X_FORWARDED_OTHER)
      lines += fields.text.slice(fields.lineStart(index), fields.lineStart(index + 1))
  return lines
}

/** RFC 7239 §4 and §6: an IPv6 address stands in brackets and quotes, a value that is no token in quotes. */
function forwardedElement({address, scheme}: Peer, authority: string): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  const host = authority === '' ? '' : `;host=${isToken(authority) ? authority : `"${authority}"`}`
  return `for=${node}${host};proto=${scheme}`
}

/** Whether this proxy has already passed the request on: its own pseudonym stands in Via. */
export function isLoop(head: RequestHead, pseudonym: string): boolean {
  if (!head.fields.has(Field.VIA)) return false
  for (let index = 0; index < head.fields.count; index++) {
    if (head.fields.kind(index) === Field.VIA && head.fields.value(index).includes(pseudonym)) return true
  }
  return false
}
