/** Drives the whole codec over a stream of bytes, as a connection would, and says all that it found. */
import {BodyReader} from '../../source/http1/body.ts'
import {Form, type FormKind} from '../../source/http1/chunked.ts'
import type {FieldSpans} from '../../source/http1/fields.ts'
import {Framing, type FramingKind} from '../../source/http1/framing.ts'
import {HeadCollector, type HeadKind} from '../../source/http1/head-collector.ts'
import {type MalformedCode, MalformedMessage} from '../../source/http1/malformed.ts'
import {type HeadLimits, RequestHead, readRequestHead} from '../../source/http1/request-head.ts'
import {ResponseHead, readResponseHead} from '../../source/http1/response-head.ts'

export const LIMITS: HeadLimits = {requestLine: 8192, head: 32_768, fields: 100}
export const UPSTREAM_HEAD = 65_536

export interface Message {
  readonly head: string
  readonly fields: ReadonlyArray<readonly [string, string]>
  readonly framing: FramingKind
  readonly persistent: boolean
  /** what came out of the body reader, joined */
  readonly body: string
  readonly payloadLength: number
  /** offset in the stream of the first byte after the message */
  readonly end: number
}

export interface Reading {
  readonly messages: readonly Message[]
  readonly refusal: MalformedCode | undefined
  /** the stream ended inside a message */
  readonly incomplete: boolean
}

export interface ReadOptions {
  readonly kind: HeadKind
  readonly form?: FormKind
  readonly limits?: HeadLimits
  /** responses only: the methods that they answer; GET once they are used up */
  readonly methods?: readonly string[]
  /** read on after a message that ends its connection */
  readonly beyondClose?: boolean
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

export function fieldList(fields: FieldSpans): Array<readonly [string, string]> {
  return Array.from({length: fields.count}, (_, index) => [fields.name(index), fields.value(index)] as const)
}

/** Reads `pieces` in turn; then the connection ends. Stops at a refusal and after a message that closes. */
export function readMessages(pieces: readonly Buffer[], options: ReadOptions): Reading {
  const reader = new StreamReader(options)
  try {
    for (const piece of pieces) reader.take(piece)
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error
    return {messages: reader.messages, refusal: error.code, incomplete: false}
  }
  reader.end()
  return {messages: reader.messages, refusal: undefined, incomplete: reader.begun}
}

class StreamReader {
  readonly messages: Message[] = []
  readonly #options: ReadOptions
  readonly #collector: HeadCollector
  readonly #request = new RequestHead()
  readonly #response = new ResponseHead()
  #body: BodyReader | undefined
  #out: Buffer[] = []
  #pieceStart = 0
  #answered = 0
  #closed = false

  constructor(options: ReadOptions) {
    this.#options = options
    this.#collector = new HeadCollector(options.kind)
  }

  get begun(): boolean {
    return this.#body !== undefined || this.#collector.begun
  }

  take(piece: Buffer): void {
    let at = 0
    while (at < piece.length && !this.#closed) {
      if (this.#body === undefined) {
        const limits = this.#options.limits ?? LIMITS
        const head = this.#options.kind === 'request' ? limits.head : UPSTREAM_HEAD
        const text = this.#collector.take(piece, at, {firstLine: limits.requestLine, head})
        if (text === undefined) break
        at = this.#collector.next
        this.#body = this.#readHead(text, limits)
      }
      at = this.#body.read(piece, at, this.#out)
      if (this.#body.done) this.#finish(this.#body, this.#pieceStart + at)
    }
    this.#pieceStart += piece.length
  }

  end(): void {
    if (this.#body?.framing === Framing.CLOSE) this.#finish(this.#body, this.#pieceStart)
  }

  #readHead(text: string, limits: HeadLimits): BodyReader {
    const form = this.#options.form ?? Form.WIRE
    if (this.#options.kind === 'request') readRequestHead(text, limits, this.#request)
    else readResponseHead(text, this.#options.methods?.[this.#answered] ?? 'GET', this.#response)
    const {framing, contentLength, nominated} = this.#head
    return new BodyReader(framing, contentLength, form, nominated)
  }

  get #head(): RequestHead | ResponseHead {
    return this.#options.kind === 'request' ? this.#request : this.#response
  }

  #finish(body: BodyReader, end: number): void {
    const {text, fields, framing, persistent} = this.#head
    this.messages.push({
      head: text,
      fields: fieldList(fields),
      framing,
      persistent,
      body: Buffer.concat(this.#out).toString('latin1'),
      payloadLength: body.payload,
      end,
    })
    this.#out = []
    this.#body = undefined
    const interim = this.#options.kind === 'response' && this.#response.interim
    if (!interim) this.#answered++
    // A 101 ends HTTP on its connection.
    const switched = interim && this.#response.status === 101
    this.#closed = switched || (!interim && !persistent && this.#options.beyondClose !== true)
  }
}

export function byteByByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

export interface Decoded {
  readonly payload: string
  readonly trailers: string
  readonly end: number
}

/** Reads a chunked body in the plainest way there is, to have another opinion: it knows neither extensions nor mercy. */
export function decodedChunks(wire: string): Decoded {
  let payload = ''
  let at = 0
  for (;;) {
    const line = wire.indexOf('\r\n', at)
    const size = wire.slice(at, line)
    if (line === -1 || !/^[0-9a-f]+$/i.test(size))
      throw new Error(`not a chunk size: ${JSON.stringify(size)}`)
    at = line + 2
    const length = Number.parseInt(size, 16)
    if (length === 0) break
    payload += wire.slice(at, at + length)
    at += length
    if (wire.slice(at, at + 2) !== '\r\n') throw new Error('a chunk without its end')
    at += 2
  }
  const trailers = at
  while (!wire.startsWith('\r\n', at)) {
    const line = wire.indexOf('\r\n', at)
    if (line === -1) throw new Error('a trailer section without its end')
    at = line + 2
  }
  return {payload, trailers: wire.slice(trailers, at), end: at + 2}
}
