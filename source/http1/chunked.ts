/** The chunked transfer coding (RFC 9112 §7.1), read strictly and passed on without copying. */
import {CR, flags, HEX, LF} from './characters.ts'
import {FieldSpans, readFields} from './fields.ts'
import {MalformedMessage} from './malformed.ts'
import {withoutForbidden} from './trailers.ts'

const MAX_SIZE_LINE = 256
/** Extensions mean nothing to us; a peer that sends this much of them in one message wants to waste our time. */
const MAX_EXTENSIONS = 16_384
const MAX_TRAILERS = 16_384
const MAX_TRAILER_FIELDS = 100
/** 13 hex digits are 52 bits, exact in a number (RFC 9112 §7.1: no loss of precision), and four petabytes. */
const MAX_SIZE_DIGITS = 13
const TOKEN_CHARS = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const SIZE_LINE = new RegExp(
  `^([0-9A-Fa-f]{1,${MAX_SIZE_DIGITS}})` +
    `((?:[ \\t]*;[ \\t]*${TOKEN_CHARS}(?:[ \\t]*=[ \\t]*(?:${TOKEN_CHARS}|"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"))?)*)\\r\\n$`,
)

const State = {SIZE: 0, DATA: 1, DATA_CR: 2, DATA_LF: 3, TRAILERS: 4, DONE: 5} as const
type StateKind = (typeof State)[keyof typeof State]

/**
 * What comes out: `WIRE` keeps the coding (extensions cut out, forbidden trailers dropped); `PAYLOAD` is the body
 * alone, for a peer that speaks HTTP/1.0.
 */
export const Form = {WIRE: 0, PAYLOAD: 1} as const
export type FormKind = (typeof Form)[keyof typeof Form]

const trailerSpans = new FieldSpans()

export class ChunkedReader {
  /** octets of payload so far */
  payload = 0
  readonly #form: FormKind
  readonly #nominated: readonly string[]
  #state: StateKind = State.SIZE
  #remaining = 0
  /** a size line or a trailer section of which only a part has come */
  #partial = ''
  #trailers = ''
  #extensions = 0

  /** `nominated`: what Connection named in the head, which goes from the trailers too (RFC 9110 §7.6.1) */
  constructor(form: FormKind, nominated: readonly string[] = []) {
    this.#form = form
    this.#nominated = nominated
  }

  get done(): boolean {
    return this.#state === State.DONE
  }

  /**
   * Reads piece[from..) and appends what is to be passed on to `out`, as views of `piece` wherever possible.
   * Gives the offset after the last byte that belongs to the body.
   * @throws MalformedMessage
   */
  read(piece: Buffer, from: number, out: Buffer[]): number {
    const wire = this.#form === Form.WIRE
    let at = from
    // In WIRE form: the start of the bytes that are fit to pass on as they are and have not been passed on yet.
    let run = from
    while (at < piece.length && this.#state !== State.DONE) {
      switch (this.#state) {
        case State.SIZE: {
          const afterLine = this.#plainSizeLine(piece, at)
          if (afterLine !== -1) {
            at = afterLine
            break
          }
          if (wire && run < at) out.push(piece.subarray(run, at))
          at = this.#sizeLine(piece, at, out)
          run = at
          break
        }
        case State.DATA: {
          const end = Math.min(piece.length, at + this.#remaining)
          if (!wire) out.push(piece.subarray(at, end))
          this.payload += end - at
          this.#remaining -= end - at
          at = end
          if (this.#remaining === 0) this.#state = State.DATA_CR
          break
        }
        case State.DATA_CR:
        case State.DATA_LF:
          this.#chunkEnd(piece[at])
          at++
          break
        case State.TRAILERS:
          at = this.#trailerLines(piece, at, out)
          run = at
          break
      }
    }
    if (wire && run < at) out.push(run === 0 && at === piece.length ? piece : piece.subarray(run, at))
    return at
  }

  /** The everyday case: a whole line of nothing but the size of a chunk with data. -1: it is something else. */
  #plainSizeLine(piece: Buffer, start: number): number {
    if (this.#partial !== '') return -1
    let at = start
    while (((flags[piece[at] ?? 0] ?? 0) & HEX) !== 0) at++
    const digits = at - start
    if (digits === 0 || digits > MAX_SIZE_DIGITS || piece[at] !== CR || piece[at + 1] !== LF) return -1
    const size = Number.parseInt(piece.toString('latin1', start, at), 16)
    if (size === 0) return -1
    this.#remaining = size
    this.#state = State.DATA
    return at + 2
  }

  /** Any other line: in parts, with extensions, the last one, or a wrong one. */
  #sizeLine(piece: Buffer, start: number, out: Buffer[]): number {
    const at = this.#takeLine(piece, start, MAX_SIZE_LINE, 'CHUNK_SIZE_TOO_LONG')
    if (!this.#partial.endsWith('\n')) return at
    const line = SIZE_LINE.exec(this.#partial)
    if (line === null) throw new MalformedMessage('CHUNK_SIZE')
    this.#partial = ''
    const [, digits = '', extensions = ''] = line
    this.#extensions += extensions.length
    if (this.#extensions > MAX_EXTENSIONS) throw new MalformedMessage('CHUNK_EXTENSIONS')
    this.#remaining = Number.parseInt(digits, 16)
    this.#state = this.#remaining === 0 ? State.TRAILERS : State.DATA
    if (this.#remaining > 0 && this.#form === Form.WIRE) {
      out.push(Buffer.from(`${digits}\r\n`, 'latin1'))
    }
    return at
  }

  /** Adds to #partial up to and with the next LF. */
  #takeLine(
    piece: Buffer,
    start: number,
    limit: number,
    tooLong: 'CHUNK_SIZE_TOO_LONG' | 'TRAILER_TOO_LARGE',
  ): number {
    const lineFeed = piece.indexOf(LF, start)
    const end = lineFeed === -1 ? piece.length : lineFeed + 1
    if (this.#partial.length + end - start > limit) throw new MalformedMessage(tooLong)
    this.#partial += piece.toString('latin1', start, end)
    // What cannot become a line is refused now, not when its end comes: a peer may never send one.
    if (
      tooLong === 'CHUNK_SIZE_TOO_LONG' &&
      lineFeed === -1 &&
      !/^[0-9A-Fa-f]+(?:[ \t;][^\0-\x08\x0a-\x1f\x7f]*)?\r?$/.test(this.#partial)
    ) {
      throw new MalformedMessage('CHUNK_SIZE')
    }
    return end
  }

  #chunkEnd(octet: number | undefined): void {
    const wanted = this.#state === State.DATA_CR ? CR : LF
    if (octet !== wanted) throw new MalformedMessage('CHUNK_END')
    this.#state = this.#state === State.DATA_CR ? State.DATA_LF : State.SIZE
  }

  #trailerLines(piece: Buffer, start: number, out: Buffer[]): number {
    let at = start
    while (at < piece.length) {
      at = this.#takeLine(piece, at, MAX_TRAILERS - this.#trailers.length, 'TRAILER_TOO_LARGE')
      if (!this.#partial.endsWith('\n')) return at
      const line = this.#partial
      if (!line.endsWith('\r\n')) throw new MalformedMessage('BARE_LINE_FEED')
      this.#partial = ''
      this.#trailers += line
      if (line !== '\r\n') continue
      this.#state = State.DONE
      readFields(this.#trailers, 0, MAX_TRAILER_FIELDS, trailerSpans)
      if (this.#form === Form.WIRE) {
        out.push(Buffer.from(`0\r\n${withoutForbidden(trailerSpans, this.#nominated)}\r\n`, 'latin1'))
      }
      return at
    }
    return at
  }
}
