/** One answer to a replayed request on its way: its head as it came, the beginning of its body, and how it ended. */
import type {Dispatcher} from 'undici'
import {printable} from '../printable.ts'
import {codeOf, messageOf} from '../thrown.ts'
import {capturedBody} from './captured-body.ts'
import type {CapturedBody} from './requests.ts'

const MAX_BODY = 65_536

export class ReplayAnswer implements Dispatcher.DispatchHandler {
  status = 0
  head = ''
  duration = 0
  /** resolves with what went wrong, if something did */
  readonly ended: Promise<string | undefined>
  readonly #end: (error: string | undefined) => void
  readonly #startedAt = performance.now()
  readonly #pieces: Buffer[] = []
  #kept = 0
  #length = 0
  #controller: Dispatcher.DispatchController | undefined

  constructor() {
    const {promise, resolve} = Promise.withResolvers<string | undefined>()
    this.ended = promise
    this.#end = error => {
      this.duration = performance.now() - this.#startedAt
      resolve(error)
    }
  }

  get body(): CapturedBody {
    return capturedBody(Buffer.concat(this.#pieces), this.#length)
  }

  stop(reason: string): void {
    this.#end(reason)
    this.#controller?.abort(new Error(reason))
  }

  fail(error: unknown): void {
    const code = codeOf(error)
    this.#end(printable(`${messageOf(error)}${code === undefined ? '' : ` (${code})`}`, 200))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  onResponseStart(
    {rawHeaders}: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    reason = '',
  ): void {
    // Interim responses come here too.
    if (status < 200) return
    this.status = status
    this.head = `HTTP/1.1 ${status} ${reason}\r\n${fieldLines(rawHeaders, headers)}\r\n`
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Buffer): void {
    this.#length += piece.length
    const room = MAX_BODY - this.#kept
    if (room <= 0) return
    this.#pieces.push(Buffer.from(piece.subarray(0, room)))
    this.#kept += Math.min(room, piece.length)
  }

  onResponseEnd(): void {
    this.#end(undefined)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }
}

/** As they came, where undici kept them so. */
function fieldLines(
  raw: Dispatcher.DispatchController['rawHeaders'],
  parsed: Record<string, string | string[] | undefined>,
): string {
  if (Array.isArray(raw)) {
    const texts = raw.map(part => (typeof part === 'string' ? part : part.toString('latin1')))
    return texts.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')
  }
  return Object.entries(parsed)
    .flatMap(([name, value]) => [value ?? []].flat().map(one => `${name}: ${one}\r\n`))
    .join('')
}
