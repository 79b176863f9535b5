/** What one worker's rings hold: the recent requests, and the problems that outlive them, each once. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {RecorderCells} from '../recorder/layout.ts'
import {type RingReader, ringReaders} from '../recorder/reader.ts'
import type {RecordCopy} from '../recorder/record.ts'

/** So many are decoded in one go: a few ms, so that a first look at everything holds up no key. */
const AT_ONCE = 2000

export interface News<Shown> {
  /** oldest first */
  readonly shown: readonly Shown[]
  /** sequence of the newest */
  readonly newest: number
  /** how many there were after the sequence that was asked for, held or not */
  readonly came: number
  readonly kept: number
}

export class WorkerRecords {
  readonly #recent: RingReader
  readonly #problems: RingReader

  constructor(cells: RecorderCells, workers: number, worker: number) {
    const {recent, problems} = ringReaders(cells, workers, worker)
    this.#recent = recent
    this.#problems = problems
  }

  /** Requests after `last`, as `show` makes them: of the recent ones at most `limit`, the newest. */
  async since<Shown>(last: number, limit: number, show: (record: RecordCopy) => Shown): Promise<News<Shown>> {
    const slot = this.#recent.newestSlot()
    const newest = Math.max(last, this.#recent.sequenceAt(slot))
    const held = this.#recent.countFrom(1, slot)
    const oldest = held === 0 ? 0 : newest - held + 1
    const problemSlot = this.#problems.newestSlot()
    const older = this.#problems.countFrom(1, problemSlot) - this.#problems.countFrom(oldest, problemSlot)
    const shown: Shown[] = []
    const news = {newest, came: Math.max(0, newest - last), kept: held + older, shown}
    if (newest <= last) return news
    const read = async (ring: RingReader, from: number, after: number, before: number, most: number) => {
      for (let back = Math.min(most, ring.countFrom(after + 1, from)) - 1; back >= 0; back--) {
        if (back % AT_ONCE === AT_ONCE - 1) await nextTurn()
        const record = ring.read(ring.slotBefore(from, back))
        // A slot that was written anew while this went on holds what the next look will find.
        if (record !== undefined && record.sequence > after && record.sequence < before)
          shown.push(show(record))
      }
    }
    // What the traffic has pushed out of one ring may still be in the other.
    if (last + 1 < oldest) await read(this.#problems, problemSlot, last, oldest, Number.POSITIVE_INFINITY)
    await read(this.#recent, slot, last, newest + 1, limit)
    return news
  }

  /** As `since`, of the problems alone: traffic without any costs nothing. */
  problemsSince<Shown>(last: number, limit: number, show: (record: RecordCopy) => Shown): News<Shown> {
    const ring = this.#problems
    const slot = ring.newestSlot()
    const newest = Math.max(last, ring.sequenceAt(slot))
    const shown: Shown[] = []
    for (let back = Math.min(limit, ring.countFrom(last + 1, slot)) - 1; back >= 0; back--) {
      const record = ring.read(ring.slotBefore(slot, back))
      if (record !== undefined && record.sequence > last && record.sequence <= newest)
        shown.push(show(record))
    }
    return {shown, newest, came: shown.length, kept: ring.countFrom(1, slot)}
  }

  /** The problems first: they keep more of their heads. */
  find(sequence: number): RecordCopy | undefined {
    return this.#problems.find(sequence) ?? this.#recent.find(sequence)
  }
}
