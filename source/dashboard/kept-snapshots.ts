/** Snapshots of the last quarter of an hour, one for every ten seconds or, of thousands of instances, every minute: rewinding goes through them. */
import type {Snapshot} from '../control/control.ts'

const SPAN_MS = 15 * 60_000
/** one every ten seconds */
const MOST = 90
/** one a minute */
const LEAST = 15
/** Of all instances in all snapshots: about a kilobyte each while they have traffic. */
const INSTANCES = 100_000
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
    const most = mostOf(snapshot)
    if (last !== undefined && snapshot.at - last.at < SPAN_MS / most) {
      if (known.length < this.#all.length) this.#all = known
      return
    }
    this.#all = [...known, snapshot].slice(-most)
  }
}

/** Thousands of instances are kept less often, for just as long. */
function mostOf({services}: Snapshot): number {
  const instances = services.reduce((sum, service) => sum + service.instances.length, 0)
  return Math.max(LEAST, Math.min(MOST, Math.floor(INSTANCES / Math.max(1, instances))))
}

/** The one before this moment; undefined: nothing older is kept. */
export function snapshotBefore(all: readonly Snapshot[], at: number): Snapshot | undefined {
  return all.findLast(snapshot => snapshot.at <= at - LEAST_MS)
}

/** The one after this moment; undefined: now. */
export function snapshotAfter(all: readonly Snapshot[], at: number): Snapshot | undefined {
  return all.find(snapshot => snapshot.at > at)
}
