/** Takes a switch of strategy back by itself when errors at least double soon after it. */
import type {StrategyName} from '../balancing/strategies.ts'
import {Cell} from '../metrics/lane.ts'
import type {ServiceModel} from './model.ts'

const WATCHED_MS = 30_000
/** Fewer errors than this, or a smaller share, are chance. */
const LEAST_ERRORS = 10
const LEAST_SHARE = 0.01

interface Watch {
  readonly service: ServiceModel
  readonly from: StrategyName
  readonly to: StrategyName
  readonly at: number
  /** share of 5xx in the minute before */
  readonly shareBefore: number
  readonly finished: number
  readonly errors: number
}

/** A switch to take back: to what, and why, for the event. */
export interface TakenBack {
  readonly service: string
  readonly strategy: StrategyName
  readonly why: string
}

export class SwitchGuard {
  readonly #watched = new Map<string, Watch>()

  /** A strategy has just been switched; `at` in epoch ms. Watched where that is wanted, or else the service says so. */
  switched(service: ServiceModel, from: StrategyName, at: number, isWanted?: boolean): void {
    const {name, switchGuard} = service.config
    this.#watched.delete(name)
    if ((isWanted ?? switchGuard) !== true) return
    const shareBefore = service.meter.read(at).errorShare ?? 0
    const {lanes, strategy: to} = service
    const [finished, errors] = [lanes.sum(Cell.FINISHED), lanes.sum(Cell.CLASSES + 5)]
    this.#watched.set(name, {service, from, to, at, shareBefore, finished, errors})
  }

  /** Those that did harm, each once. */
  look(at: number): readonly TakenBack[] {
    const harmful: TakenBack[] = []
    for (const [name, watch] of this.#watched) {
      const {service, to, from} = watch
      if (service.strategy !== to || at - watch.at > WATCHED_MS) {
        this.#watched.delete(name)
        continue
      }
      const finished = (service.lanes.sum(Cell.FINISHED) - watch.finished) >>> 0
      const errors = (service.lanes.sum(Cell.CLASSES + 5) - watch.errors) >>> 0
      if (!isHarm(errors, finished, watch.shareBefore)) continue
      this.#watched.delete(name)
      const seconds = Math.max(1, Math.round((at - watch.at) / 1000))
      const why = `${to} taken back to ${from}: ${percent(errors / finished)} of ${finished} requests failed in ${seconds}s, ${percent(watch.shareBefore)} before`
      harmful.push({service: name, strategy: from, why})
    }
    return harmful
  }
}

/** `shareBefore` 0 to 1. */
export function isHarm(errors: number, finished: number, shareBefore: number): boolean {
  return errors >= LEAST_ERRORS && errors / finished >= Math.max(LEAST_SHARE, 2 * shareBefore)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
