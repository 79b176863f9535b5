/** Takes records out of a ring: packed one after the other into memory of the reader's own, as they lay there. */
import {Buffer} from 'node:buffer'
import {type RingShape, Slot, textOffset} from './layout.ts'
import {numbersOf, RecordCopy, type RecordMemory} from './record.ts'

/** So much is had at a time, and let go when none of its records is held any more. */
const BLOCK_BYTES = 256 * 1024

interface Block extends RecordMemory {
  /** the place of the next number */
  end: number
}

export class Copies {
  readonly #numbers: Float64Array
  readonly #bytes: Buffer
  readonly #shape: RingShape
  readonly #worker: number
  #block: Block | undefined
  /** Problems are held much longer than the others: one of them must not keep a whole block of these. */
  #problems: Block | undefined

  constructor(cells: SharedArrayBuffer, shape: RingShape, worker: number) {
    this.#numbers = new Float64Array(cells)
    this.#bytes = Buffer.from(cells)
    this.#shape = shape
    this.#worker = worker
  }

  /** The record of a slot; undefined when it is empty, or was written while it was read. */
  take(slot: number): RecordCopy | undefined {
    const numbers = this.#numbers
    const from = (slot * this.#shape.slotBytes) / 8
    const sequence = numbers[from + Slot.SEQUENCE] ?? 0
    if (sequence === 0) return undefined
    const block = this.#blockFor(from)
    const at = block.end
    const count = numbersOf(numbers[from + Slot.ATTEMPTS] ?? 0)
    for (let index = 0; index < count; index++) block.numbers[at + index] = numbers[from + index] ?? 0
    const texts = this.#textBytes(from)
    const start = from * 8 + textOffset
    this.#bytes.copy(block.bytes, (at + count) * 8, start, start + texts)
    if (numbers[from + Slot.SEQUENCE] !== sequence) return undefined
    block.end = at + count + Math.ceil(texts / 8)
    return new RecordCopy(block, at)
  }

  /** A slot that is being written may hold any length: its copy is thrown away, and must not write elsewhere. */
  #textBytes(from: number): number {
    const length = (field: number) => this.#numbers[from + field] ?? 0
    const all =
      length(Slot.ADDRESS_KEPT) +
      length(Slot.DETAIL_KEPT) +
      length(Slot.REQUEST_HEAD_KEPT) +
      length(Slot.RESPONSE_HEAD_KEPT)
    return Math.max(0, Math.min(this.#shape.slotBytes - textOffset, all))
  }

  #blockFor(from: number): Block {
    const number = (field: number) => this.#numbers[from + field] ?? 0
    const isProblem = number(Slot.FAULT) > 0 || number(Slot.STATUS) >= 500 || number(Slot.ATTEMPTS) > 1
    const known = isProblem ? this.#problems : this.#block
    if (known !== undefined && known.end * 8 + this.#shape.slotBytes <= BLOCK_BYTES) return known
    const memory = new ArrayBuffer(BLOCK_BYTES)
    const block = {
      numbers: new Float64Array(memory),
      bytes: Buffer.from(memory),
      worker: this.#worker,
      end: 0,
    }
    if (isProblem) this.#problems = block
    else this.#block = block
    return block
  }
}
