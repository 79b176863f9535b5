/** Asks the control how the configuration's file compares, while that is looked at. */
import type {Control, Snapshot} from '../control/control.ts'
import {printable} from '../printable.ts'
import {messageOf} from '../thrown.ts'
import type {Compared} from './config-tab.ts'

/** The file may change at any time, and a small one is read in a few milliseconds. */
const EVERY_MS = 2000

export class ConfigFeed {
  readonly #control: Pick<Control, 'compareConfig'>
  readonly #came: (compared: Compared) => void
  #asking = false
  /** by the clock of the snapshots */
  #askedAt = Number.NEGATIVE_INFINITY
  #askedFor = ''

  constructor(control: Pick<Control, 'compareConfig'>, came: (compared: Compared) => void) {
    this.#control = control
    this.#came = came
  }

  /** With each snapshot and key. One question at a time. */
  ask(isWanted: boolean, {at, configuration}: Snapshot): void {
    if (!isWanted) {
      this.#askedFor = ''
      return
    }
    const state = `${configuration.generation} ${configuration.problem ?? ''}`
    if (this.#asking || (state === this.#askedFor && Math.abs(at - this.#askedAt) < EVERY_MS)) return
    this.#askedFor = state
    this.#askedAt = at
    void this.now()
  }

  /** Never rejects. */
  async now(): Promise<Compared> {
    this.#asking = true
    let compared: Compared
    try {
      compared = await this.#control.compareConfig()
    } catch (error) {
      compared = {failed: printable(messageOf(error), 200)}
    }
    this.#asking = false
    this.#came(compared)
    return compared
  }
}
