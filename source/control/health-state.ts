/** From single check results to a verdict: pure, so that a table of results can test it. */
import type {TcpHealthcheck} from '../config/config.ts'
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
export function afterCheck(state: HealthState, passed: boolean, {rise, fall}: TcpHealthcheck): HealthState {
  const passesInRow = passed ? state.passesInRow + 1 : 0
  const failuresInRow = passed ? 0 : state.failuresInRow + 1
  let {verdict} = state
  if (passed && (verdict === 'unknown' || passesInRow >= rise)) verdict = 'up'
  if (!passed && failuresInRow >= fall) verdict = 'down'
  return {verdict, passesInRow, failuresInRow}
}

/** While results contradict the verdict, or there is none, the next check comes sooner than the interval. */
const TRANSITION_MS = 1000
/** Part of the interval by which checks are spread, so that they do not march in step. */
const JITTER = 0.1

/** Milliseconds to the next check; `random` in [0, 1). */
export function nextCheckMs(state: HealthState, {intervalMs}: TcpHealthcheck, random: number): number {
  const settled =
    (state.verdict === 'up' && state.failuresInRow === 0) ||
    (state.verdict === 'down' && state.passesInRow === 0)
  const base = settled ? intervalMs : Math.min(intervalMs, TRANSITION_MS)
  return base * (1 + JITTER * (2 * random - 1))
}
