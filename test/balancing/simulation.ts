/**
 * Every strategy before the same six instances on a virtual clock, with fixed seeds: three good ones, one that is slow, one
 * that fails half of the time, and one that fails always and at once. No health check, retry or ejection helps.
 */
import {type StrategyName, strategies, strategyNames} from '../../source/balancing/strategies.ts'
import {seededRandom} from '../random.ts'
import {candidates, type Named} from './candidates.ts'

const SECONDS = 60
const PER_SECOND = 300
const WORKERS = 2
const CLIENTS = 500
/** ms that an answer takes with nothing else in flight; an instance slows down by as much for each 8 requests in flight */
const kinds = [
  {is: 'good', ms: 10, failures: 0},
  {is: 'good', ms: 10, failures: 0},
  {is: 'slow', ms: 200, failures: 0},
  {is: 'failing', ms: 10, failures: 0.5},
  {is: 'failing at once', ms: 1, failures: 1},
  {is: 'good', ms: 10, failures: 0},
] as const

export interface Result {
  readonly strategy: StrategyName
  readonly requests: number
  /** of requests, 0 to 1 */
  readonly errors: number
  /** ms, of all answers */
  readonly p50: number
  readonly p99: number
  /** 0 to 1, by the place of the instance */
  readonly shares: readonly number[]
}

interface Running {
  readonly endsAt: number
  readonly ms: number
  readonly of: Named
  readonly failed: boolean
  readonly worker: number
}

export function simulated(strategy: StrategyName): Result {
  const dice = seededRandom(2026)
  const unit = () => dice(2 ** 32) / 2 ** 32
  const exponential = (mean: number) => -mean * Math.log(1 - unit())
  const list = candidates(kinds.length)
  let now = 1_000_000
  const turns = new Uint32Array(new SharedArrayBuffer(4))
  const workers = Array.from({length: WORKERS}, () =>
    strategies[strategy]({
      turns,
      random: unit,
      lasting: () => list,
      now: () => now,
      hashHeader: () => 'x-user',
    }),
  )
  const counts = kinds.map(() => 0)
  const latencies: number[] = []
  let errors = 0
  let running: Running[] = []
  const end = now + SECONDS * 1000
  for (now += exponential(1000 / PER_SECOND); now < end; now += exponential(1000 / PER_SECOND)) {
    const over = running.filter(({endsAt}) => endsAt <= now)
    running = running.filter(({endsAt}) => endsAt > now)
    for (const {ms, of, failed, worker} of over) {
      of.inFlight--
      workers[worker]?.learn?.(of, ms, failed ? 'failed' : 'answered')
    }
    const worker = dice(WORKERS)
    const client = `client-${dice(CLIENTS)}`
    const of = workers[worker]?.pick(list, {address: client, field: () => client})
    const kind = kinds[Number(of?.name)]
    if (of === undefined || kind === undefined) throw new Error(`${strategy} picked nobody`)
    const ms = kind.ms * (1 + of.inFlight / 8) * (0.5 + exponential(0.5))
    const failed = unit() < kind.failures
    counts[Number(of.name)] = (counts[Number(of.name)] ?? 0) + 1
    of.inFlight++
    latencies.push(ms)
    if (failed) errors++
    running.push({endsAt: now + ms, ms, of, failed, worker})
  }
  latencies.sort((one, other) => one - other)
  const requests = latencies.length
  const at = (share: number) => latencies[Math.floor(requests * share)] ?? 0
  const shares = counts.map(count => count / requests)
  return {strategy, requests, errors: errors / requests, p50: at(0.5), p99: at(0.99), shares}
}

/** Markdown: a row a strategy. */
export function simulationTable(): string {
  const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
  const rows = strategyNames.map(name => {
    const {p50, p99, errors, shares} = simulated(name)
    const bad = kinds.flatMap(({is}, place) => (is === 'good' ? [] : [percent(shares[place] ?? 0)]))
    return `| \`${name}\` | ${p50.toFixed(0)} ms | ${p99.toFixed(0)} ms | ${percent(errors)} | ${bad.join(' | ')} |`
  })
  return [
    '| strategy | p50 | p99 | errors | to the slow one | to the failing one | to the one that fails at once |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
