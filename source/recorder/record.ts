/**
 * One finished request as it lies in the recorder: numbers and texts, each decoded only when somebody reads it. Of the
 * thousands that a look at the recorder copies, most are counted and never drawn.
 */
// Longer than our files are: what is decoded of a slot lies in one order, which has one reader.
import type {Buffer} from 'node:buffer'
import {type FaultCode, faultCodes} from '../faults.ts'
import {ATTEMPT_NUMBERS, Attempt, Flag, MAX_ATTEMPTS, type Refusal, refusals, Slot} from './layout.ts'

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
  /** exchanges on that connection, this one included: 1 is a new connection */
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

/** Memory that records are copied into, one after the other; gone when the last of them is. */
export interface RecordMemory {
  readonly numbers: Float64Array
  /** the same memory */
  readonly bytes: Buffer
  readonly worker: number
}

/** How many of a record's numbers say something; its texts follow them. A slot that is being written may hold any count. */
export function numbersOf(attempts: number): number {
  return Slot.ATTEMPT + Math.min(MAX_ATTEMPTS, attempts) * ATTEMPT_NUMBERS
}

const usualMethods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const
const SPACE = 32
const RETURN = 13

/** `at`: the place of its first number. */
export class RecordCopy implements RequestRecord {
  readonly #memory: RecordMemory
  readonly #at: number

  constructor(memory: RecordMemory, at: number) {
    this.#memory = memory
    this.#at = at
  }

  #number(field: number): number {
    return this.#memory.numbers[this.#at + field] ?? 0
  }

  /** Where the texts begin, in bytes. */
  get #texts(): number {
    return (this.#at + numbersOf(this.#number(Slot.ATTEMPTS))) * 8
  }

  get #requestHeadAt(): number {
    return this.#texts + this.#number(Slot.ADDRESS_KEPT) + this.#number(Slot.DETAIL_KEPT)
  }

  #text(from: number, length: number): string {
    return length === 0 ? '' : this.#memory.bytes.toString('latin1', from, from + length)
  }

  get id(): string {
    return `${this.#memory.worker}.${this.sequence}`
  }

  get worker(): number {
    return this.#memory.worker
  }

  get sequence(): number {
    return this.#number(Slot.SEQUENCE)
  }

  get at(): number {
    return this.#number(Slot.STARTED_AT)
  }

  get duration(): number {
    return this.#number(Slot.ENDED)
  }

  get responded(): number | undefined {
    const responded = this.#number(Slot.RESPONDED)
    return responded < 0 ? undefined : responded
  }

  get status(): number {
    return this.#number(Slot.STATUS)
  }

  get fault(): FaultCode | undefined {
    return faultCodes[this.#number(Slot.FAULT) - 1]
  }

  get detail(): string {
    return this.#text(this.#texts + this.#number(Slot.ADDRESS_KEPT), this.#number(Slot.DETAIL_KEPT))
  }

  get service(): number {
    return this.#number(Slot.SERVICE) - 1
  }

  get routed(): number {
    return this.#number(Slot.ROUTED) - 1
  }

  get strategy(): number {
    return this.#number(Slot.STRATEGY)
  }

  get candidates(): number {
    return this.#number(Slot.CANDIDATES)
  }

  get made(): number {
    return this.#number(Slot.MADE)
  }

  get queued(): number {
    return this.#number(Slot.QUEUED)
  }

  get selection(): number {
    return this.#number(Slot.SELECTION)
  }

  get minor(): number {
    return this.#number(Slot.MINOR)
  }

  /** What was refused may have anything here: it ends at the first blank, or with the line. */
  get method(): string {
    const start = this.#requestHeadAt
    const end = this.#wordEnd(start)
    return this.#usualMethod(start, end - start) ?? this.#text(start, end - start)
  }

  /** The same text again, not a new one for each request. */
  #usualMethod(start: number, length: number): string | undefined {
    const {bytes} = this.#memory
    return usualMethods.find(method => {
      if (method.length !== length) return false
      for (let at = 0; at < length; at++) if (bytes[start + at] !== method.charCodeAt(at)) return false
      return true
    })
  }

  get target(): string {
    const start = this.#wordEnd(this.#requestHeadAt) + 1
    return this.#memory.bytes[start - 1] === SPACE ? this.#text(start, this.#wordEnd(start) - start) : ''
  }

  /** Where the word of the first line that begins at `from` ends. */
  #wordEnd(from: number): number {
    const {bytes} = this.#memory
    const end = this.#requestHeadAt + this.#number(Slot.REQUEST_HEAD_KEPT)
    let at = from
    while (at < end && bytes[at] !== SPACE && bytes[at] !== RETURN) at++
    return at
  }

  get bytesIn(): number {
    return this.#number(Slot.BYTES_IN)
  }

  get bytesOut(): number {
    return this.#number(Slot.BYTES_OUT)
  }

  get clientAddress(): string {
    return this.#text(this.#texts, this.#number(Slot.ADDRESS_KEPT))
  }

  get clientPort(): number {
    return this.#number(Slot.CLIENT_PORT)
  }

  get connection(): number {
    return this.#number(Slot.CONNECTION)
  }

  get requestOnConnection(): number {
    return this.#number(Slot.REQUEST_ON_CONNECTION)
  }

  get refusal(): Refusal | undefined {
    return refusals[this.#number(Slot.REFUSAL) - 1]
  }

  get attemptCount(): number {
    return this.#number(Slot.ATTEMPTS)
  }

  get attempts(): readonly AttemptRecord[] {
    const count = Math.min(MAX_ATTEMPTS, this.attemptCount)
    const attempts: AttemptRecord[] = []
    for (let index = 0; index < count; index++) attempts.push(this.#attempt(index))
    return attempts
  }

  #attempt(index: number): AttemptRecord {
    const slot = Slot.ATTEMPT + index * ATTEMPT_NUMBERS
    const connected = this.#number(slot + Attempt.CONNECTED)
    return {
      instance: this.#number(slot + Attempt.INSTANCE),
      fault: faultCodes[this.#number(slot + Attempt.FAULT) - 1],
      status: this.#number(slot + Attempt.STATUS),
      started: this.#number(slot + Attempt.STARTED),
      connected: connected < 0 ? undefined : connected,
      ended: this.#number(slot + Attempt.ENDED),
      uses: this.#number(slot + Attempt.USES),
      selection: this.#number(slot + Attempt.SELECTION),
    }
  }

  #has(flag: number): boolean {
    return (this.#number(Slot.FLAGS) & flag) !== 0
  }

  get tls(): 'TLSv1.2' | 'TLSv1.3' | undefined {
    return this.#has(Flag.TLS_1_3) ? 'TLSv1.3' : this.#has(Flag.TLS_1_2) ? 'TLSv1.2' : undefined
  }

  get upgraded(): boolean {
    return this.#has(Flag.UPGRADED)
  }

  get sticky(): boolean {
    return this.#has(Flag.STICKY)
  }

  get onPurpose(): boolean {
    return this.#has(Flag.ON_PURPOSE)
  }

  get broken(): boolean {
    return this.#has(Flag.RESPONSE_BROKEN)
  }

  get requestHead(): string {
    return this.#text(this.#requestHeadAt, this.#number(Slot.REQUEST_HEAD_KEPT))
  }

  get responseHead(): string {
    const start = this.#requestHeadAt + this.#number(Slot.REQUEST_HEAD_KEPT)
    return this.#text(start, this.#number(Slot.RESPONSE_HEAD_KEPT))
  }

  get requestHeadLength(): number {
    return this.#number(Slot.REQUEST_HEAD)
  }

  get responseHeadLength(): number {
    return this.#number(Slot.RESPONSE_HEAD)
  }
}
