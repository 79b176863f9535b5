/** How busy an instance is for its weight. */
import type {Candidate} from './strategy.ts'

/** With one request more, how many it would have in flight for each unit of its weight. */
export function loadOf({inFlight, weight}: Candidate): number {
  return (inFlight + 1) / weight
}

export function isLessBusy(one: Candidate, other: Candidate): boolean {
  return (one.inFlight + 1) * other.weight < (other.inFlight + 1) * one.weight
}
