/** The attempts of one request: which instance comes next, and whether there is a next one. */
import type {FaultCode} from '../faults.ts'
import type {Refusal} from '../recorder/layout.ts'
import type {Instance} from './instance.ts'
import {backoffMs, refusesRetry} from './retry.ts'
import type {Service} from './service.ts'

/** What the decision asks of the request itself. */
export interface FailedRequest {
  readonly service: Service
  readonly method: string
  readonly unsent: boolean
  readonly responseStarted: boolean
  readonly bodyKept: boolean
  readonly elapsedMs: number
}

/** What was tried and failed. Made only when a first attempt has failed: most requests never have one. */
export class FailedAttempts {
  /** an attempt after the first one is under way, and there is no response yet */
  retrying = false
  #count = 0
  /** before an instance that has been tried is asked again */
  #waitMs = 0
  #waits = 0
  #stale = 0
  readonly #tried: Instance[] = []
  /** what the policy of the instance that failed last gives to all attempts */
  totalMs = Number.POSITIVE_INFINITY

  /** Takes the failure of one attempt and gives the reason why there is to be no other one, or undefined. */
  refusal(fault: FaultCode, instance: Instance, request: FailedRequest): Refusal | undefined {
    this.#count++
    // An instance that closed an idle connection has not failed: it may well be the next one.
    if (fault === 'STALE_CONNECTION') this.#stale++
    else if (!this.#tried.includes(instance)) this.#tried.push(instance)
    const {service, ...rest} = request
    const {retries, totalMs = Number.POSITIVE_INFINITY, budgetPercent} = instance.config.retry
    this.totalMs = totalMs
    // What comes after the wait has to fit in as well.
    this.#waitMs = this.#untried(service).length > 0 ? 0 : backoffMs(this.#waits++, Math.random())
    const elapsedMs = rest.elapsedMs + this.#waitMs
    const withinBudget = service.mayRetry(budgetPercent, this.retrying)
    const attempts = {attempts: this.#count, stale: this.#stale}
    return refusesRetry({...rest, elapsedMs, fault, ...attempts, retries, totalMs, withinBudget})
  }

  /** Whether the next attempt must not use a kept connection: one of them was dead just now. */
  get fresh(): boolean {
    return this.#stale > 0
  }

  hasTried(instance: Instance): boolean {
    return this.#tried.includes(instance)
  }

  /** Those of `service` not tried yet; when there are none left, all of them, after a wait. */
  next(service: Service): {readonly candidates: readonly Instance[]; readonly waitMs: number} {
    const untried = this.#untried(service)
    if (untried.length > 0) return {candidates: untried, waitMs: 0}
    return {candidates: service.selectable, waitMs: this.#waitMs}
  }

  /** Whether one of `service` has not been tried yet. */
  hasUntried(service: Service): boolean {
    return this.#untried(service).length > 0
  }

  /** Where none is left of those that are picked from, the ones that stand by can serve what these cannot. */
  #untried({selectable, standby}: Service): readonly Instance[] {
    const isUntried = (instance: Instance) => !this.#tried.includes(instance)
    const untried = selectable.filter(isUntried)
    return untried.length > 0 ? untried : standby.filter(isUntried)
  }
}
