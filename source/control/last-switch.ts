/** What a switch of strategy did to a service: the last minute before it, kept, beside what has been since. */
import type {StrategyName} from '../balancing/strategies.ts'
import type {CellsAt, Figures} from '../metrics/figures.ts'
import type {Meter} from '../metrics/meter.ts'
import type {SwitchFigures, SwitchSide, SwitchSnapshot} from './control.ts'
import {switchWords, TOLD_AFTER_MS} from './switch-words.ts'

/** Later the hour of the day tells more than the strategy. */
const KEPT_MS = 15 * 60_000
/** Of more instances only the service's own figures and the first ones are told. */
const MOST_INSTANCES = 200

interface Instance {
  readonly config: {readonly key: string}
  readonly meter: Meter
}

/** What it looks at of a service. */
interface Switched {
  readonly meter: Meter
  readonly instances: ReadonlyMap<string, Instance>
}

export interface SwitchOf {
  /** epoch ms */
  readonly at: number
  readonly from: StrategyName
  readonly to: StrategyName
  readonly by: string
}

export class LastSwitch {
  readonly #service: Switched
  readonly #switch: SwitchOf
  readonly #before: SwitchSide
  #isTold = false
  /** the cells at the switch, by what they were counted for */
  readonly #marks = new WeakMap<Switched | Instance, CellsAt>()

  /** To be made at the moment of the switch; what happened before `previous` is not counted as before this one. */
  constructor(service: Switched, change: SwitchOf, previous: LastSwitch | undefined) {
    const {at} = change
    this.#service = service
    this.#switch = change
    const instances = [...service.instances.values()]
    for (const one of [service, ...instances]) this.#marks.set(one, one.meter.take(at))
    this.#before = side(service, at, one => {
      const mark = previous === undefined ? undefined : previous.#marks.get(one)
      const {minute} = one.meter
      return mark !== undefined && mark.at > minute.at ? mark : minute
    })
  }

  /** undefined: it is too long ago. The meters have been read for `at` already. */
  snapshot(at: number): SwitchSnapshot | undefined {
    if (at - this.#switch.at > KEPT_MS) return undefined
    return {...this.#switch, before: this.#before, after: side(this.#service, at, one => this.#mark(one, at))}
  }

  /** What it did, once, when it has lasted long enough to be told of. */
  words(at: number): string | undefined {
    if (this.#isTold || at - this.#switch.at < TOLD_AFTER_MS) return undefined
    this.#isTold = true
    const snapshot = this.snapshot(at)
    return snapshot && switchWords(snapshot)
  }

  /** An instance that has come since counts from when it is first seen. */
  #mark(one: Switched | Instance, at: number): CellsAt {
    const known = this.#marks.get(one)
    if (known !== undefined) return known
    const mark = one.meter.take(at)
    this.#marks.set(one, mark)
    return mark
  }
}

function side(service: Switched, at: number, since: (one: Switched | Instance) => CellsAt): SwitchSide {
  const instances = [...service.instances.values()]
  const attempts = instances.reduce((sum, one) => sum + one.meter.finishedSince(since(one)), 0)
  const base = since(service)
  return {
    ms: at - base.at,
    ...told(service.meter.since(base)),
    instances: instances.slice(0, MOST_INSTANCES).map(one => {
      const start = since(one)
      const share = attempts === 0 ? undefined : one.meter.finishedSince(start) / attempts
      return {key: one.config.key, share, ...told(one.meter.since(start))}
    }),
  }
}

function told({finished, p50, p95, errorShare}: Figures): SwitchFigures {
  return {requests: finished, p50, p95, errorShare}
}
