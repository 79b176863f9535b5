/** Whose request it is: the address that decides where balancing, splits and limits go by the client. */
import {BlockList, isIP, SocketAddress} from 'node:net'
import {Field, type FieldSpans} from '../http1/fields.ts'

/** Of addresses and `address/prefix`; undefined: of none. */
export function blockListOf(blocks: readonly string[]): BlockList | undefined {
  if (blocks.length === 0) return undefined
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** `trusted` and the peer's family, as `BlockList.check` wants them. */
export function isTrusted(trusted: BlockList | undefined, address: string): boolean {
  return trusted?.check(address, address.includes(':') ? 'ipv6' : 'ipv4') === true
}

/**
 * The address of the client: the peer itself, unless the peer is a trusted proxy; then the rightmost address of
 * X-Forwarded-For that is no trusted proxy. Each proxy appends whom it saw, so everything left of that one is only what
 * a stranger claims. Where all are trusted, it is the leftmost; what is no address ends the walk, and the proxy that
 * wrote it is the client. A port behind an address is dropped, IPv6 is given in its one canonical form.
 */
export function clientAddress(peer: string, fields: FieldSpans, trusted: BlockList | undefined): string {
  if (trusted === undefined || !fields.has(Field.X_FORWARDED_FOR) || !isTrusted(trusted, peer)) return peer
  let client = peer
  for (let index = fields.count - 1; index >= 0; index--) {
    if (fields.kind(index) !== Field.X_FORWARDED_FOR) continue
    // Field lines with the same name are one list, in their order (RFC 9110 §5.3).
    const value = fields.value(index)
    for (let end = value.length; end >= 0; ) {
      const comma = end === 0 ? -1 : value.lastIndexOf(',', end - 1)
      const element = value.slice(comma + 1, end).trim()
      end = comma
      if (element === '') continue // an empty element says nothing (RFC 9110 §5.6.1.2)
      const address = addressIn(element)
      if (address === undefined) return client
      client = address
      if (!isTrusted(trusted, address)) return client
    }
  }
  return client
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`; undefined: it is none. */
function addressIn(element: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(element)?.[1] ?? element.replace(/^([\d.]+):\d{1,5}$/, '$1')
  const family = isIP(bare)
  if (family === 4) return bare
  if (family === 0 || bare.includes('%')) return undefined
  return new SocketAddress({address: bare, family: 'ipv6'}).address.replace(/^::ffff:(?=\d+\.)/, '')
}
