/** From check results to verdicts, and when the next check comes. */
import assert from 'node:assert/strict'
import {createServer} from 'node:net'
import {test} from 'node:test'
import {afterCheck, type HealthState, nextCheckMs, undecided} from '../../source/control/health-state.ts'
import {probeTcp} from '../../source/control/tcp-probe.ts'

const check = {intervalMs: 15_000, fastIntervalMs: 1000, timeoutMs: 1000, rise: 2, fall: 3}

/** '+' a pass, '-' a failure; gives the verdict after each. */
function verdicts(results: string, from: HealthState = undecided): string[] {
  let state = from
  return [...results].map(result => {
    state = afterCheck(state, result === '+', check)
    return state.verdict
  })
}

test('one pass is enough before the first verdict', () => {
  assert.deepEqual(verdicts('+'), ['up'])
})

test('without a verdict an instance goes down only after `fall` failures', () => {
  assert.deepEqual(verdicts('---'), ['unknown', 'unknown', 'down'])
})

test('up goes down after 3 failures in a row, not after 3 in all', () => {
  assert.deepEqual(verdicts('+--+--+---'), ['up', 'up', 'up', 'up', 'up', 'up', 'up', 'up', 'up', 'down'])
})

test('down comes up after 2 passes in a row', () => {
  assert.deepEqual(verdicts('---+-++'), ['unknown', 'unknown', 'down', 'down', 'down', 'down', 'up'])
})

test('checks come with the interval and 10 % jitter, sooner while results contradict the verdict', () => {
  const up = afterCheck(undecided, true, check)
  assert.equal(nextCheckMs(up, check, 0.5), 15_000)
  assert.equal(nextCheckMs(up, check, 0), 13_500)
  assert.ok(nextCheckMs(up, check, 0.999) < 16_500)
  const wavering = afterCheck(up, false, check)
  assert.equal(nextCheckMs(wavering, check, 0.5), 1000)
  assert.equal(nextCheckMs(wavering, {...check, fastIntervalMs: 300}, 0), 270)
})

test('instances that are checked together at the start are spread over the interval from then on', () => {
  const up = afterCheck(undecided, true, check)
  assert.equal(nextCheckMs(up, check, 0.01, true), 150)
  assert.equal(nextCheckMs(up, check, 0.99, true), 14_850)
  assert.equal(nextCheckMs(undecided, check, 0.5, true), 1000, 'without a verdict it is not waited for')
})

test('a probe of a listening port passes, of a closed one says why not', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  t.after(() => server.close())
  assert.equal((await probeTcp({address: '127.0.0.1', port, tls: undefined}, 1000)).passed, true)
  await new Promise(resolve => server.close(resolve))
  const {passed, reason} = await probeTcp({address: '127.0.0.1', port, tls: undefined}, 1000)
  assert.deepEqual([passed, reason], [false, 'connection refused'])
})
