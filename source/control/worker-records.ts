/** What one worker's rings hold: the recent requests, and the problems that outlive them, each once. */
import {type RecorderCells, TOTAL_RECENT} from '../recorder/layout.ts'
import {type RequestRecord, type RingReader, ringReaders} from '../recorder/reader.ts'

export interface News {
  /** oldest first */
  readonly records: readonly RequestRecord[]
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

  /** Records after `last`: of the recent ones at most `limit`, the newest. */
  since(last: number, limit = TOTAL_RECENT): News {
    const slot = this.#recent.newestSlot()
    const newest = this.#recent.sequenceAt(slot)
    const held = this.#recent.countFrom(1, slot)
    const oldest = held === 0 ? 0 : newest - held + 1
    const problemSlot = this.#problems.newestSlot()
    const older = this.#problems.countFrom(1, problemSlot) - this.#problems.countFrom(oldest, problemSlot)
    const news = {newest, came: Math.max(0, newest - last), kept: held + older}
    if (newest <= last) return {...news, records: []}
    const recent = read(this.#recent, slot, Math.min(limit, this.#recent.countFrom(last + 1, slot)))
    // What the traffic has pushed out of one ring may still be in the other.
    const outlived =
      last + 1 < oldest
        ? read(this.#problems, problemSlot, this.#problems.countFrom(last + 1, problemSlot))
        : []
    const records = [...outlived.filter(({sequence}) => sequence < oldest), ...recent]
    // A slot that was written anew while this went on holds what the next look will find.
    return {...news, records: records.filter(({sequence}) => sequence > last && sequence <= newest)}
  }

  /** The problems first: they keep more of their heads. */
  find(sequence: number): RequestRecord | undefined {
    return this.#problems.find(sequence) ?? this.#recent.find(sequence)
  }
}

/** The `count` newest of a ring, oldest first. */
function read(ring: RingReader, newest: number, count: number): readonly RequestRecord[] {
  const records: RequestRecord[] = []
  for (let back = count - 1; back >= 0; back--) {
    const record = ring.read(ring.slotBefore(newest, back))
    if (record !== undefined) records.push(record)
  }
  return records
}
