/** The body of one request on its way up: decoded from the client's bytes, kept as long as it may be sent again. */
import {BodyReader} from '../http1/body.ts'
import {Form} from '../http1/chunked.ts'
import {Framing} from '../http1/framing.ts'
import type {RequestHead} from '../http1/request-head.ts'

/** Many tiny pieces are joined, so that their objects do not outweigh their bytes. */
const MAX_PIECES = 32

export class RequestBody {
  readonly #reader: BodyReader
  /** all that was read so far; undefined once it is gone for good */
  #kept: Buffer[] | undefined = []
  #keptBytes = 0
  /** when the client had sent all of it, if that was not with its head; on the clock of `performance.now()` */
  completedAt: number | undefined

  constructor(head: RequestHead) {
    this.#reader = new BodyReader(head.framing, head.contentLength, Form.WIRE, head.nominated)
  }

  /** Whether its pieces carry the chunked coding. */
  get chunked(): boolean {
    return this.#reader.framing === Framing.CHUNKED
  }

  /** Whether the client has sent all of it. */
  get complete(): boolean {
    return this.#reader.done
  }

  /** Whether all that was read so far can be sent once more. */
  get kept(): boolean {
    return this.#kept !== undefined
  }

  /** Whether no more should be read until what is kept has been sent. `most`: bytes that a replay may cost in memory. */
  isFull(most: number): boolean {
    return this.#keptBytes > most
  }

  get begun(): boolean {
    return this.#keptBytes > 0 || this.#kept === undefined
  }

  /**
   * Takes piece[from..), appends what goes on to `out`, and gives the offset after the last byte of the body.
   * @throws MalformedMessage
   */
  read(piece: Buffer, from: number, out: Buffer[]): number {
    const end = this.#reader.read(piece, from, out)
    if (this.#kept !== undefined) {
      for (const part of out) {
        this.#kept.push(part)
        this.#keptBytes += part.length
      }
      if (this.#kept.length > MAX_PIECES) this.#kept = [Buffer.concat(this.#kept)]
    }
    return end
  }

  /** All that was read so far, to be sent with the head of an attempt. */
  get soFar(): readonly Buffer[] {
    return this.#kept ?? []
  }

  /** What was kept has been sent: beyond `most` bytes it is let go, and no other attempt is possible. */
  sent(most: number): void {
    if (this.isFull(most)) this.#kept = undefined
  }
}
