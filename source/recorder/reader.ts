/** The reader's side of the flight recorder: whole records out of memory that somebody else is writing. */
import {Buffer} from 'node:buffer'
import {type FaultCode, faultCodes} from '../faults.ts'
import {requestLineOf} from '../requests/heads.ts'
import {
  ATTEMPT_NUMBERS,
  Attempt,
  Flag,
  MAX_ATTEMPTS,
  problemsShape,
  type RecorderCells,
  type Refusal,
  type RingShape,
  recentShape,
  refusals,
  Slot,
  textOffset,
} from './layout.ts'

/** Times in ms after the request's start; undefined where it did not come to that. */
export interface AttemptRecord {
  /** its number within its service */
  readonly instance: number
  readonly fault: FaultCode | undefined
  /** what the instance answered; the status its fault stands for; 0: neither */
  readonly status: number
  readonly started: number
  readonly connected: number | undefined
  readonly ended: number
  /** exchanges on that connection, this one included */
  readonly uses: number
  readonly selection: number
}

/** One finished request. Texts come from the network: they are latin1, and not safe to print. */
export interface RequestRecord {
  /** `worker.sequence`: unique while the proxy runs */
  readonly id: string
  readonly worker: number
  readonly sequence: number
  /** epoch ms */
  readonly at: number
  /** ms */
  readonly duration: number
  readonly responded: number | undefined
  readonly status: number
  readonly fault: FaultCode | undefined
  /** what made the fault, such as ECONNRESET; may be empty */
  readonly detail: string
  /** its number; -1: none */
  readonly service: number
  /** number of the service whose split gave it to `service`, or kept it; -1: there is no split */
  readonly routed: number
  readonly strategy: number
  readonly candidates: number
  /** ids that were made for it: see `Made` */
  readonly made: number
  /** ms that it waited for an instance with room */
  readonly queued: number
  readonly selection: number
  readonly minor: number
  readonly method: string
  readonly target: string
  readonly bytesIn: number
  readonly bytesOut: number
  readonly clientAddress: string
  readonly clientPort: number
  readonly connection: number
  readonly requestOnConnection: number
  readonly refusal: Refusal | undefined
  readonly attemptCount: number
  /** the last few */
  readonly attempts: readonly AttemptRecord[]
  readonly tls: 'TLSv1.2' | 'TLSv1.3' | undefined
  readonly upgraded: boolean
  /** the last instance was the one that the client's cookie named */
  readonly sticky: boolean
  /** a fault that was made on purpose has met it */
  readonly onPurpose: boolean
  /** the response had begun and was cut */
  readonly broken: boolean
  /** as much as was kept */
  readonly requestHead: string
  readonly responseHead: string
  /** how long they were */
  readonly requestHeadLength: number
  readonly responseHeadLength: number
}

export class RingReader {
  readonly #numbers: Float64Array
  readonly #bytes: Buffer
  readonly #shape: RingShape
  readonly #worker: number
  /** where the newest record was when it was last looked for */
  #newestSlot = 0

  constructor(cells: SharedArrayBuffer, shape: RingShape, worker: number) {
    this.#numbers = new Float64Array(cells)
    this.#bytes = Buffer.from(cells)
    this.#shape = shape
    this.#worker = worker
  }

  /** The sequence that a slot holds now; 0 when it is empty or being written. */
  sequenceAt(slot: number): number {
    return this.#numbers[(slot * this.#shape.slotBytes) / 8] ?? 0
  }

  /** The slot of the newest record. Sequences rise from slot to slot, so it costs as many looks as there is news. */
  newestSlot(): number {
    let slot = this.#newestSlot
    let sequence = this.sequenceAt(slot)
    // Being written just now: the one before it is the newest.
    if (sequence === 0) {
      slot = this.slotBefore(slot, 1)
      sequence = this.sequenceAt(slot)
    }
    for (let step = 0; step < this.#shape.slots; step++) {
      const next = slot + 1 === this.#shape.slots ? 0 : slot + 1
      const following = this.sequenceAt(next)
      if (following <= sequence) break
      slot = next
      sequence = following
    }
    if (sequence > 0) this.#newestSlot = slot
    return this.#newestSlot
  }

  slotBefore(slot: number, steps: number): number {
    return (slot - steps + this.#shape.slots) % this.#shape.slots
  }

  /** How many records of `sequence` and later ones are held, counted back from `newest`: a binary search. */
  countFrom(sequence: number, newest: number): number {
    let from = 0
    let to = this.#shape.slots
    while (from < to) {
      const middle = (from + to) >>> 1
      const held = this.sequenceAt(this.slotBefore(newest, middle))
      if (held !== 0 && held >= sequence) from = middle + 1
      else to = middle
    }
    return from
  }

  /** The record of that sequence; undefined when it is not held. */
  find(sequence: number): RequestRecord | undefined {
    const newest = this.newestSlot()
    const count = this.countFrom(sequence, newest)
    const record = count === 0 ? undefined : this.read(this.slotBefore(newest, count - 1))
    return record?.sequence === sequence ? record : undefined
  }

  get slots(): number {
    return this.#shape.slots
  }

  /** The record of a slot; undefined when it is empty, or was written while it was read. */
  read(slot: number): RequestRecord | undefined {
    const start = slot * this.#shape.slotBytes
    const at = start / 8
    const sequence = this.#numbers[at + Slot.SEQUENCE] ?? 0
    if (sequence === 0) return undefined
    const record = this.#decode(at, start, sequence)
    return this.#numbers[at + Slot.SEQUENCE] === sequence ? record : undefined
  }

  #decode(at: number, start: number, sequence: number): RequestRecord {
    const numbers = this.#numbers
    const number = (field: number) => numbers[at + field] ?? 0
    const addressEnd = number(Slot.ADDRESS_KEPT)
    const detailEnd = addressEnd + number(Slot.DETAIL_KEPT)
    const requestHeadEnd = detailEnd + number(Slot.REQUEST_HEAD_KEPT)
    const responseHeadEnd = requestHeadEnd + number(Slot.RESPONSE_HEAD_KEPT)
    // One copy for all texts. A slot that is being written may hold any length: its record is thrown away, and must
    // not throw.
    const from = start + textOffset
    const room = this.#shape.slotBytes - textOffset
    const text = this.#bytes.toString('latin1', from, from + Math.min(room, Math.max(0, responseHeadEnd)))
    const clientAddress = text.slice(0, addressEnd)
    const detail = text.slice(addressEnd, detailEnd)
    const requestHead = text.slice(detailEnd, requestHeadEnd)
    const responseHead = text.slice(requestHeadEnd, responseHeadEnd)
    const [method, target] = requestLineOf(requestHead)
    const responded = number(Slot.RESPONDED)
    const flags = number(Slot.FLAGS)
    return {
      id: `${this.#worker}.${sequence}`,
      worker: this.#worker,
      sequence,
      at: number(Slot.STARTED_AT),
      duration: number(Slot.ENDED),
      responded: responded < 0 ? undefined : responded,
      status: number(Slot.STATUS),
      fault: faultCodes[number(Slot.FAULT) - 1],
      detail,
      service: number(Slot.SERVICE) - 1,
      routed: number(Slot.ROUTED) - 1,
      strategy: number(Slot.STRATEGY),
      candidates: number(Slot.CANDIDATES),
      selection: number(Slot.SELECTION),
      made: number(Slot.MADE),
      queued: number(Slot.QUEUED),
      minor: number(Slot.MINOR),
      method,
      target,
      bytesIn: number(Slot.BYTES_IN),
      bytesOut: number(Slot.BYTES_OUT),
      clientAddress,
      clientPort: number(Slot.CLIENT_PORT),
      connection: number(Slot.CONNECTION),
      requestOnConnection: number(Slot.REQUEST_ON_CONNECTION),
      refusal: refusals[number(Slot.REFUSAL) - 1],
      attemptCount: number(Slot.ATTEMPTS),
      attempts: this.#attempts(at),
      tls: (flags & Flag.TLS_1_3) !== 0 ? 'TLSv1.3' : (flags & Flag.TLS_1_2) !== 0 ? 'TLSv1.2' : undefined,
      upgraded: (flags & Flag.UPGRADED) !== 0,
      sticky: (flags & Flag.STICKY) !== 0,
      onPurpose: (flags & Flag.ON_PURPOSE) !== 0,
      broken: (flags & Flag.RESPONSE_BROKEN) !== 0,
      requestHead,
      responseHead,
      requestHeadLength: number(Slot.REQUEST_HEAD),
      responseHeadLength: number(Slot.RESPONSE_HEAD),
    }
  }

  #attempts(at: number): readonly AttemptRecord[] {
    const count = Math.min(MAX_ATTEMPTS, this.#numbers[at + Slot.ATTEMPTS] ?? 0)
    const attempts: AttemptRecord[] = []
    for (let index = 0; index < count; index++) {
      attempts.push(this.#attempt(at + Slot.ATTEMPT + index * ATTEMPT_NUMBERS))
    }
    return attempts
  }

  #attempt(slot: number): AttemptRecord {
    const numbers = this.#numbers
    const connected = numbers[slot + Attempt.CONNECTED] ?? -1
    return {
      instance: numbers[slot + Attempt.INSTANCE] ?? -1,
      fault: faultCodes[(numbers[slot + Attempt.FAULT] ?? 0) - 1],
      status: numbers[slot + Attempt.STATUS] ?? 0,
      started: numbers[slot + Attempt.STARTED] ?? 0,
      connected: connected < 0 ? undefined : connected,
      ended: numbers[slot + Attempt.ENDED] ?? 0,
      uses: numbers[slot + Attempt.USES] ?? 0,
      selection: numbers[slot + Attempt.SELECTION] ?? 0,
    }
  }
}

/** Both rings of one worker among `workers`. */
export function ringReaders(cells: RecorderCells, workers: number, worker: number) {
  return {
    recent: new RingReader(cells.recent, recentShape(workers), worker),
    problems: new RingReader(cells.problems, problemsShape(workers), worker),
  }
}
