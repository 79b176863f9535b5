/** What of an instance's answers and failures comes in a row, as one worker sees it. */
import type {EjectionPolicy} from '../balancing/ejection.ts'
import {type FaultCode, faults} from '../faults.ts'

export class FailuresInRow {
  #errors = 0
  #connectFailures = 0

  /** It answered with this status. Gives why that is one too many, or undefined. */
  answered(status: number, {errors}: EjectionPolicy): string | undefined {
    this.#connectFailures = 0
    if (status < 500) {
      this.#errors = 0
      return undefined
    }
    return isMany(++this.#errors, errors)
      ? `${this.#errors} errors in a row, the last one a ${status}`
      : undefined
  }

  /** An attempt failed. Faults that are not the instance's, and a kept connection that it closed, count for nothing. */
  failed(fault: FaultCode, {errors, connectFailures}: EjectionPolicy): string | undefined {
    const {blame, phase} = faults[fault]
    if (blame !== 'upstream' || fault === 'STALE_CONNECTION' || fault === 'STATUS_LISTED') return undefined
    if (phase === 'connect') {
      return isMany(++this.#connectFailures, connectFailures)
        ? `${this.#connectFailures} connections failed in a row`
        : undefined
    }
    // In a body or a tunnel: it had answered.
    if (phase !== 'wait' && phase !== 'send') return undefined
    this.#connectFailures = 0
    return isMany(++this.#errors, errors) ? `${this.#errors} errors in a row` : undefined
  }

  clear(): void {
    this.#errors = 0
    this.#connectFailures = 0
  }
}

/** The bound may have been lowered in the middle of a row; 0: there is none. */
function isMany(count: number, bound: number): boolean {
  return bound > 0 && count >= bound
}
