/** What a retry policy adds to what is safe: statuses, a time for all attempts, a budget, and how much can be sent again. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {backoffMs} from '../../source/proxy/retry.ts'
import {whyOf} from '../../source/requests/why.ts'
import {get, ok, type ProxySettings, startOrigin, startProxy} from './harness.ts'
import type {RawOrigin} from './raw-origin.ts'
import {until} from './until.ts'

/** A timer may be late on a busy machine. */
const SLACK_MS = 100

async function two(t: TestContext, retryPolicy: object, settings: Omit<ProxySettings, 'origins'> = {}) {
  const [first, second] = [await startOrigin(t), await startOrigin(t)]
  const origins = [first.port, second.port]
  const proxy = await startProxy(t, {...settings, origins, service: {retryPolicy}})
  return {proxy, first, second, both: [first, second]}
}

const status = (code: number, body = 'busy') =>
  `HTTP/1.1 ${code} Whatever\r\nContent-Length: ${body.length}\r\nX-Own: yes\r\n\r\n${body}`

/** The first request that is asked of any of them is answered by `text`, the others well. */
function firstAnswers(origins: readonly RawOrigin[], text: string) {
  let asked = 0
  for (const origin of origins)
    origin.script = peer =>
      peer.socket.on('data', () => {
        const heads = peer.text.split('\r\n\r\n').length - 1
        peer.text = ''
        for (let each = 0; each < heads; each++) peer.send(asked++ === 0 ? text : ok('fine'))
      })
}

test('waits before instances are asked again: up to 25 ms, doubling to 250', () => {
  const longest = [0, 1, 2, 3, 4, 9].map(waits => backoffMs(waits, 1))
  assert.deepEqual(longest, [25, 50, 100, 200, 250, 250])
  assert.equal(backoffMs(3, 0), 0)
})

test('an answer whose status the policy lists is not passed on: another instance is asked, the connection is kept', async t => {
  const {proxy, both} = await two(t, {retries: 2, statuses: [503]})
  firstAnswers(both, status(503))
  const client = proxy.client()
  client.send(get())
  await client.has(/fine$/)
  assert.deepEqual(client.statuses, [200])
  for (let round = 2; round <= 5; round++) {
    client.send(get())
    await client.answered(round)
  }
  assert.deepEqual(
    both.map(({connections}) => connections.length),
    [1, 1],
  )
  const [record] = await proxy.records(1)
  assert.deepEqual(
    record?.attempts.map(({status, fault}) => [status, fault]),
    [
      [503, 'STATUS_LISTED'],
      [200, undefined],
    ],
  )
  assert.match(
    record === undefined ? '' : whyOf(record).text,
    /answered 503, which retryPolicy\.statuses lists, and GET may be sent twice, so it was retried on/,
  )
  client.end()
  await proxy.quiet()
})

test('a listed status in the middle of its body, without end: the connection goes, another instance is asked', async t => {
  const {proxy, both} = await two(t, {retries: 1, statuses: 502})
  firstAnswers(both, 'HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  const client = proxy.client()
  client.send(get())
  await client.has(/fine$/)
  client.end()
  await proxy.quiet()
  assert.equal(both.filter(({connections}) => connections[0]?.over !== undefined).length, 1)
})

test('a listed status is passed on as it came to a POST, and when no attempt is left', async t => {
  const {proxy, both} = await two(t, {retries: 1, statuses: [500, 503]})
  for (const origin of both) origin.answers(status(503))
  const client = proxy.client()
  client.send('POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 2\r\n\r\nhi')
  await client.has(/X-Own: yes\r\n[\s\S]*busy$/)
  client.text = ''
  client.send(get())
  await client.has(/^HTTP\/1\.1 503 Whatever\r\n[\s\S]*busy$/)
  const [posted, got] = await proxy.records(2)
  assert.deepEqual([posted?.refusal, got?.refusal], ['unsafe', 'spent'])
  assert.deepEqual([posted?.attemptCount, got?.attemptCount], [1, 2])
  assert.match(got === undefined ? '' : whyOf(got).text, /attempt 2, the last one that retryPolicy\.retries/)
  assert.match(posted === undefined ? '' : whyOf(posted).text, /is the answer of .* POST, so it was not sent/)
  client.end()
  await proxy.quiet()
})

test('a status that is not listed is passed on, and the record says why', async t => {
  const {proxy, both} = await two(t, {retries: 1, statuses: [503]})
  firstAnswers(both, status(500))
  const client = proxy.client()
  client.send(get())
  await client.has(/busy$/)
  assert.deepEqual(client.statuses, [500])
  const [record] = await proxy.records(1)
  assert.match(
    record === undefined ? '' : whyOf(record).text,
    /only after what retryPolicy\.statuses lists\.$/,
  )
  client.end()
})

test('the total time covers all attempts: the last one gets what is left of it, and none follows', async t => {
  const {proxy, both} = await two(t, {timeout: 0.4, retries: 9, total: 0.6})
  const client = proxy.client()
  const startedAt = performance.now()
  client.send(get())
  await client.answered()
  const took = performance.now() - startedAt
  assert.deepEqual(client.statuses, [504])
  assert.ok(took >= 590, `${took} ms`)
  assert.equal(
    both.reduce((sum, {connections}) => sum + connections.length, 0),
    2,
  )
  const [record] = await proxy.records(1)
  assert.equal(record?.refusal, 'total-time')
  client.end()
  await proxy.quiet()
})

test('an attempt that could only begin after the total time is none', async t => {
  const origin = await startOrigin(t)
  origin.answers(status(503))
  // With one instance each wait is drawn, up to 250 ms in the end: of twelve requests some would begin again far too late.
  const retryPolicy = {retries: 10, total: 0.2, statuses: 503, budget: 100}
  const proxy = await startProxy(t, {origins: [origin.port], service: {retryPolicy, ejection: {errors: 0}}})
  const clients = Array.from({length: 12}, () => proxy.client())
  for (const client of clients) client.send(get())
  await Promise.all(clients.map(client => client.answered()))
  const records = await proxy.records(12)
  const latest = Math.max(...records.flatMap(({attempts}) => attempts.map(({started}) => started)))
  assert.ok(latest < 200 + SLACK_MS, `an attempt began after ${latest} ms`)
  for (const client of clients) client.end()
  await proxy.quiet()
})

test('the total time begins when the client has sent all of its request', async t => {
  const {proxy, both} = await two(t, {retries: 1, total: 0.3})
  for (const origin of both)
    origin.script = peer =>
      peer.socket.on('data', () => {
        if (peer.text.endsWith('hello')) peer.send(ok('took it'))
      })
  const client = proxy.client()
  client.send('PUT / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhel')
  await new Promise(resolve => setTimeout(resolve, 500))
  client.send('lo')
  await client.has(/took it$/)
  client.end()
  await proxy.quiet()
})

for (const workers of [1, 2]) {
  test(`${workers} workers: of twenty in flight that fail at once, a fifth is retried at a time, the others get their 502`, async t => {
    const [failing, spare] = [await startOrigin(t), await startOrigin(t)]
    const origins = [failing.port, spare.port]
    const service = {retryPolicy: {retries: 1}, lbPolicy: 'FIRST', ejection: {errors: 0}}
    const proxy = await startProxy(t, {origins, service, workers})
    const clients = Array.from({length: 20}, () => proxy.client())
    for (const client of clients) client.send(get())
    await until(() => failing.text.split('\r\n\r\n').length - 1 === 20)
    for (const peer of failing.connections) peer.reset()
    await until(
      () => clients.filter(client => client.statuses.length === 1).length + spare.connections.length === 20,
      () => `${clients.flatMap(client => client.statuses)} and ${spare.connections.length}`,
    )
    // A fifth of those that are in flight when it is counted: fewer and fewer, but three always may.
    const retried = spare.connections.length
    assert.ok(retried >= 3 && retried <= 4 + workers - 1, `${retried} retried`)
    for (const peer of spare.connections) peer.send(ok('saved'))
    await until(() => clients.every(client => client.statuses.length === 1))
    const refused = (await proxy.records(20)).filter(({refusal}) => refusal === 'budget')
    assert.equal(refused.length, 20 - retried)
    // Those that were under way are over: there is room again.
    for (const peer of spare.connections) peer.socket.on('data', () => peer.send(ok('saved')))
    spare.answers(ok('saved'))
    const next = proxy.client()
    next.send(get())
    await until(() => failing.connections.length === 21)
    failing.connections[20]?.reset()
    await next.has(/saved$/)
    for (const client of [...clients, next]) client.end()
    await proxy.quiet()
  })
}

test('what never reached an instance is sent to another one whatever the budget', async t => {
  const {proxy, first, second} = await two(t, {retries: 1, budget: 0})
  await first.stop()
  const clients = Array.from({length: 20}, () => proxy.client())
  for (const client of clients) client.send(get())
  await until(() => second.connections.length === 20)
  for (const peer of second.connections) peer.send(ok('here'))
  for (const client of clients) {
    await client.has(/here$/)
    client.end()
  }
  await proxy.quiet()
})

test('a body longer than limits.replay is sent once', async t => {
  const {proxy, both} = await two(t, {retries: 1}, {limits: {replay: 10}})
  const put = (body: string) =>
    `PUT / HTTP/1.1\r\nHost: api.test\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  let resets = 0
  for (const origin of both)
    origin.script = peer =>
      peer.socket.on('data', () => {
        if (peer.text.endsWith('.')) resets++ % 2 === 0 ? peer.reset() : peer.send(ok('twice'))
      })
  const client = proxy.client()
  client.send(put('123456789.'))
  await client.has(/twice$/)
  client.send(put('1234567890.'))
  await client.answered(2)
  assert.deepEqual(client.statuses, [200, 502])
  const [, record] = await proxy.records(2)
  assert.equal(record?.refusal, 'body-gone')
  client.end()
})
