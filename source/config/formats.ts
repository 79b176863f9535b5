/** The forms that a text in a configuration can be asked to have: one table, a format is a row. */
import {isIPv4, isIPv6, SocketAddress} from 'node:net'
import {printable} from '../printable.ts'

interface Format {
  readonly expected: string
  /** the text as the rest of the program wants it, or undefined when it does not have the form */
  readonly read: (text: string) => string | undefined
  /** what an editor can check by itself; never stricter than `read` */
  readonly pattern?: string
}

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const HOST_NAME = `${LABEL}(?:\\.${LABEL})*\\.?`
const hostNamePattern = new RegExp(`^${HOST_NAME}$`)
const fieldNamePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
const MAX_HOST_NAME = 253
const MAX_NAME = 100
const MAX_PATH = 1000
const MAX_FIELD_MATCH = 1000

export const formats = {
  name: {
    expected: `a text of 1 to ${MAX_NAME} visible characters, without a space at either end`,
    read: visible(MAX_NAME),
    pattern: `^\\S(?:.{0,${MAX_NAME - 2}}\\S)?$`,
  },
  address: {
    expected: 'an IP address or a host name, without a port',
    read: text => ipAddress(text) ?? hostName(text),
    pattern: `^(?:${HOST_NAME}|\\[?[0-9A-Fa-f:.]+(?:%[^\\]]+)?\\]?)$`,
  },
  domain: {
    expected: 'a domain name, *.name for all names below it, or * for every name',
    read: domain,
    pattern: `^(?:\\*|(?:\\*\\.)?${HOST_NAME}|\\[?[0-9A-Fa-f:.]+\\]?)$`,
  },
  addressBlock: {
    expected: 'an IP address or a block of them such as 10.0.0.0/8',
    read: addressBlock,
    pattern: '^[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?$',
  },
  fieldName: {
    expected: 'the name of a header field, such as X-Api-Key',
    // RFC 9110 §5.1: a token, and case means nothing.
    read: text => (fieldNamePattern.test(text) ? text.toLowerCase() : undefined),
    pattern: fieldNamePattern.source,
  },
  cookieName: {
    expected: 'the name of a cookie, such as revproxy',
    // RFC 6265 §4.1.1: a token; here case does mean something.
    read: text => (fieldNamePattern.test(text) ? text : undefined),
    pattern: fieldNamePattern.source,
  },
  pathPrefix: {
    expected: 'a path such as /api, without percent-encoding, a query or empty and dot segments',
    read: pathPrefix,
    pattern: '^/[^?#%;\\\\]*$',
  },
  fieldMatch: {
    expected: 'a text that the value must be, its beginning and a *, or * for any value',
    read: visible(MAX_FIELD_MATCH),
    pattern: '^\\S(?:.*\\S)?$',
  },
  requestTarget: {
    expected: 'a path such as /health, with a query if need be, in ASCII and without spaces',
    read: text => (/^\/[!-~]{0,999}$/.test(text) && !text.includes('#') ? text : undefined),
    pattern: '^/[!-~]{0,999}$',
  },
  logPath: {
    expected: 'the path of a file, or stdout',
    read: text => (text.endsWith('/') ? undefined : visible(MAX_PATH)(text)),
    pattern: '^.*[^/]$',
  },
  filePath: {
    expected: 'the path of a file',
    read: visible(MAX_PATH),
    pattern: `^\\S(?:.{0,${MAX_PATH - 2}}\\S)?$`,
  },
  token: {
    expected: 'a token of 16 to 200 visible ASCII characters, without spaces',
    read: text => (/^[!-~]{16,200}$/.test(text) ? text : undefined),
    pattern: '^[!-~]{16,200}$',
  },
  hostName: {
    expected: 'a host name, no address and no port',
    read: hostName,
    pattern: `^${HOST_NAME}$`,
  },
  serverAddress: {
    expected: 'an IP address, with a port if it is not 53, such as 10.0.0.2 or [::1]:5353',
    read: serverAddress,
    pattern: '^[0-9A-Fa-f:.\\[\\]]+$',
  },
  bodyText: {
    expected: 'a text of 1 to 1000 visible characters',
    read: text => (text.trim() !== '' && text.length <= 1000 && printable(text) === text ? text : undefined),
    pattern: '^.{1,1000}$',
  },
  secret: {
    expected: 'a text of 16 to 1000 visible characters',
    read: text => (text.length >= 16 && text.length <= 1000 && printable(text) === text ? text : undefined),
    pattern: '^.{16,1000}$',
  },
} as const satisfies Record<string, Format>

export type FormatName = keyof typeof formats

/** A text of some characters, all of them visible, without blanks at its ends. */
function visible(most: number): Format['read'] {
  return text =>
    text !== '' && text.length <= most && text.trim() === text && printable(text) === text ? text : undefined
}

/** `host:port`, an IPv6 address in brackets. */
export function addressAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** For a text that is more than a host (a URL, `host:port`) or written in another alphabet: the host alone. */
export function hostWithin(text: string, format: FormatName): string | undefined {
  if (format !== 'address' && format !== 'domain') return undefined
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (url === null || url.hostname === text || formats[format].read(url.hostname) === undefined)
    return undefined
  // The URL parser also turns 10.1 into 10.0.0.1: that is not what anybody meant.
  const isIdn = /[^\0-\x7f]/.test(text)
  return isIdn || text.toLowerCase().includes(url.hostname) ? url.hostname : undefined
}

/** In one spelling, so that two spellings of an address are found to be the same; an IPv6 address bare. */
function ipAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (!isIPv6(bare)) return undefined
  const zoneStart = bare.indexOf('%')
  const zone = zoneStart === -1 ? '' : bare.slice(zoneStart)
  const address = zone === '' ? bare : bare.slice(0, zoneStart)
  return new SocketAddress({address, family: 'ipv6'}).address + zone
}

/** Lower case, because case means nothing in DNS. Underscores are let through: container names have them. */
function hostName(text: string): string | undefined {
  if (text.length > MAX_HOST_NAME || !hostNamePattern.test(text)) return undefined
  // WHATWG URL, "ends in a number": such a name is a mistyped IPv4 address.
  const lastLabel = text.replace(/\.$/, '').split('.').at(-1) ?? ''
  return /^\d+$/.test(lastLabel) ? undefined : text.toLowerCase()
}

/** As a Host field is compared with it: lower case, without the dot of a fully qualified name. */
function domain(text: string): string | undefined {
  if (text === '*') return text
  if (text.startsWith('*.')) {
    const below = hostName(text.slice(2))
    return below === undefined ? undefined : `*.${withoutLastDot(below)}`
  }
  const address = ipAddress(text)
  if (address?.includes('%')) return undefined
  if (address !== undefined) return address.includes(':') ? `[${address}]` : address
  const name = hostName(text)
  return name === undefined ? undefined : withoutLastDot(name)
}

function withoutLastDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** As it is compared: decoded, and without a slash at the end, so that `/api/` is `/api`. */
function pathPrefix(text: string): string | undefined {
  if (text.length > MAX_PATH || printable(text) !== text || !/^\/[^?#%;\\]*$/.test(text)) return undefined
  if (text === '/') return text
  const path = text.replace(/\/$/, '')
  return path
    .slice(1)
    .split('/')
    .some(segment => ['', '.', '..'].includes(segment) || segment.trim() !== segment)
    ? undefined
    : path
}

/** As `dns.setServers` takes it. */
function serverAddress(text: string): string | undefined {
  if (isIPv4(text) || isIPv6(text)) return text
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  if (bracketed === undefined ? !isIPv4(plain) : !isIPv6(bracketed)) return undefined
  return port === '' || (Number(port) > 0 && Number(port) < 65_536) ? text : undefined
}

function addressBlock(text: string): string | undefined {
  const [address = '', prefix, more] = text.split('/')
  if (more !== undefined || address.includes('%')) return undefined
  const longest = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  if (longest === -1) return undefined
  const plain = ipAddress(address)
  if (prefix === undefined) return plain
  return /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= longest ? `${plain}/${prefix}` : undefined
}
