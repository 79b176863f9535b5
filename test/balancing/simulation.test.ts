/** What the table in docs/balancing.md says of the strategies is what sets them apart. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {simulated} from './simulation.ts'

test('PEAK_EWMA has a fraction of the errors of those that take turns, and the lowest p99 of all but FIRST and hashes', () => {
  const [turns, random, least, two, peak] = (
    ['ROUND_ROBIN', 'RANDOM', 'LEAST_CONNECTIONS', 'POWER_OF_TWO', 'PEAK_EWMA'] as const
  ).map(simulated)
  assert.ok(turns && random && least && two && peak)
  for (const other of [turns, random, least, two]) {
    assert.ok(peak.errors < other.errors / 10, `${peak.errors} against ${other.errors} of ${other.strategy}`)
    assert.ok(peak.p99 < other.p99, `${peak.p99} ms against ${other.p99} of ${other.strategy}`)
  }
})

test('LEAST_CONNECTIONS sends less to a slow one, and more to one that fails at once: it looks idle', () => {
  const [turns, least] = (['ROUND_ROBIN', 'LEAST_CONNECTIONS'] as const).map(simulated)
  assert.ok(turns && least)
  assert.ok((least.shares[2] ?? 1) < (turns.shares[2] ?? 0) / 2, `${least.shares}`)
  assert.ok((least.shares[4] ?? 0) > (turns.shares[4] ?? 1) * 1.1, `${least.shares}`)
})

test('the simulation is the same each time', () =>
  assert.deepEqual(simulated('PEAK_EWMA'), simulated('PEAK_EWMA')))
