/** X-Request-Id and traceparent of requests on their way to an instance: passed on if they are good, else made. */
import type {Identification} from '../config/config.ts'
import {Field, type FieldKind} from '../http1/fields.ts'
import type {RequestHead} from '../http1/request-head.ts'
import {
  idText,
  isSaneId,
  isTraceparent,
  MADE_STEP,
  MAX_COUNT,
  Made,
  traceparentText,
} from '../requests/ids.ts'

const none: readonly FieldKind[] = []

export class RequestIds {
  readonly prefix: string
  readonly #how: Identification
  #count: number
  /** of the request named last: the lines to add, each with CR LF, and the kinds of field that they replace */
  lines = ''
  replaced: readonly FieldKind[] = none

  /** `prefix` is that of the start; counts begin anywhere, so that those of two workers do not meet. */
  constructor(prefix: string, how: Identification, random: () => number) {
    this.prefix = prefix
    this.#how = how
    this.#count = Math.floor(random() * (MAX_COUNT / 2))
  }

  /** Gives what the record keeps: see `Made`. `trusted`: the client is one of trustedProxies. */
  name(head: RequestHead, trusted: boolean): number {
    const {requestId, traceparent} = this.#how
    this.lines = ''
    this.replaced = none
    const known = single(head, Field.X_REQUEST_ID)
    const keeps = requestId === 'keep' || (requestId === 'replace' && trusted)
    const makesId = requestId !== 'off' && !(keeps && known !== undefined && isSaneId(known))
    const parent = single(head, Field.TRACEPARENT)
    const makesTrace = traceparent !== 'off' && !(parent !== undefined && isTraceparent(parent))
    if (!makesId && !makesTrace) return 0
    if (++this.#count === MAX_COUNT) this.#count = 1
    const made = this.#count * MADE_STEP + (makesId ? Made.REQUEST_ID : 0) + (makesTrace ? Made.TRACE : 0)
    const replaced: FieldKind[] = []
    if (makesId) {
      replaced.push(Field.X_REQUEST_ID)
      this.lines = `X-Request-Id: ${idText(this.prefix, made)}\r\n`
    }
    if (makesTrace) {
      // §4.3: what came with a traceparent that is none belongs to no trace.
      replaced.push(Field.TRACEPARENT, Field.TRACESTATE)
      this.lines += `traceparent: ${traceparentText(this.prefix, made, traceparent === 'sampled')}\r\n`
    }
    this.replaced = replaced
    return made
  }
}

/** The value of a field that occurs once; several are none. */
function single({fields}: RequestHead, kind: FieldKind): string | undefined {
  if (!fields.has(kind)) return undefined
  let value: string | undefined
  for (let index = 0; index < fields.count; index++) {
    if (fields.kind(index) !== kind) continue
    if (value !== undefined) return undefined
    value = fields.value(index)
  }
  return value
}
