/**
 * PEAK_EWMA: the lowest expected latency × (requests in flight + 1) / weight. A slow answer counts at once and fades with
 * time (after Finagle's load metric of that name); a failure counts as a slow answer, however fast it came; an instance
 * of which nothing is known is tried with one request a second until it answers.
 */
import {costAt, learn, mayProbe, probed} from './learned.ts'
import {loadOf} from './load.ts'
import type {Candidate, StrategyFactory} from './strategy.ts'

/** Up to here all are looked at. */
const FULL_SCAN = 64
/** Of more, so many are drawn, and the best of those wins. */
const DRAWN = 8
/** What a failure counts for at least, and for at least how many answers of the usual kind. */
const FAILURE_MS = 1000
const FAILURE_TIMES = 10
/** How much of the usual latency is made of the latest answer. */
const USUAL_SHARE = 1 / 64
/** An instance that is being tried is behind all that are known: 2^31 µs is more than any of them has. */
const WAITS = 2 ** 40

export const peakEwma: StrategyFactory = ({random, now}) => {
  /** ms that answers take, over all instances, as this worker saw them */
  let usual = 0
  return {
    pick(candidates) {
      const at = now()
      const chosen =
        candidates.length <= FULL_SCAN
          ? cheapest(candidates, at, random)
          : cheapestOfDrawn(candidates, at, random)
      if (chosen !== undefined && costAt(chosen.learned, at) === 0) probed(chosen.learned, at)
      return chosen
    },
    learn({learned}, ms, result) {
      const at = now()
      if (result === 'failed') return learn(learned, Math.max(ms, FAILURE_MS, usual * FAILURE_TIMES), at)
      // It would have taken longer than that, and nobody knows how long.
      if (result === 'abandoned') return ms * 1000 > costAt(learned, at) ? learn(learned, ms, at) : undefined
      usual += (ms - usual) * USUAL_SHARE
      learn(learned, ms, at)
    },
  }
}

/** What another request would cost there. */
function scoreOf(candidate: Candidate, now: number): number {
  const cost = costAt(candidate.learned, now)
  if (cost > 0) return cost * loadOf(candidate)
  return mayProbe(candidate.learned, now) ? 0 : WAITS * loadOf(candidate)
}

/** Any of them among equals, as when nothing is known of several. */
function cheapest<C extends Candidate>(
  candidates: readonly C[],
  now: number,
  random: () => number,
): C | undefined {
  let best: C | undefined
  let lowest = Number.POSITIVE_INFINITY
  let equals = 0
  for (const candidate of candidates) {
    const score = scoreOf(candidate, now)
    if (score > lowest) continue
    equals = score < lowest ? 1 : equals + 1
    lowest = score
    if (equals === 1 || random() * equals < 1) best = candidate
  }
  return best
}

function cheapestOfDrawn<C extends Candidate>(
  candidates: readonly C[],
  now: number,
  random: () => number,
): C | undefined {
  let best: C | undefined
  let lowest = Number.POSITIVE_INFINITY
  for (let draw = 0; draw < DRAWN; draw++) {
    const candidate = candidates[Math.floor(random() * candidates.length)]
    if (candidate === undefined) continue
    const score = scoreOf(candidate, now)
    if (score >= lowest && best !== undefined) continue
    best = candidate
    lowest = score
  }
  return best
}
