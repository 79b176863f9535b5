/** Hosts and ports as they stand in Host and in a request target (RFC 9110 §7.2, RFC 3986 §3.2). */
import {isIPv6} from 'node:net'
import {COLON, DIGIT, every, flags, HEX, REG_NAME} from './characters.ts'

const LEFT_BRACKET = 91
const DOT = 46
const MAX_PORT_DIGITS = 5

/** The one asked about last was right: clients ask for the same host again and again. */
let lastRight = ''

/** Whether `text` is `uri-host [ ":" port ]`, without user-info, and names a host at all. */
export function isAuthority(text: string): boolean {
  if (text === lastRight && text !== '') return true
  if (!checkAuthority(text)) return false
  lastRight = text
  return true
}

function checkAuthority(text: string): boolean {
  const hostEnd = text.charCodeAt(0) === LEFT_BRACKET ? ipLiteralEnd(text) : regNameEnd(text)
  if (hostEnd <= 0) return false
  if (hostEnd === text.length) return true
  if (text.charCodeAt(hostEnd) !== COLON) return false
  const digits = text.length - hostEnd - 1
  if (digits > MAX_PORT_DIGITS || !every(text, hostEnd + 1, text.length, DIGIT)) return false
  return Number(text.slice(hostEnd + 1)) <= 65535
}

function regNameEnd(text: string): number {
  let at = 0
  while (((flags[text.charCodeAt(at)] ?? 0) & REG_NAME) !== 0) at++
  return at
}

/** RFC 3986 §3.2.2: an IPv6 address in brackets. No zone, which means nothing here, and no IPvFuture. */
function ipLiteralEnd(text: string): number {
  let at = 1
  for (;;) {
    const octet = text.charCodeAt(at)
    if (octet !== COLON && octet !== DOT && ((flags[octet] ?? 0) & HEX) === 0) break
    at++
  }
  return text[at] === ']' && isIPv6(text.slice(1, at)) ? at + 1 : -1
}

/** The host of an authority: lower case, without port and without the dot of a fully qualified name. */
export function hostOf(authority: string): string {
  const portColon =
    authority.charCodeAt(0) === LEFT_BRACKET
      ? authority.indexOf(':', authority.indexOf(']'))
      : authority.indexOf(':')
  const host = (portColon === -1 ? authority : authority.slice(0, portColon)).toLowerCase()
  return host.endsWith('.') ? host.slice(0, -1) : host
}
