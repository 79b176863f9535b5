/** What is new in one worker's ring since it was read last, each record once, and how many were gone before. */
import type {RingReader} from '../recorder/reader.ts'
import type {RequestRecord} from '../recorder/record.ts'

export class RingTail {
  readonly #ring: RingReader
  /** sequence of the last record that was read, or given up */
  #last: number

  /** Begins with the first there ever was, or with what comes from now on. */
  constructor(ring: RingReader, from: 'first' | 'now') {
    this.#ring = ring
    this.#last = from === 'first' ? 0 : ring.sequenceAt(ring.newestSlot())
  }

  /** Hands the oldest records that are new to `take`, at most `limit`. `more`: there are others. */
  read(
    limit: number,
    take: (record: RequestRecord) => void,
  ): {readonly missed: number; readonly more: boolean} {
    const ring = this.#ring
    const slot = ring.newestSlot()
    const newest = ring.sequenceAt(slot)
    // Sequences rise by one from slot to slot; 0: it is being written at this moment.
    if (newest <= this.#last) return {missed: 0, more: false}
    const held = Math.min(newest - this.#last, ring.slots - 1)
    let missed = newest - held - this.#last
    const count = Math.min(limit, held)
    for (let index = 0; index < count; index++) {
      const back = held - 1 - index
      const record = ring.read(ring.slotBefore(slot, back))
      // A slot that was written anew meanwhile holds a later one, which its own slot would have told again.
      if (record?.sequence === newest - back) take(record)
      else missed++
    }
    this.#last = newest - held + count
    return {missed, more: count < held}
  }
}
