/** Picks that go by weight: in turn, and at a place drawn. What a lasting list needs is worked out once. */
import {smoothSlots} from './smooth-slots.ts'
import type {Candidate} from './strategy.ts'

export function equalWeights(candidates: readonly Candidate[]): boolean {
  const weight = candidates[0]?.weight
  for (const candidate of candidates) if (candidate.weight !== weight) return false
  return true
}

export class Weighted {
  readonly #lasting: () => readonly Candidate[]
  #list: readonly Candidate[] | undefined
  /** undefined: all have the same weight */
  #slots: Uint32Array | undefined

  constructor(lasting: () => readonly Candidate[]) {
    this.#lasting = lasting
  }

  /** Of a lasting list, the one whose turn it is: over as many turns as the weights make together, each has its share. */
  inTurn<C extends Candidate>(candidates: readonly C[], turn: number): C | undefined {
    const slots = this.#slotsOf(candidates)
    return candidates[slots === undefined ? turn % candidates.length : (slots[turn % slots.length] ?? 0)]
  }

  /** The one at `place`, in [0, 1), where each has a part as long as its share. */
  at<C extends Candidate>(candidates: readonly C[], place: number): C | undefined {
    if (candidates !== this.#lasting()) return placed(candidates, place)
    const slots = this.#slotsOf(candidates)
    return candidates[
      slots === undefined
        ? Math.floor(place * candidates.length)
        : (slots[Math.floor(place * slots.length)] ?? 0)
    ]
  }

  /** Whether all have the same weight; for a lasting list this is known. */
  equal(candidates: readonly Candidate[]): boolean {
    return candidates === this.#lasting() ? this.#slotsOf(candidates) === undefined : equalWeights(candidates)
  }

  #slotsOf(candidates: readonly Candidate[]): Uint32Array | undefined {
    if (candidates !== this.#list) {
      this.#list = candidates
      this.#slots = equalWeights(candidates) ? undefined : smoothSlots(candidates.map(({weight}) => weight))
    }
    return this.#slots
  }
}

/** Looks at all: for a list that is picked from once. */
function placed<C extends Candidate>(candidates: readonly C[], place: number): C | undefined {
  let total = 0
  for (const {weight} of candidates) total += weight
  let left = place * total
  for (const candidate of candidates) {
    left -= candidate.weight
    if (left < 0) return candidate
  }
  return candidates.at(-1) // what rounding left over
}
