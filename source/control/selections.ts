/**
 * Which instances of a service could not be picked, and why, at every moment that a record may ask for. A record holds one
 * number, that of the state its worker had been told of; here is what the numbers stand for: a bounded log of changes.
 */
import type {Skipped, SkippedThen} from './requests.ts'
import {STANDS_BY} from './skip-reasons.ts'

/** Changes that are remembered; what lies before them is not known any more. */
const KEPT = 4096
/** So many are named; of a thousand that are down nobody reads more. */
const NAMED = 100

/** Shared by all services, so that one that was gone and is back numbers none of its states twice. */
export class Numbering {
  #last = 0

  /** Small whole numbers: workers keep them without allocating anything. */
  next(): number {
    return ++this.#last
  }
}

interface Change {
  /** of the state that it made */
  readonly number: number
  readonly instance: string
  readonly before: string | undefined
}

type Instances = ReadonlyMap<string, {readonly config: {readonly backup: boolean}}>

const none: Instances = new Map()

export class Selections {
  /** of the state that holds now: rises by one with each change */
  number: number
  readonly #reasons = new Map<string, string>()
  readonly #changes: Change[] = []
  readonly #numbering: Numbering
  /** of the oldest state that is known still */
  #oldest: number

  constructor(numbering: Numbering) {
    this.#numbering = numbering
    this.number = numbering.next()
    this.#oldest = this.number
  }

  /** An instance cannot be picked for this reason, or, without one, can be. Gives the number of the state from here on. */
  change(instance: string, reason: string | undefined): number {
    const before = this.#reasons.get(instance)
    if (before === reason) return this.number
    if (reason === undefined) this.#reasons.delete(instance)
    else this.#reasons.set(instance, reason)
    this.number = this.#numbering.next()
    this.#changes.push({number: this.number, instance, before})
    // In large steps: each moves all that stay.
    if (this.#changes.length >= 2 * KEPT)
      this.#oldest = this.#changes.splice(0, KEPT).at(-1)?.number ?? this.#oldest
    return this.number
  }

  /** Forgets instances that are not there any more. */
  keep(instances: ReadonlyMap<string, unknown>): void {
    for (const instance of [...this.#reasons.keys()])
      if (!instances.has(instance)) this.change(instance, undefined)
  }

  /**
   * Who could not be picked while that state held; undefined: that is too long ago, or was never here. Backups among
   * `instances` stood by as long as one that is none could be picked.
   */
  skippedAt(number: number, instances: Instances = none): SkippedThen | undefined {
    if (number < this.#oldest || number > this.number) return undefined
    const reasons = new Map(this.#reasons)
    for (const change of this.#changes.toReversed()) {
      if (change.number <= number) break
      if (change.before === undefined) reasons.delete(change.instance)
      else reasons.set(change.instance, change.before)
    }
    const all = [...instances]
    if (all.some(([key, {config}]) => !config.backup && !reasons.has(key)))
      for (const [key, {config}] of all) if (config.backup && !reasons.has(key)) reasons.set(key, STANDS_BY)
    const named: Skipped[] = []
    for (const [instance, reason] of reasons) {
      if (named.length === NAMED) break
      named.push({instance, reason})
    }
    return {count: reasons.size, named}
  }
}
