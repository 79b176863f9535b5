/** Asks the control for the settings of a service while its policy is looked at: at once, after each change, and now and then. */
import type {Control, Snapshot} from '../control/control.ts'
import {printable} from '../printable.ts'
import {messageOf} from '../thrown.ts'
import type {Policy} from './policy.ts'

const EVERY_MS = 5000

export class PolicyFeed {
  readonly #control: Pick<Control, 'settings'>
  readonly #came: (policy: Policy) => void
  #asking = false
  /** by the clock of the snapshots */
  #askedAt = Number.NEGATIVE_INFINITY
  #askedFor = ''

  constructor(control: Pick<Control, 'settings'>, came: (policy: Policy) => void) {
    this.#control = control
    this.#came = came
  }

  /** With each snapshot and key; `service` undefined: nobody looks. One question at a time. */
  ask(service: string | undefined, {at, configuration, services}: Snapshot): void {
    const changed = services.find(({name}) => name === service)?.settings
    const state = service === undefined ? '' : JSON.stringify([service, configuration.generation, changed])
    const isDue = state !== this.#askedFor || Math.abs(at - this.#askedAt) >= EVERY_MS
    if (service === undefined) this.#askedFor = ''
    if (service === undefined || this.#asking || !isDue) return
    this.#askedFor = state
    this.#askedAt = at
    void this.#ask(service)
  }

  async #ask(service: string): Promise<void> {
    this.#asking = true
    let policy: Policy
    try {
      policy = {service, settings: await this.#control.settings(service, undefined), failed: undefined}
    } catch (error) {
      const failed = printable(messageOf(error), 200)
      policy = {service, settings: [], failed}
    }
    this.#asking = false
    this.#came(policy)
  }
}
