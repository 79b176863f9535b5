/** How often each instance would be picked, and which one next: the strategy, run on copies of what it goes by, so that no turn is taken. */
import {strategies} from '../balancing/strategies.ts'
import type {Candidate, Pick, PickRequest} from '../balancing/strategy.ts'
import {hashOf} from '../hash.ts'
import type {InstanceModel, ServiceModel} from './model.ts'

/** So many picks in a row give the shares; what is drawn is drawn evenly, so that they are right to 0.2 % or so. */
const PICKS = 2000
/** So many first picks, each from the same state, tell one that is certain from one that is drawn. */
const FIRSTS = 24

/** What a strategy goes by, as it is now. */
export class Copy implements Candidate {
  readonly model: InstanceModel
  readonly inFlight: number
  readonly identity: number
  readonly weight: number
  readonly learned: Uint32Array
  readonly #learnedBefore: Uint32Array

  constructor(model: InstanceModel) {
    this.model = model
    this.inFlight = model.lanes.inFlight
    this.identity = hashOf(model.config.key)
    this.weight = model.effectiveWeight
    this.learned = new Uint32Array(model.cells.learned).slice()
    this.#learnedBefore = this.learned.slice()
  }

  /** As before all picks: one that tries an instance of which nothing is known notes that it does. */
  reset(): void {
    this.learned.set(this.#learnedBefore)
  }
}

interface Drawn {
  /** 0 to 1; those that would never be picked are not in it */
  readonly shares: ReadonlyMap<InstanceModel, number>
  /** the one that would be next, where that is certain */
  readonly picked: string | undefined
}

/** As workers have it: a list that is not the lasting one, since some of that are full, takes no turn. */
export interface Lists {
  readonly candidates: readonly Copy[]
  readonly lasting: readonly Copy[]
}

export function drawn(service: ServiceModel, lists: Lists, request: PickRequest): Drawn {
  const {candidates, lasting} = lists
  const shares = new Map<InstanceModel, number>()
  const dice = new EvenDice()
  const pick = pickOn(service, lasting, () => dice.draw())
  for (let time = 0; time < PICKS; time++) {
    dice.next()
    const one = pick(candidates, request)
    if (one === undefined) break
    shares.set(one.model, (shares.get(one.model) ?? 0) + 1 / PICKS)
  }
  const firsts = new Set(
    Array.from({length: FIRSTS}, () => {
      for (const candidate of candidates) candidate.reset()
      return pickOn(service, lasting)(candidates, request)
    }),
  )
  const [only] = firsts
  return {shares, picked: firsts.size === 1 ? only?.model.config.key : undefined}
}

/** The strategy as the workers have it, from the same turn on: its own copy of the turn moves. */
function pickOn(service: ServiceModel, lasting: readonly Copy[], random = Math.random): Pick {
  const turns = new Uint32Array(new SharedArrayBuffer(4))
  turns[0] = service.turn
  return strategies[service.strategy]({
    turns,
    random,
    lasting: () => lasting,
    now: () => Date.now(),
    hashHeader: () => service.config.hashHeader ?? '',
  }).pick
}

/** The plastic number's powers: the sequence of Kronecker that fills one and two dimensions most evenly (Roberts, 2018). */
const STEPS = [0.754_877_666_246_692_8, 0.569_840_290_998_053_3] as const

/** In place of chance: the first draws of many picks, and the second ones, cover [0, 1) without clusters or holes. */
class EvenDice {
  #pick = 0
  #draws = 0

  next(): void {
    this.#pick++
    this.#draws = 0
  }

  draw(): number {
    const step = STEPS[this.#draws++]
    return step === undefined ? Math.random() : (0.5 + this.#pick * step) % 1
  }
}
