/** Many requests as few rows: by route, by cause, and one against the others of its route. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {AttemptView} from '../../source/control/requests.ts'
import {errorGroups} from '../../source/requests/errors.ts'
import {parseFilter} from '../../source/requests/filter.ts'
import {percentileOf, rankOf} from '../../source/requests/percentiles.ts'
import {RouteGroups} from '../../source/requests/route-groups.ts'
import {byRoute} from '../../source/requests/routes.ts'
import {manyRequests, plainRequest, sampleRequest} from './samples.ts'

const [plainAttempt] = plainRequest.attempts
assert.ok(plainAttempt)

function attempt(different: Partial<AttemptView>): AttemptView {
  return {...(plainAttempt as AttemptView), ...different}
}

test('routes: counts, rates, percentiles, bytes and the share that failed', () => {
  const requests = Array.from({length: 100}, (_, index) =>
    sampleRequest({
      target: `/v1/cart/${index}`,
      at: plainRequest.at + index * 100,
      duration: 100 - index,
      bytesOut: 1000,
      ...(index < 5 ? {status: 502, fault: 'RESET'} : index < 7 ? {status: 499, fault: 'CLIENT_CLOSED'} : {}),
    }),
  )
  const to = plainRequest.at + 10_000
  const all = [...requests, sampleRequest({method: 'POST', target: '/v1/cart/1', status: 500})]
  const rows = byRoute(all, {from: to - 5000, to})
  assert.equal(rows.length, 2)
  const [cart, post] = rows
  assert.deepEqual(
    [cart?.method, cart?.route, cart?.count, cart?.p50, cart?.p99, cart?.bytes, cart?.errorShare],
    ['GET', '/v1/cart/:id', 100, 50, 99, 1000, 0.05],
  )
  assert.equal(cart?.perSecond, 10)
  assert.equal(cart?.latest.target, '/v1/cart/99')
  assert.deepEqual([post?.count, post?.errorShare], [1, 1])
  assert.deepEqual(byRoute([], {from: 0, to}), [])
  const later = byRoute(all, {from: to + 1000, to: to + 11_000})
  assert.deepEqual(
    later.map(({count, perSecond}) => [count, perSecond]),
    [
      [100, 0],
      [1, 0],
    ],
    'whoever asks for nothing any more has no rate',
  )
})

test('errors: by cause, blame, instance and route, with the latest and a filter that finds them', () => {
  const reset = (index: number) =>
    sampleRequest({
      id: `0.${index}`,
      at: index,
      status: 502,
      fault: 'RESET',
      problem: true,
      target: `/v1/cart/${index}`,
      attempts: [attempt({fault: 'RESET', status: 502})],
    })
  const retried = sampleRequest({
    at: 7,
    attemptCount: 2,
    problem: true,
    attempts: [attempt({fault: 'CONNECT_REFUSED', status: 502, instance: '127.0.0.1:9092'}), attempt({})],
  })
  const own = sampleRequest({at: 8, status: 500, problem: true, target: '/"odd *'})
  const gone = sampleRequest({at: 9, status: 499, fault: 'CLIENT_CLOSED', problem: true})
  const requests = [reset(1), sampleRequest(), reset(2), retried, own, gone, reset(3)]
  const groups = errorGroups(requests)
  assert.deepEqual(
    groups.map(({fault, status, blame, instance, route, count, retried: more, latest}) => [
      fault ?? status,
      blame,
      instance,
      route,
      count,
      more,
      latest.at,
    ]),
    [
      ['RESET', 'upstream', '127.0.0.1:9091', '/v1/cart/:id', 3, 0, 3],
      ['CLIENT_CLOSED', 'client', '', '/v1/cart/:id', 1, 0, 9],
      [500, 'upstream', '127.0.0.1:9091', '/"odd *', 1, 0, 8],
      ['CONNECT_REFUSED', 'upstream', '127.0.0.1:9092', '/v1/cart/:id', 0, 1, 7],
    ],
  )
  for (const group of groups) {
    const filter = parseFilter(group.filter)
    assert.ok(filter.ok, group.filter)
    assert.equal(requests.filter(filter.matches).length, group.count + group.retried, group.filter)
  }
})

test('a percentile is one of the values, whatever their number', () => {
  assert.equal(percentileOf([], 0.99), 0)
  assert.equal(percentileOf([5], 0.01), 5)
  const hundred = Array.from({length: 100}, (_, index) => index + 1)
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map(share => percentileOf(hundred, share)),
    [1, 50, 99, 100],
  )
})

test('how slow a request was among those of its route', () => {
  const held = Array.from({length: 100}, (_, index) => sampleRequest({duration: index + 1}))
  const others = [
    sampleRequest({method: 'POST', duration: 1e6}),
    sampleRequest({target: '/x', duration: 1e6}),
  ]
  const asked = sampleRequest({duration: 91.5})
  const rank = rankOf(asked, new RouteGroups([...held, ...others]).like(asked))
  assert.deepEqual(rank, {percentile: 91, count: 100, p50: 50, p99: 99})
  assert.equal(rankOf(sampleRequest({duration: 0.1}), held)?.percentile, 1)
  assert.equal(rankOf(sampleRequest({duration: 1e9}), held)?.percentile, 100)
  assert.equal(rankOf(sampleRequest(), held.slice(0, 9)), undefined)
})

test('20,000 requests are summed up in little time', t => {
  const requests = manyRequests(20_000)
  const sums = {
    byRoute: (all: typeof requests) => byRoute(all, {from: 0, to: Number.MAX_VALUE}),
    errorGroups,
  }
  for (const [name, sum] of Object.entries(sums)) {
    // The best of several: others use the machine too.
    let took = Number.POSITIVE_INFINITY
    for (let round = 0; round < 8; round++) {
      const before = performance.now()
      sum(requests)
      took = Math.min(took, performance.now() - before)
    }
    t.diagnostic(`${name}: ${took.toFixed(1)} ms`)
    assert.ok(took < 100)
  }
})
