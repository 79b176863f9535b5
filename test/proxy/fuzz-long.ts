/** `npm run fuzz -- SECONDS SEED`: goes on mutating until its time is over or something is wrong, and says from which seed. */
import {setTimeout as sleep} from 'node:timers/promises'
import {fuzzRequests, fuzzResponses, fuzzTimeouts} from './fuzz.ts'
import {pair} from './harness.ts'

const BATCH = 2000

const [seconds = '60', seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2)
const endsAt = performance.now() + Number(seconds) * 1000
const cleanups: Array<() => void | Promise<void>> = []
const {proxy, origin} = await pair(
  {after: step => cleanups.push(step)},
  {domain: '*', timeouts: fuzzTimeouts},
)
const total = {executions: 0, passed: 0, refused: 0, broken: 0}

for (let from = Number(seed); performance.now() < endsAt; from += BATCH) {
  for (const fuzz of [fuzzRequests, fuzzResponses]) {
    const counts = await fuzz(proxy, origin, from, BATCH)
    for (const key of Object.keys(total) as Array<keyof typeof total>) total[key] += counts[key]
  }
  process.stdout.write(`seeds to ${from + BATCH}: ${JSON.stringify(total)}\n`)
  await sleep(0)
}
for (const step of cleanups.reverse()) await step()
