/** The demo's clients: gentle traffic through the proxy that varies over time and never piles up. */
import {setTimeout as delay} from 'node:timers/promises'
import {Pool} from 'undici'
import {drawn, type Habit} from './mix.ts'

export interface TrafficOptions {
  readonly origin: string
  readonly targets: readonly TrafficTarget[]
  /** requests at once, over all targets */
  readonly maxInFlight?: number
  /** waits between two requests; a test gives its own. Rejects when `signal` aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly random?: () => number
}

interface TrafficTarget {
  /** the Host field */
  readonly host: string
  readonly mix: readonly Habit[]
}

export interface Traffic {
  /** aborts what is in flight */
  stop(): Promise<void>
}

/** How long to leave a proxy alone that does not answer, or that has no instance yet: checks may have come before the servers. */
const absentMs = 500
/** Nothing asked for here takes longer than about two seconds and three retries. */
const patienceMs = 15_000

const meanPerSecond = 40

/** Between some 15 and 65 requests a second: two waves of different length, so that it does not look made. */
export function requestsPerSecond(elapsedMs: number): number {
  const wave = (periodMs: number) => Math.sin((2 * Math.PI * elapsedMs) / periodMs)
  return meanPerSecond * (1 + 0.4 * wave(47_000) + 0.22 * wave(13_000))
}

export function startTraffic({
  origin,
  targets,
  maxInFlight = 32,
  pause = (ms, signal) => delay(ms, undefined, {signal}),
  random = Math.random,
}: TrafficOptions): Traffic {
  const end = new AbortController()
  const inFlight = new Set<Promise<void>>()
  const pool = new Pool(origin, {
    connections: maxInFlight,
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  })
  let absent = false
  let hasServed = false

  const run = async () => {
    const startedAt = performance.now()
    while (targets.length > 0) {
      // Arrivals that know nothing of each other: exponential gaps. One that finds no room is not made up for.
      const gapMs = (-Math.log(1 - random()) * 1_000) / requestsPerSecond(performance.now() - startedAt)
      await pause(absent ? absentMs : gapMs, end.signal)
      const target = targets[Math.floor(random() * targets.length)]
      if (target === undefined || inFlight.size >= maxInFlight) continue
      const exchange = statusOf(pool, target, random, end.signal).then(status => {
        hasServed ||= status !== REFUSED && status !== 503
        absent = status === REFUSED || !hasServed
        inFlight.delete(exchange)
      })
      inFlight.add(exchange)
    }
  }
  const running = run().catch(() => {}) // ends by the abort alone

  return {
    async stop() {
      end.abort()
      await running
      await Promise.all(inFlight)
      await pool.destroy()
    },
  }
}

/** Nobody listens where the proxy is to be. */
const REFUSED = 'refused'

/** One request, its answer read to the end. Any failure is the proxy's to count and show: no status then. */
async function statusOf(
  pool: Pool,
  {host, mix}: TrafficTarget,
  random: () => number,
  signal: AbortSignal,
): Promise<number | typeof REFUSED | undefined> {
  const ask = drawn(mix, random)?.ask(random)
  if (ask === undefined) return undefined
  const {method, path, body = null} = ask
  const headers = {host, 'user-agent': 'revproxy-tui-demo'}
  try {
    const response = await pool.request({method, path, body, headers, signal})
    for await (const _ of response.body); // read at the pace at which it comes
    return response.statusCode
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? REFUSED : undefined
  }
}
