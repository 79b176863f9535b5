/** How often a client may ask: exactly so often, over all workers, whoever it is behind proxies; told when to come again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {newRateCells} from '../../source/metrics/rate-cells.ts'
import {limitedAs, RateTable} from '../../source/proxy/rate-table.ts'
import {get, ok, startOrigin, startProxy} from './harness.ts'

const tenASecond = {requests: 10, perMs: 1000, burst: 10}

function table(start = 1_700_000_000_000) {
  let now = start
  const cells = newRateCells()
  const make = () => new RateTable(cells, () => now, Math.random)
  return {
    rates: make(),
    make,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('a burst at once, then one an interval; who is refused is told after how long, and then it is so', () => {
  const {rates, pass} = table()
  for (let taken = 0; taken < 10; taken++) assert.equal(rates.take(0, '10.0.0.1', tenASecond), 0)
  const wait = rates.take(0, '10.0.0.1', tenASecond)
  assert.ok(wait > 90 && wait <= 100.1, `${wait}`)
  assert.equal(rates.take(0, '10.0.0.2', tenASecond), 0, 'another client')
  assert.equal(rates.take(1, '10.0.0.1', tenASecond), 0, 'another scope')
  pass(wait / 2)
  assert.ok(rates.take(0, '10.0.0.1', tenASecond) > 0)
  pass(wait / 2 + 0.1)
  assert.equal(rates.take(0, '10.0.0.1', tenASecond), 0)
  assert.ok(rates.take(0, '10.0.0.1', tenASecond) > 0)
  pass(3_600_000)
  for (let taken = 0; taken < 10; taken++) assert.equal(rates.take(0, '10.0.0.1', tenASecond), 0)
  assert.ok(rates.take(0, '10.0.0.1', tenASecond) > 0, 'never more than the burst')
})

test('whenever it begins, also where the clock of the buckets comes round', () => {
  for (let start = 0; start < 2 ** 28 * 3; start += 2 ** 28 / 7) {
    const {rates, pass} = table(1_700_000_000_000 + start)
    let taken = 0
    for (let each = 0; each < 100; each++, pass(50)) if (rates.take(0, 'a', tenASecond) === 0) taken++
    assert.ok(taken >= 59 && taken <= 61, `${taken} in five seconds and a burst of ten`)
  }
})

test('several workers together let through what one would, and fractions of a unit are right in the mean', () => {
  const {make, pass} = table()
  const workers = [make(), make(), make()]
  const limit = {requests: 3000, perMs: 1000, burst: 1}
  let taken = 0
  for (let each = 0; each < 100_000; each++, pass(0.1))
    if (workers[each % 3]?.take(0, 'busy', limit) === 0) taken++
  assert.ok(Math.abs(taken / 10 - 3000) < 300, `${taken / 10} a second`)
})

test('a million clients take no more memory, and one that asks all the time is not forgotten', () => {
  const {rates, pass} = table()
  const slow = {requests: 1, perMs: 1000, burst: 5}
  let taken = 0
  for (let each = 0; each < 1_000_000; each++) {
    rates.take(0, `10.${each >> 16}.${(each >> 8) & 255}.${each & 255}`, slow)
    if (each % 1000 === 0 && rates.take(0, 'busy', slow) === 0) taken++
    if (each % 1000 === 0) pass(1)
  }
  assert.ok(taken <= 7, `${taken} in a second, and five at once`)
})

test('an IPv6 customer is one client: its /64', () => {
  const same = ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::', '2001:db8:1:2::9%eth0']
  assert.deepEqual(new Set(same.map(limitedAs)), new Set(['2001:db8:1:2']))
  assert.equal(limitedAs('2001:db8::1'), '2001:db8:0:0')
  assert.equal(limitedAs('::1'), '0:0:0:0')
  assert.equal(limitedAs('1::'), '1:0:0:0')
  assert.equal(limitedAs('1::2:3:4:5:6:7'), '1:0:2:3')
  assert.equal(limitedAs('64:ff9b::10.0.0.1'), '64:ff9b:0:0')
  assert.equal(limitedAs('10.0.0.1'), '10.0.0.1')
})

test('429 with Retry-After, the connection stays; behind a trusted proxy each client has its own', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok('fine'))
  const proxy = await startProxy(t, {
    origins: [origin.port],
    trustedProxies: ['127.0.0.1'],
    service: {rateLimit: {requests: 2, per: 60}},
  })
  const client = proxy.client()
  let count = 0
  const ask = async (address: string) => {
    client.send(get('/', `X-Forwarded-For: 203.0.113.99, ${address}`))
    await client.answered(++count)
    return client.statuses.at(-1)
  }
  assert.deepEqual([await ask('198.51.100.1'), await ask('198.51.100.1')], [200, 200])
  assert.equal(await ask('198.51.100.1'), 429)
  assert.match(
    client.text,
    /429 Too Many Requests\r\n[\s\S]*error=http_request_denied[\s\S]*Retry-After: (29|30)\r\n/,
  )
  assert.equal(await ask('198.51.100.2'), 200)
  const requests = await proxy.records(4)
  assert.deepEqual(
    requests.map(({fault}) => fault),
    [undefined, undefined, 'RATE_LIMITED', undefined],
  )
  client.end()
  await proxy.quiet()
})

test('over two workers and two services together: the limit of the proxy; it moves while it runs, and undo brings it back', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok('fine'))
  const proxy = await startProxy(t, {
    origins: [origin.port],
    workers: 2,
    proxy: {rateLimit: {requests: 10, per: 3600}},
  })
  const ask = async (count: number) => {
    const clients = Array.from({length: count}, () => proxy.client())
    for (const client of clients) client.send(get('/', 'Connection: close'))
    await Promise.all(clients.map(client => client.closed))
    return clients.filter(client => client.statuses[0] === 200).length
  }
  assert.equal(await ask(30), 10)
  const outcome = await proxy.controller.execute(
    {type: 'set-rate-limit', service: undefined, limit: undefined},
    'test',
  )
  assert.deepEqual([outcome.ok, outcome.message], [true, 'proxy: rate limit 10 in 1h → none'])
  await proxy.controller.requests.inFlight() // an order that was posted before an answer has been obeyed before it
  assert.equal(await ask(10), 10)
  if (outcome.ok && outcome.undo !== undefined) await proxy.controller.execute(outcome.undo, 'test')
  await proxy.controller.requests.inFlight()
  assert.equal(await ask(4), 0)
  assert.equal(
    (
      await proxy.controller.execute(
        {type: 'set-rate-limit', service: 'api', limit: {requests: 1, perMs: 3_600_000, burst: 2}},
        'test',
      )
    ).message,
    'a burst has to be forgotten within an hour',
  )
  await proxy.quiet()
})
