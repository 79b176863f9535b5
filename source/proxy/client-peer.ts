/** Who is at the other end of a client's connection, and what the proxy says of it to the instances. */
import type {Socket} from 'node:net'
import {hostOf} from '../http1/authority.ts'
import type {RequestHead} from '../http1/request-head.ts'
import {isTrusted} from '../routing/client-address.ts'
import {isNamed} from '../tls/pem.ts'
import type {Entrance} from './entrance.ts'
import {flat, forwardingLines} from './own-fields.ts'
import type {WorkerContext} from './worker-context.ts'

export class ClientPeer {
  readonly address: string
  readonly port: number
  readonly entrance: Entrance
  readonly #context: WorkerContext
  /** the lines for those who are not trusted, and the authority and version that they are for */
  #lines = ''
  #linesFor = ''
  #linesMinor = -1
  /** the certificate that was shown is for it */
  #rightAuthority = ''

  constructor(socket: Socket, entrance: Entrance, context: WorkerContext) {
    this.address = peerAddress(socket)
    this.port = socket.remotePort ?? 0
    this.entrance = entrance
    this.#context = context
  }

  /** it is one of trustedProxies */
  get trusted(): boolean {
    return isTrusted(this.#context.trusted, this.address)
  }

  /** Whether the client's side is TLS: here, or as a trusted proxy in front says. */
  cameSecurely(request: {field(name: string): string | undefined}): boolean {
    return (
      this.entrance.scheme === 'https' || (request.field('x-forwarded-proto') === 'https' && this.trusted)
    )
  }

  /**
   * RFC 9110 §7.4: whoever asked for one host in its handshake, and was shown that one's certificate, gets no other host's
   * resources on the connection, unless the certificate is for both.
   */
  isMisdirected({authority}: RequestHead): boolean {
    const {names} = this.entrance
    if (names === undefined || authority === this.#rightAuthority) return false
    if (!isNamed(names, hostOf(authority)) && !this.trusted) return true
    this.#rightAuthority = authority
    return false
  }

  /** The lines that the proxy adds to this client's requests; they rarely change from one to the next. */
  forwardingLines(head: RequestHead): string {
    const {address} = this
    const {scheme} = this.entrance
    const {pseudonym} = this.#context
    if (this.trusted) return forwardingLines({address, trusted: true, scheme}, head, pseudonym)
    if (head.authority !== this.#linesFor || head.minor !== this.#linesMinor) {
      this.#lines = flat(forwardingLines({address, trusted: false, scheme}, head, pseudonym))
      this.#linesFor = head.authority
      this.#linesMinor = head.minor
    }
    return this.#lines
  }
}

/** An IPv4 address as such, also where it came to a socket for both families; empty: the socket is closed. */
export function peerAddress({remoteAddress = ''}: Socket): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice('::ffff:'.length) : remoteAddress
}
