/** Settings of retries, ejection and limits that cannot be meant: findings where they stand. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {formatFinding} from '../../source/config/finding.ts'
import {parseConfig} from '../../source/config/parse.ts'

function findingsOf(text: string): readonly string[] {
  return (parseConfig(text, 'f').findings ?? []).map(formatFinding)
}

const host = 'hosts: [{address: 10.0.0.1, port: 1}]'

test('a retry policy that cannot be meant: findings where it stands', () => {
  const policy = (keys: string) =>
    findingsOf(`proxy: {services: [{name: a, domain: a, retryPolicy: {${keys}}, ${host}}]}`)
  assert.deepEqual(policy('timeout: 2, total: 1'), [
    'f:1:74: total is 1s, shorter than timeout, which is 2s; expected time for one attempt at least',
  ])
  for (const keys of [
    'statuses: []',
    'statuses: [200]',
    'statuses: 5xx',
    'budget: 101',
    'budget: 20%',
    'total: 0',
  ])
    assert.equal(policy(keys).length, 1, keys)
  assert.deepEqual(policy('statuses: 503, budget: 0, total: 2, timeout: 2, retries: 1'), [])
})

test('ejections that cannot be meant: findings where they stand', () => {
  const ejection = (keys: string) =>
    findingsOf(`proxy: {services: [{name: a, domain: a, ejection: {${keys}}, ${host}}]}`)
  assert.deepEqual(ejection('time: 60, longest: 30'), [
    'f:1:71: longest is 30s, shorter than time, which is 1m; expected time for one ejection at least',
  ])
  assert.deepEqual(ejection('time: 600'), [], 'the longest is as long, too')
  for (const keys of ['errors: -1', 'percent: 101', 'times: 3', 'connectFailures: many'])
    assert.equal(ejection(keys).length, 1, keys)
  assert.deepEqual(ejection('errors: 0, connectFailures: 0, time: 5, percent: 100'), [])
})

test('limits that cannot be meant: findings', () => {
  const service = (keys: string) =>
    findingsOf(`proxy: {services: [{name: a, domain: a, ${keys}, hosts: [{address: a, port: 1}]}]}`)
  for (const keys of ['maxConnections: 0', 'maxConnections: many', 'queue: -1', 'timeouts: {queue: 0}'])
    assert.equal(service(keys).length, 1, keys)
  assert.deepEqual(service('maxConnections: 1, queue: 0, timeouts: {queue: 100ms}'), [])
})

test('rate limits that cannot be meant: findings where they stand', () => {
  const limit = (keys: string) =>
    findingsOf(`proxy: {rateLimit: {${keys}}, services: [{name: a, domain: a, ${host}}]}`)
  assert.deepEqual(limit('requests: 1, per: 1h, burst: 2'), [
    'f:1:50: burst is 2, which takes 2h to come back; expected one hour or less',
  ])
  for (const keys of ['per: 1', 'requests: 0', 'requests: 5, per: 2h', 'requests: 1, bursts: 2'])
    assert.equal(limit(keys).length, 1, keys)
  assert.deepEqual(limit('requests: 10, per: 1m, burst: 600'), [])
})
