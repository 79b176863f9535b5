/** A response on its way to the client: in the framing that this client understands, and no faster than it reads. */
import {forwardedResponse, upgradeOf} from '../http1/forward.ts'
import {Framing} from '../http1/framing.ts'
import type {ResponseHead} from '../http1/response-head.ts'
import {connectionLine} from './answer.ts'
import type {ClientConnection} from './client-connection.ts'
import {viaLine} from './own-fields.ts'
import {asChunk, LAST_CHUNK} from './write.ts'

export class ClientResponse {
  /** 0: no final response has begun */
  status = 0
  bytes = 0
  /** the client does not read as fast as the instance sends */
  blocked = false
  /** the client can tell the end of the body only by the end of the connection */
  closeDelimited = false
  /** the body goes out in chunks of ours */
  #rechunks = false
  readonly #client: ClientConnection
  readonly #minor: number
  readonly #pseudonym: string

  constructor(client: ClientConnection, minor: number, pseudonym: string) {
    this.#client = client
    this.#minor = minor
    this.#pseudonym = pseudonym
  }

  get started(): boolean {
    return this.status !== 0
  }

  interim(head: ResponseHead): void {
    // RFC 9110 §15.2: an HTTP/1.0 client gets no interim response.
    if (this.#minor === 0) return
    this.pass(forwardedResponse(head, {own: viaLine(head.minor, this.#pseudonym), chunked: false}), [], false)
  }

  /** The head of the final response as the client gets it, with `more` lines; `keep`: nothing on our side ends the connection after it. */
  head(head: ResponseHead, keep: boolean, more = ''): string {
    const coded = head.framing === Framing.CHUNKED || head.framing === Framing.CLOSE
    this.status = head.status
    this.#rechunks = head.framing === Framing.CLOSE && this.#minor === 1
    this.closeDelimited = coded && this.#minor === 0
    const own =
      viaLine(head.minor, this.#pseudonym) +
      // RFC 9110 §6.6.1: a recipient with a clock adds the Date that an origin left out.
      (head.hasDate ? '' : `Date: ${new Date().toUTCString()}\r\n`) +
      more +
      (head.status === 426 && this.#minor === 1 ? upgradeLines(upgradeOf(head)) : '') +
      connectionLine(!keep || this.closeDelimited, this.#minor)
    return forwardedResponse(head, {own, chunked: coded && this.#minor === 1})
  }

  /** The head of a 101. */
  switching(head: ResponseHead, protocols: string, more = ''): string {
    this.status = 101
    const own = viaLine(head.minor, this.#pseudonym) + upgradeLines(protocols) + more
    return forwardedResponse(head, {own, chunked: false})
  }

  /** Writes a part of the response, the last one with `done`. Gives false when the client should be waited for. */
  pass(head: string, pieces: Buffer[], done: boolean): boolean {
    let parts = pieces
    this.bytes += head.length
    for (const piece of pieces) this.bytes += piece.length
    if (this.#rechunks) {
      parts = asChunk(pieces)
      if (done) parts.push(LAST_CHUNK)
    }
    return this.#client.write(head, parts)
  }
}

/** RFC 9110 §7.8: a 101 names what is switched to, and a 426 what must be asked for (§15.5.22). */
function upgradeLines(protocols: string): string {
  return protocols === '' ? '' : `Connection: Upgrade\r\nUpgrade: ${protocols}\r\n`
}
