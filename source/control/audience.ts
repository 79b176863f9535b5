/** Who looks at snapshots, and how often one is taken for them. */
import type {Snapshot} from './control.ts'

/** snapshots for whoever asks for no other number, and for whoever asks for the most */
const PER_SECOND = 4
const MOST_PER_SECOND = 8
/** Without anybody, readings go on slowly, so that whoever looks later finds a history. */
const ALONE_PER_SECOND = 1

export class Audience {
  /** and how many snapshots a second each of them wants */
  readonly #listeners = new Map<(snapshot: Snapshot) => void, number>()
  readonly #take: () => void
  #tick: NodeJS.Timeout | undefined
  #hasEnded = false

  /** `take` is called that often. */
  constructor(take: () => void) {
    this.#take = take
    this.#setTick()
  }

  /** Gives how to go again. */
  join(listener: (snapshot: Snapshot) => void, perSecond = PER_SECOND): () => void {
    this.#listeners.set(listener, Math.max(1, Math.min(MOST_PER_SECOND, perSecond)))
    this.#setTick()
    return () => {
      this.#listeners.delete(listener)
      this.#setTick()
    }
  }

  tell(snapshot: Snapshot): void {
    for (const listener of this.#listeners.keys()) listener(snapshot)
  }

  get perSecond(): number {
    const {size} = this.#listeners
    return size === 0 ? ALONE_PER_SECOND : Math.max(PER_SECOND, ...this.#listeners.values())
  }

  /** Nothing is taken any more. */
  end(): void {
    this.#hasEnded = true
    clearInterval(this.#tick)
  }

  #setTick(): void {
    clearInterval(this.#tick)
    // Whoever looks on may come and go after the end.
    if (!this.#hasEnded) this.#tick = setInterval(this.#take, 1000 / this.perSecond)
  }
}
