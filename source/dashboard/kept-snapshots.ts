/** Snapshots of the last quarter of an hour, one for every ten seconds: what rewinding goes through. */
import type {Snapshot} from '../control/control.ts'

const STEP_MS = 10_000
/** 15 minutes */
const KEPT = 90
/** A step back leads at least so far, so that the first one is seen to be one. */
const LEAST_MS = 5000

export class KeptSnapshots {
  #all: readonly Snapshot[] = []

  /** oldest first */
  get all(): readonly Snapshot[] {
    return this.#all
  }

  /** Keeps it if it is time for one. After a clock was set back, what lies in the future is dropped. */
  offer(snapshot: Snapshot): void {
    const known = this.#all.filter(({at}) => at <= snapshot.at)
    const last = known.at(-1)
    if (last !== undefined && snapshot.at - last.at < STEP_MS) {
      if (known.length < this.#all.length) this.#all = known
      return
    }
    this.#all = [...known, snapshot].slice(-KEPT)
  }
}

/** The one before this moment; undefined: nothing older is kept. */
export function snapshotBefore(all: readonly Snapshot[], at: number): Snapshot | undefined {
  return all.findLast(snapshot => snapshot.at <= at - LEAST_MS)
}

/** The one after this moment; undefined: now. */
export function snapshotAfter(all: readonly Snapshot[], at: number): Snapshot | undefined {
  return all.find(snapshot => snapshot.at > at)
}
