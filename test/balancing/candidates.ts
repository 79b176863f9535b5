/** Instances without a proxy around them, picks from fixed dice, and how even the counts are that they give. */
import {newLearned} from '../../source/balancing/learned.ts'
import {type StrategyName, strategies} from '../../source/balancing/strategies.ts'
import type {Candidate} from '../../source/balancing/strategy.ts'
import {hashOf} from '../../source/hash.ts'
import {seededFractions} from '../random.ts'

export interface Named extends Candidate {
  /** its place */
  readonly name: string
  inFlight: number
  weight: number
}

export function candidates(count: number, weights: readonly number[] = []): Named[] {
  return Array.from({length: count}, (_, index) => ({
    name: String(index),
    inFlight: 0,
    weight: weights[index] ?? 1,
    learned: new Uint32Array(newLearned()),
    identity: hashOf(`10.0.0.${index}:80`),
  }))
}

export const weighted = (...weights: readonly number[]): Named[] => candidates(weights.length, weights)

/** Of clients that are neighbours. */
export const addresses = Array.from(
  {length: 20_000},
  (_, index) => `10.${index >> 14}.${(index >> 7) & 127}.${index & 127}`,
)

/** One worker's strategy. The list that is picked from is taken for the lasting one, unless it is `once`. */
export function picker(name: StrategyName, turns = new Uint32Array(new SharedArrayBuffer(4)), seed = 7) {
  let list: readonly Candidate[] = []
  const {pick} = strategies[name]({
    turns,
    random: seededFractions(seed),
    lasting: () => list,
    now: () => 1_000_000,
    hashHeader: () => 'x-user',
  })
  return <C extends Candidate>(from: readonly C[], address = '192.0.2.1', once = false) => {
    if (!once) list = from
    return pick(from, {address, field: () => address})
  }
}

/** Of `counts` draws that should be in proportion to `weights`. */
export function chiSquare(
  counts: readonly number[],
  weights: readonly number[] = counts.map(() => 1),
): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return counts.reduce((sum, count, index) => {
    const due = (total * (weights[index] ?? 0)) / whole
    return sum + (count - due) ** 2 / due
  }, 0)
}
