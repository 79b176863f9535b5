/** A body as it arrives, whatever its framing: which bytes belong to it, and when it is whole. */
import {ChunkedReader, Form, type FormKind} from './chunked.ts'
import {Framing, type FramingKind} from './framing.ts'

export class BodyReader {
  readonly framing: FramingKind
  #remaining: number
  #chunks: ChunkedReader | undefined
  #payload = 0

  /**
   * `contentLength` counts only for Framing.LENGTH, `form` and `nominated` (of the head: such trailers are dropped)
   * only for Framing.CHUNKED.
   */
  constructor(
    framing: FramingKind,
    contentLength: number,
    form: FormKind = Form.WIRE,
    nominated?: readonly string[],
  ) {
    this.framing = framing
    this.#remaining = framing === Framing.LENGTH ? contentLength : 0
    this.#chunks = framing === Framing.CHUNKED ? new ChunkedReader(form, nominated) : undefined
  }

  /** Whether the last byte has been read. A close-delimited body is done when its connection is. */
  get done(): boolean {
    if (this.#chunks !== undefined) return this.#chunks.done
    return this.framing !== Framing.CLOSE && this.#remaining === 0
  }

  /** octets of content read so far, without any coding */
  get payload(): number {
    return this.#chunks === undefined ? this.#payload : this.#chunks.payload
  }

  /**
   * Reads piece[from..) and appends what is to be passed on to `out`, as views of `piece` wherever possible.
   * Gives the offset after the last byte that belongs to the body.
   * @throws MalformedMessage
   */
  read(piece: Buffer, from: number, out: Buffer[]): number {
    if (this.#chunks !== undefined) return this.#chunks.read(piece, from, out)
    const room = this.framing === Framing.CLOSE ? piece.length : from + this.#remaining
    const end = Math.min(piece.length, room)
    if (end === from) return from
    out.push(from === 0 && end === piece.length ? piece : piece.subarray(from, end))
    this.#payload += end - from
    if (this.framing === Framing.LENGTH) this.#remaining -= end - from
    return end
  }
}
