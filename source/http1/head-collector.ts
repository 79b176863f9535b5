/** Gathers the bytes of one head from pieces of any size, and refuses early what can never become one. */
import {CR, flags, LF, TOKEN} from './characters.ts'
import {type MalformedCode, MalformedMessage} from './malformed.ts'

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const TLS_HANDSHAKE = 22
/** RFC 9112 §2.2 asks to ignore at least one empty line before a request line; a stream of them is abuse. */
const MAX_EMPTY_LINES = 4
const DECODED_WHOLE = 4096
const MAX_BEGUN_TEXT = 1024

export interface CollectorLimits {
  /** bytes of a request line, without its CR LF; a status line may take up all of `head` */
  readonly firstLine: number
  /** bytes of the whole head, with its empty line */
  readonly head: number
}

/** What kind of head is collected: what may begin it, and what its first line is called when it is wrong. */
export type HeadKind = 'request' | 'response'

export class HeadCollector {
  /** after `take` gave a head: where in that piece the first byte after the head lies */
  next = 0
  readonly #kind: HeadKind
  #kept: Buffer | undefined
  #length = 0
  #emptyLines = 0

  constructor(kind: HeadKind) {
    this.#kind = kind
  }

  /** The beginning of what has arrived of a head, as latin1, for whoever has to say why it was refused. */
  get begunText(): string {
    return this.#kept?.toString('latin1', 0, Math.min(this.#length, MAX_BEGUN_TEXT)) ?? ''
  }

  /** Whether part of a head has arrived. */
  get begun(): boolean {
    return this.#length > 0 || this.#emptyLines > 0
  }

  /**
   * Takes piece[from..). Gives the whole head as latin1 text once its empty line is there, else undefined.
   * @throws MalformedMessage
   */
  take(piece: Buffer, from: number, limits: CollectorLimits): string | undefined {
    if (this.#length > 0) return this.#takeMore(piece, from, limits)
    const start = this.#kind === 'request' && piece[from] === CR ? this.#skipEmptyLines(piece, from) : from
    if (start === piece.length) return undefined
    if (piece.length - start <= DECODED_WHOLE) return this.#takeSmall(piece, start, limits)
    const end = piece.indexOf(END_OF_HEAD, start)
    if (end === -1) return this.#begin(piece, start, limits)
    if (end + 4 - start > limits.head) throw this.#tooLarge(piece.subarray(start, end), limits)
    this.next = end + 4
    this.#emptyLines = 0
    return piece.toString('latin1', start, end + 4)
  }

  /** A small piece is decoded before it is searched: one call out of the engine instead of two. */
  #takeSmall(piece: Buffer, start: number, limits: CollectorLimits): string | undefined {
    const text = piece.toString('latin1', start)
    const end = text.indexOf('\r\n\r\n')
    if (end === -1) return this.#begin(piece, start, limits)
    if (end + 4 > limits.head) throw this.#tooLarge(piece.subarray(start, start + end), limits)
    this.next = start + end + 4
    this.#emptyLines = 0
    // Not a slice of the text: the parser looks at each character, and a slice makes each look dearer.
    return end + 4 === text.length ? text : piece.toString('latin1', start, start + end + 4)
  }

  /** The piece holds no more than the beginning of a head. */
  #begin(piece: Buffer, start: number, limits: CollectorLimits): undefined {
    this.#keep(piece, start)
    this.#check(0, limits)
  }

  /** Forgets a head that was begun. */
  clear(): void {
    this.#kept = undefined
    this.#length = 0
    this.#emptyLines = 0
  }

  #takeMore(piece: Buffer, from: number, limits: CollectorLimits): string | undefined {
    const before = this.#length
    // No more than the limit is ever copied, whatever the piece holds.
    const room = Math.max(0, limits.head + 4 - before)
    this.#keep(piece.subarray(0, Math.min(piece.length, from + room)), from)
    const kept = this.#kept ?? piece
    if (kept[0] === CR && this.#length > 1) return this.#restart(piece, from, before, limits)
    const end = kept.subarray(0, this.#length).indexOf(END_OF_HEAD, Math.max(0, before - 3))
    if (end === -1) {
      this.#check(before, limits)
      return undefined
    }
    if (end + 4 > limits.head) throw this.#tooLarge(kept.subarray(0, end), limits)
    const text = kept.toString('latin1', 0, end + 4)
    this.next = from + (end + 4 - before)
    this.clear()
    return text
  }

  /** A lone CR was kept, and what followed shows whether it began an empty line. */
  #restart(piece: Buffer, from: number, before: number, limits: CollectorLimits): string | undefined {
    const joined = Buffer.concat([Buffer.alloc(before, CR), piece.subarray(from)])
    const emptyLines = this.#emptyLines
    this.clear()
    this.#emptyLines = emptyLines
    const head = this.take(joined, 0, limits)
    this.next += from - before
    return head
  }

  #skipEmptyLines(piece: Buffer, from: number): number {
    let at = from
    while (piece[at] === CR && piece[at + 1] === LF) {
      if (++this.#emptyLines > MAX_EMPTY_LINES) throw new MalformedMessage('EMPTY_LINES')
      at += 2
    }
    return at
  }

  #keep(piece: Buffer, from: number): void {
    const added = piece.length - from
    const needed = this.#length + added
    if (this.#kept === undefined || this.#kept.length < needed) {
      const grown = Buffer.allocUnsafeSlow(Math.max(256, needed, (this.#kept?.length ?? 0) * 2))
      if (this.#kept !== undefined) this.#kept.copy(grown, 0, 0, this.#length)
      this.#kept = grown
    }
    piece.copy(this.#kept, this.#length, from)
    this.#length = needed
  }

  /** Looks at the bytes kept since `before` for what no later byte can mend. */
  #check(before: number, limits: CollectorLimits): void {
    const kept = this.#kept?.subarray(0, this.#length)
    if (kept === undefined || kept.length === 0) return
    this.#checkBeginning(kept)
    for (let at = kept.indexOf(LF, before); at !== -1; at = kept.indexOf(LF, at + 1)) {
      if (at === 0 || kept[at - 1] !== CR) throw new MalformedMessage('BARE_LINE_FEED')
    }
    if (kept.length > limits.head || this.#lineTooLong(kept, limits)) throw this.#tooLarge(kept, limits)
  }

  #checkBeginning(kept: Buffer): void {
    const first = kept[0] ?? 0
    if (this.#kind === 'response') {
      const compared = Math.min(5, kept.length)
      if (kept.toString('latin1', 0, compared) !== 'HTTP/'.slice(0, compared))
        throw new MalformedMessage('STATUS_LINE')
    } else if (first === TLS_HANDSHAKE) throw new MalformedMessage('TLS_HELLO')
    else if (((flags[first] ?? 0) & TOKEN) === 0 && !(first === CR && kept.length === 1)) {
      throw new MalformedMessage(first === LF ? 'BARE_LINE_FEED' : 'REQUEST_LINE')
    }
  }

  #tooLarge(kept: Buffer, limits: CollectorLimits): MalformedMessage {
    const code: MalformedCode = this.#lineTooLong(kept, limits) ? 'REQUEST_LINE_TOO_LONG' : 'HEAD_TOO_LARGE'
    return new MalformedMessage(code)
  }

  #lineTooLong(kept: Buffer, limits: CollectorLimits): boolean {
    if (this.#kind === 'response') return false
    const lineFeed = kept.indexOf(LF)
    const end = lineFeed === -1 ? kept.length : lineFeed
    // A CR at the end of what has come may be half of the line's end.
    return (kept[end - 1] === CR ? end - 1 : end) > limits.firstLine
  }
}
