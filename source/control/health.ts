/** Active health checks of all instances: once for all workers, first at once, then at intervals that are spread. */
import {isDeepStrictEqual} from 'node:util'
import type {Healthcheck} from '../config/config.ts'
import {isHttp} from '../config/healthchecks.ts'
import type {UpstreamTls} from '../tls/upstream.ts'
import type {CheckResult} from './control.ts'
import {afterCheck, type HealthState, nextCheckMs} from './health-state.ts'
import {probeHttp} from './http-probe.ts'
import {probeTcp} from './tcp-probe.ts'

/** More probes than this at a time would measure ourselves. */
const MAX_AT_ONCE = 128

/** What is checked, and how. */
export interface CheckTarget {
  /** whose state the results change: the same owner is the same instance */
  readonly owner: object
  readonly address: string
  /** the instance's own, where the check names no other one */
  readonly port: number
  /** undefined: plain */
  readonly tls: UpstreamTls | undefined
  readonly check: Healthcheck
  /** what is known of it, for one whose checks begin again */
  readonly state: HealthState
  readonly changed: (state: HealthState, before: HealthState, result: CheckResult) => void
}

class Checked {
  readonly target: CheckTarget
  state: HealthState
  /** it is not checked any more: what is under way counts for nothing */
  ended = false
  /** it has not been checked yet */
  isFirst = true
  timer: NodeJS.Timeout | undefined
  running: Promise<CheckResult> | undefined

  constructor(target: CheckTarget, state: HealthState) {
    this.target = target
    this.state = state
  }
}

export class Health {
  readonly #checked = new Map<string, Checked>()
  readonly #waiting: Array<() => void> = []
  #underWay = 0
  #stopped = false

  /** All that is to be checked from here on, by id. Who is checked as before goes on; who is new is checked at once. */
  setTargets(targets: ReadonlyMap<string, CheckTarget>): void {
    if (this.#stopped) return
    for (const [id, checked] of this.#checked) {
      const next = targets.get(id)
      if (next !== undefined && sameTarget(next, checked.target)) continue
      checked.ended = true
      clearTimeout(checked.timer)
      this.#checked.delete(id)
      // What was found out about it holds until the new check says otherwise.
      if (next !== undefined) this.#add(id, next, checked.state)
    }
    for (const [id, target] of targets) if (!this.#checked.has(id)) this.#add(id, target, target.state)
  }

  #add(id: string, target: CheckTarget, state: HealthState): void {
    const checked = new Checked(target, state)
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
      if (this.#stopped || checked.ended) return
      clearTimeout(checked.timer)
      const waitMs = nextCheckMs(checked.state, checked.target.check, Math.random(), checked.isFirst)
      checked.isFirst = false
      checked.timer = setTimeout(() => void this.#run(checked), waitMs)
    })
    return checked.running
  }

  async #check(checked: Checked): Promise<CheckResult> {
    const {target} = checked
    const {check, changed} = target
    if (this.#underWay >= MAX_AT_ONCE) await new Promise<void>(go => this.#waiting.push(go))
    if (this.#stopped || checked.ended) return this.#unneeded()
    this.#underWay++
    const instance = check.port === undefined ? target : {...target, port: check.port}
    const probe = isHttp(check) ? probeHttp(instance, check) : probeTcp(instance, check.timeoutMs)
    const result = {at: Date.now(), ...(await probe)}
    this.#underWay--
    this.#waiting.shift()?.()
    if (this.#stopped || checked.ended) return result
    const before = checked.state
    checked.state = afterCheck(before, result.passed, check)
    changed(checked.state, before, result)
    return result
  }

  /** While it waited for its turn, its check was given up: the turn is the next one's. */
  #unneeded(): CheckResult {
    this.#waiting.shift()?.()
    return {at: Date.now(), passed: false, tookMs: 0, reason: 'it is not checked any more', found: ''}
  }
}

function sameTarget(one: CheckTarget, other: CheckTarget): boolean {
  return (
    one.owner === other.owner &&
    one.address === other.address &&
    one.port === other.port &&
    isDeepStrictEqual(one.tls, other.tls) &&
    isDeepStrictEqual(one.check, other.check)
  )
}
