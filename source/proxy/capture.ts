/** Bodies of requests that match a filter: the beginning of each, as long as there is room, and only while asked for. */
import {BodyReader} from '../http1/body.ts'
import {Form} from '../http1/chunked.ts'
import {Framing} from '../http1/framing.ts'
import {MalformedMessage} from '../http1/malformed.ts'
import {type EarlySubject, parseFilter, type Subject} from '../requests/filter.ts'
import type {Body} from './messages.ts'

/** Of each body. */
const MAX_BODY = 65_536
/** Of all bodies of the process. */
const MAX_TOTAL = 128 * 1_048_576
/** What an entry costs besides its bytes, so that many empty ones count too. */
const ENTRY_BYTES = 512

/** One body on its way. */
class CapturedStream {
  readonly #capture: Capture
  /** takes the chunked coding off, which is passed on as it is */
  readonly #decoder: BodyReader | undefined
  readonly #pieces: Buffer[] = []
  bytes = 0
  length = 0

  constructor(capture: Capture, chunked: boolean) {
    this.#capture = capture
    this.#decoder = chunked ? new BodyReader(Framing.CHUNKED, 0, Form.PAYLOAD) : undefined
  }

  take(pieces: readonly Buffer[]): void {
    for (const piece of this.#decoder === undefined ? pieces : decoded(pieces, this.#decoder)) {
      this.length += piece.length
      const wanted = Math.min(piece.length, MAX_BODY - this.bytes)
      const bytes = wanted <= 0 ? 0 : this.#capture.reserve(wanted)
      if (bytes === 0) continue
      // A copy: the memory that was read into is used again.
      this.#pieces.push(Buffer.from(piece.subarray(0, bytes)))
      this.bytes += bytes
    }
  }

  get body(): Body {
    return {bytes: Buffer.concat(this.#pieces), length: this.length}
  }
}

/** The bodies of one request. */
export class CapturedExchange {
  readonly #capture: Capture
  readonly early: EarlySubject
  request: CapturedStream | undefined
  response: CapturedStream | undefined

  constructor(capture: Capture, early: EarlySubject) {
    this.#capture = capture
    this.early = early
  }

  requestPieces(pieces: readonly Buffer[], chunked: boolean): void {
    this.request ??= new CapturedStream(this.#capture, chunked)
    this.request.take(pieces)
  }

  responsePieces(pieces: readonly Buffer[], chunked: boolean): void {
    this.response ??= new CapturedStream(this.#capture, chunked)
    this.response.take(pieces)
  }

  /** The request is over, and now all is known that a filter can ask for. */
  end(sequence: number, subject: Subject): void {
    this.#capture.end(this, sequence, subject)
  }

  get bytes(): number {
    return (this.request?.bytes ?? 0) + (this.response?.bytes ?? 0)
  }
}

export class Capture {
  readonly #mayMatch: (request: EarlySubject) => boolean
  readonly #matches: (request: Subject) => boolean
  readonly #room: number
  /** by sequence, the oldest first */
  readonly #ended = new Map<number, CapturedExchange>()
  #bytes = 0

  /** `filter` has been checked where it was typed; one that cannot be read matches nothing. */
  constructor(filter: string, workers: number) {
    const parsed = parseFilter(filter)
    const nothing = () => false
    this.#mayMatch = parsed.ok ? parsed.mayMatch : nothing
    this.#matches = parsed.ok ? parsed.matches : nothing
    this.#room = Math.floor(MAX_TOTAL / workers)
  }

  begin(early: EarlySubject): CapturedExchange | undefined {
    return this.#mayMatch(early) ? new CapturedExchange(this, early) : undefined
  }

  /** Takes room for so many bytes and gives how many of them there is room for; the oldest that ended give way. */
  reserve(wanted: number): number {
    for (const [sequence, oldest] of this.#ended) {
      if (this.#bytes + wanted <= this.#room) break
      this.#ended.delete(sequence)
      this.#bytes -= oldest.bytes + ENTRY_BYTES
    }
    const given = Math.max(0, Math.min(wanted, this.#room - this.#bytes))
    this.#bytes += given
    return given
  }

  end(exchange: CapturedExchange, sequence: number, subject: Subject): void {
    const empty = exchange.request === undefined && exchange.response === undefined
    if (empty || !this.#matches(subject)) {
      this.#bytes -= exchange.bytes
      return
    }
    this.reserve(ENTRY_BYTES)
    this.#ended.set(sequence, exchange)
  }

  bodies(sequence: number): {
    readonly requestBody: Body | undefined
    readonly responseBody: Body | undefined
  } {
    const found = this.#ended.get(sequence)
    return {requestBody: found?.request?.body, responseBody: found?.response?.body}
  }
}

function decoded(pieces: readonly Buffer[], decoder: BodyReader): readonly Buffer[] {
  const out: Buffer[] = []
  try {
    for (const piece of pieces) decoder.read(piece, 0, out)
  } catch (error) {
    // What comes here has been judged before; should it not be a body after all, nothing of it is kept.
    if (!(error instanceof MalformedMessage)) throw error
  }
  return out
}
