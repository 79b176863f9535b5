/** From single check results to a verdict: pure, so that a table of results can test it. */
import type {Healthcheck} from '../config/config.ts'
import type {Verdict} from './control.ts'

export interface HealthState {
  readonly verdict: Verdict
  readonly passesInRow: number
  readonly failuresInRow: number
}

export const undecided: HealthState = {verdict: 'unknown', passesInRow: 0, failuresInRow: 0}

/**
 * The state after one more result. Before the first verdict one pass is enough, so that a start is quick; after it,
 * `rise` passes in a row bring an instance up and `fall` failures in a row take it down.
 */
export function afterCheck(
  state: HealthState,
  passed: boolean,
  {rise, fall}: Pick<Healthcheck, 'rise' | 'fall'>,
): HealthState {
  const passesInRow = passed ? state.passesInRow + 1 : 0
  const failuresInRow = passed ? 0 : state.failuresInRow + 1
  let {verdict} = state
  if (passed && (verdict === 'unknown' || passesInRow >= rise)) verdict = 'up'
  if (!passed && failuresInRow >= fall) verdict = 'down'
  return {verdict, passesInRow, failuresInRow}
}

/** Part of the interval by which checks are spread, so that they do not march in step. */
const JITTER = 0.1

/** While the verdict and the last results say the same. */
function isSettled({verdict, passesInRow, failuresInRow}: HealthState): boolean {
  return (verdict === 'up' && failuresInRow === 0) || (verdict === 'down' && passesInRow === 0)
}

/**
 * Milliseconds to the next check; `random` in [0, 1). After the `first` check of an instance it is anywhere in the
 * interval: those that began together are spread over it from then on.
 */
export function nextCheckMs(
  state: HealthState,
  {intervalMs, fastIntervalMs}: Pick<Healthcheck, 'intervalMs' | 'fastIntervalMs'>,
  random: number,
  first = false,
): number {
  if (!isSettled(state)) return fastIntervalMs * (1 + JITTER * (2 * random - 1))
  return first ? intervalMs * random : intervalMs * (1 + JITTER * (2 * random - 1))
}
