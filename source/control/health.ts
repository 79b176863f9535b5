/** Active health checks of all instances: once for all workers, first at once, then at intervals that are spread. */
import type {TcpHealthcheck} from '../config/config.ts'
import type {CheckResult} from './control.ts'
import {afterCheck, type HealthState, nextCheckMs, undecided} from './health-state.ts'
import {probeTcp} from './tcp-probe.ts'

/** More probes than this at a time would measure ourselves. */
const MAX_AT_ONCE = 128

/** What is checked, and how. */
export interface CheckTarget {
  readonly address: string
  readonly port: number
  readonly check: TcpHealthcheck
  readonly changed: (state: HealthState, before: HealthState, result: CheckResult) => void
}

class Checked {
  readonly target: CheckTarget
  state = undecided
  timer: NodeJS.Timeout | undefined
  running: Promise<CheckResult> | undefined

  constructor(target: CheckTarget) {
    this.target = target
  }
}

export class Health {
  readonly #checked = new Map<string, Checked>()
  readonly #waiting: Array<() => void> = []
  #underWay = 0
  #stopped = false

  add(id: string, target: CheckTarget): void {
    const checked = new Checked(target)
    this.#checked.set(id, checked)
    void this.#run(checked)
  }

  /** Checks one instance now and gives the result; undefined when it has no check. */
  checkNow(id: string): Promise<CheckResult> | undefined {
    const checked = this.#checked.get(id)
    return checked === undefined || this.#stopped ? undefined : this.#run(checked)
  }

  stop(): void {
    this.#stopped = true
    for (const {timer} of this.#checked.values()) clearTimeout(timer)
    for (const go of this.#waiting.splice(0)) go()
  }

  #run(checked: Checked): Promise<CheckResult> {
    checked.running ??= this.#check(checked).finally(() => {
      checked.running = undefined
      if (this.#stopped) return
      clearTimeout(checked.timer)
      const waitMs = nextCheckMs(checked.state, checked.target.check, Math.random())
      checked.timer = setTimeout(() => void this.#run(checked), waitMs)
    })
    return checked.running
  }

  async #check(checked: Checked): Promise<CheckResult> {
    const {address, port, check, changed} = checked.target
    if (this.#underWay >= MAX_AT_ONCE) await new Promise<void>(go => this.#waiting.push(go))
    this.#underWay++
    const result = {at: Date.now(), ...(await probeTcp(address, port, check.timeoutMs))}
    this.#underWay--
    this.#waiting.shift()?.()
    if (this.#stopped) return result
    const before = checked.state
    checked.state = afterCheck(before, result.passed, check)
    changed(checked.state, before, result)
    return result
  }
}
