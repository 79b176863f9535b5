/** A bounded hunt with fixed seeds; `npm run fuzz` goes on for as long as it is told to. */
import {test} from 'node:test'
import {fuzzRequests, fuzzResponses, fuzzTimeouts} from './fuzz.ts'
import {pair} from './harness.ts'

const CASES = Number(process.env.CASES ?? 1500)
const SEED = Number(process.env.SEED ?? 1)

test('damaged requests: no crash, no hang, all readers agree on what was let through, counters return to zero', async t => {
  const {proxy, origin} = await pair(t, {domain: '*', timeouts: fuzzTimeouts})
  t.diagnostic(JSON.stringify(await fuzzRequests(proxy, origin, SEED, CASES)))
})

test('damaged responses: no crash, no hang, no part of one is given to the next request, counters return to zero', async t => {
  const {proxy, origin} = await pair(t, {domain: '*', timeouts: fuzzTimeouts})
  t.diagnostic(JSON.stringify(await fuzzResponses(proxy, origin, SEED, CASES)))
})
