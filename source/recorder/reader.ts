/** The reader's side of the flight recorder: whole records out of memory that somebody else is writing. */
import {Copies} from './copies.ts'
import {problemsShape, type RecorderCells, type RingShape, recentShape} from './layout.ts'
import type {RecordCopy} from './record.ts'

export class RingReader {
  readonly #numbers: Float64Array
  readonly #shape: RingShape
  readonly #copies: Copies
  /** where the newest record was when it was last looked for */
  #newestSlot = 0

  constructor(cells: SharedArrayBuffer, shape: RingShape, worker: number) {
    this.#numbers = new Float64Array(cells)
    this.#shape = shape
    this.#copies = new Copies(cells, shape, worker)
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
  find(sequence: number): RecordCopy | undefined {
    const newest = this.newestSlot()
    const count = this.countFrom(sequence, newest)
    const record = count === 0 ? undefined : this.read(this.slotBefore(newest, count - 1))
    return record?.sequence === sequence ? record : undefined
  }

  get slots(): number {
    return this.#shape.slots
  }

  /** The record of a slot; undefined when it is empty, or was written while it was read. */
  read(slot: number): RecordCopy | undefined {
    return this.#copies.take(slot)
  }
}

/** Both rings of one worker among `workers`. */
export function ringReaders(cells: RecorderCells, workers: number, worker: number) {
  return {
    recent: new RingReader(cells.recent, recentShape(workers), worker),
    problems: new RingReader(cells.problems, problemsShape(workers), worker),
  }
}
