/** A worker's side of the flight recorder: one call a finished request, a few numbers and two texts, nothing allocated. */
import {Buffer} from 'node:buffer'
import {performance} from 'node:perf_hooks'
import type {AttemptFacts, FinishedRequest} from './facts.ts'
import {
  ATTEMPT_NUMBERS,
  Attempt,
  MAX_ATTEMPTS,
  problemsShape,
  type RecorderCells,
  type RingShape,
  recentShape,
  Slot,
  textOffset,
} from './layout.ts'

/** A getter that costs; it never changes. */
const {timeOrigin} = performance

class Ring {
  readonly #numbers: Float64Array
  readonly #bytes: Buffer
  readonly #shape: RingShape
  /** the highest sequence that was here when this writer began */
  readonly last: number
  #next: number

  constructor(cells: SharedArrayBuffer, shape: RingShape) {
    this.#numbers = new Float64Array(cells)
    this.#bytes = Buffer.from(cells)
    this.#shape = shape
    let last = 0
    let lastSlot = -1
    for (let slot = 0; slot < shape.slots; slot++) {
      const sequence = this.#numbers[(slot * shape.slotBytes) / 8 + Slot.SEQUENCE] ?? 0
      if (sequence <= last) continue
      last = sequence
      lastSlot = slot
    }
    this.last = last
    // After it, not from the start: readers count on sequences that rise from slot to slot.
    this.#next = (lastSlot + 1) % shape.slots
  }

  write(sequence: number, facts: FinishedRequest): void {
    const {slots, slotBytes} = this.#shape
    const start = this.#next * slotBytes
    this.#next = this.#next + 1 === slots ? 0 : this.#next + 1
    const at = start / 8
    this.#numbers[at + Slot.SEQUENCE] = 0
    this.#writeNumbers(at, facts)
    this.#writeAttempts(at, facts)
    this.#writeTexts(at, start, facts)
    this.#numbers[at + Slot.SEQUENCE] = sequence
  }

  #writeNumbers(at: number, facts: FinishedRequest): void {
    const numbers = this.#numbers
    const since = facts.startedAt
    numbers[at + Slot.STARTED_AT] = timeOrigin + since
    numbers[at + Slot.STATUS] = facts.status
    numbers[at + Slot.FAULT] = facts.fault
    numbers[at + Slot.SERVICE] = facts.service
    numbers[at + Slot.ROUTED] = facts.routed
    numbers[at + Slot.STRATEGY] = facts.strategy
    numbers[at + Slot.CANDIDATES] = facts.candidates
    numbers[at + Slot.SELECTION] = facts.selection
    numbers[at + Slot.QUEUED] = facts.queued
    numbers[at + Slot.BYTES_IN] = facts.bytesIn
    numbers[at + Slot.BYTES_OUT] = facts.bytesOut
    numbers[at + Slot.MINOR] = facts.minor
    numbers[at + Slot.RESPONDED] = facts.respondedAt < 0 ? -1 : facts.respondedAt - since
    numbers[at + Slot.ENDED] = facts.endedAt - since
    numbers[at + Slot.CLIENT_PORT] = facts.clientPort
    numbers[at + Slot.CONNECTION] = facts.connection
    numbers[at + Slot.REQUEST_ON_CONNECTION] = facts.requestOnConnection
    numbers[at + Slot.REFUSAL] = facts.refusal
    numbers[at + Slot.FLAGS] = facts.flags
    numbers[at + Slot.MADE] = facts.made
  }

  #writeAttempts(at: number, facts: FinishedRequest): void {
    const earlier = facts.earlier
    const had = facts.last.instance >= 0 ? 1 : 0
    this.#numbers[at + Slot.ATTEMPTS] = (earlier?.length ?? 0) + had
    let slot = at + Slot.ATTEMPT
    if (earlier !== undefined) {
      // The latest are kept: they say why the request ended as it did.
      for (const attempt of earlier.slice(had - MAX_ATTEMPTS)) {
        this.#writeAttempt(slot, facts.startedAt, attempt)
        slot += ATTEMPT_NUMBERS
      }
    }
    if (had === 1) this.#writeAttempt(slot, facts.startedAt, facts.last)
  }

  #writeAttempt(slot: number, since: number, attempt: AttemptFacts): void {
    const numbers = this.#numbers
    numbers[slot + Attempt.INSTANCE] = attempt.instance
    numbers[slot + Attempt.FAULT] = attempt.fault
    numbers[slot + Attempt.STATUS] = attempt.status
    numbers[slot + Attempt.STARTED] = attempt.startedAt - since
    numbers[slot + Attempt.CONNECTED] = attempt.connectedAt < 0 ? -1 : attempt.connectedAt - since
    numbers[slot + Attempt.ENDED] = attempt.endedAt - since
    numbers[slot + Attempt.USES] = attempt.uses
    numbers[slot + Attempt.SELECTION] = attempt.selection
  }

  /** Address and detail whole, then as much of the two heads as there is room for. */
  #writeTexts(at: number, start: number, facts: FinishedRequest): void {
    const numbers = this.#numbers
    const end = start + this.#shape.slotBytes
    let to = start + textOffset
    to += numbers[at + Slot.ADDRESS_KEPT] = this.#writeText(facts.address, to, end)
    to += numbers[at + Slot.DETAIL_KEPT] = this.#writeText(facts.detail, to, end)
    const {requestHead, responseHead} = facts
    // A long request head leaves a third of the room to the response's.
    const responseRoom = Math.min(responseHead.length, Math.floor((end - to) / 3))
    const kept = this.#writeText(requestHead, to, end - responseRoom)
    numbers[at + Slot.REQUEST_HEAD] = requestHead.length
    numbers[at + Slot.REQUEST_HEAD_KEPT] = kept
    numbers[at + Slot.RESPONSE_HEAD] = responseHead.length
    numbers[at + Slot.RESPONSE_HEAD_KEPT] = this.#writeText(responseHead, to + kept, end)
  }

  #writeText(text: string, to: number, end: number): number {
    if (text === '' || to >= end) return 0
    return this.#bytes.write(text, to, end - to, 'latin1')
  }
}

export class RecorderWriter {
  readonly #recent: Ring
  readonly #problems: Ring
  #sequence: number

  /** Goes on after what a worker before this one has written, whose records it finds in `cells`. */
  constructor(cells: RecorderCells, workers: number) {
    this.#recent = new Ring(cells.recent, recentShape(workers))
    this.#problems = new Ring(cells.problems, problemsShape(workers))
    this.#sequence = Math.max(this.#recent.last, this.#problems.last)
  }

  /** Gives the sequence by which the record is found. */
  record(facts: FinishedRequest): number {
    const sequence = ++this.#sequence
    this.#recent.write(sequence, facts)
    if (facts.fault !== 0 || facts.status >= 500 || facts.earlier !== undefined) {
      this.#problems.write(sequence, facts)
    }
    return sequence
  }
}
