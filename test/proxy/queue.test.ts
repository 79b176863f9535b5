/** Instances that take only so many requests at a time, and those that wait for room: in order, for a while, bounded. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {whyOf} from '../../source/requests/why.ts'
import {get, ok, type ProxySettings, startOrigin, startProxy, type TestProxy} from './harness.ts'
import type {RawOrigin} from './raw-origin.ts'
import type {RawPeer} from './raw-peer.ts'
import {until} from './until.ts'

async function limited(
  t: TestContext,
  service: ProxySettings['service'],
  settings: Partial<ProxySettings> = {},
) {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, {
    ...settings,
    origins: [origin.port],
    ...(service === undefined ? {} : {service}),
  })
  return {proxy, origin}
}

const queuedNow = async (proxy: TestProxy) => (await proxy.snapshot()).services[0]?.queued ?? 0
const asked = ({text}: RawOrigin) => [...text.matchAll(/GET (\S+) /g)].map(([, path]) => path)

/** Answers the first request that has none yet. */
function answerOne(origin: RawOrigin) {
  const peer = origin.connections.find(each => each.requests > (answered.get(each) ?? 0))
  if (peer === undefined) throw new Error('nobody waits')
  answered.set(peer, (answered.get(peer) ?? 0) + 1)
  peer.send(ok('done'))
}
/** how many requests, of each connection */
const answered = new WeakMap<RawPeer, number>()

test('no more than so many at a time; the others wait in order, and each goes on as soon as one is done', async t => {
  const {proxy, origin} = await limited(t, {maxConnections: 2})
  const clients = []
  for (let number = 0; number < 6; number++) {
    const client = proxy.client()
    client.send(get(`/${number}`))
    clients.push(client)
    await until(async () => asked(origin).length + (await queuedNow(proxy)) === number + 1)
  }
  assert.equal(asked(origin).length, 2)
  for (let done = 1; done <= 4; done++) {
    answerOne(origin)
    await until(() => asked(origin).length === 2 + done)
    assert.ok(asked(origin).includes(`/${1 + done}`), `${asked(origin)}`)
  }
  answerOne(origin)
  answerOne(origin)
  for (const client of clients) {
    await client.has(/done$/)
    client.end()
  }
  const requests = await proxy.records(6)
  const waited = requests.filter(({queued}) => queued > 0)
  assert.equal(waited.length, 4)
  for (const {queued, attempts} of waited) assert.ok((attempts[0]?.started ?? 0) >= queued)
  await proxy.quiet()
  assert.equal(await queuedNow(proxy), 0)
})

/** The instance has room for one: it holds the first request, and the second one waits. */
async function oneWaits(proxy: TestProxy, origin: RawOrigin) {
  const first = proxy.client()
  first.send(get('/first'))
  const held = await origin.asked()
  const second = proxy.client()
  second.send(get('/second'))
  await until(async () => (await queuedNow(proxy)) === 1)
  return {first, held, second}
}

test('who waits longer than timeouts.queue gets 503 with Retry-After, and so does who finds the queue full', async t => {
  const {proxy, origin} = await limited(t, {maxConnections: 1, queue: 1}, {timeouts: {queue: 0.3}})
  const {first, held, second} = await oneWaits(proxy, origin)
  const third = proxy.client()
  third.send(get('/third'))
  await third.has(/503 Service Unavailable\r\n[\s\S]*Retry-After: 1\r\n/)
  await second.has(
    /503 Service Unavailable\r\n[\s\S]*error=connection_limit_reached[\s\S]*Retry-After: 1\r\n/,
  )
  assert.deepEqual(await proxy.faults(), {QUEUE_FULL: 1, QUEUE_TIMEOUT: 1})
  const requests = await proxy.records(2)
  const late = requests.find(({fault}) => fault === 'QUEUE_TIMEOUT')
  assert.ok((late?.queued ?? 0) >= 300)
  assert.match(late === undefined ? '' : whyOf(late).text, /had room .* within .*timeouts\.queue/)
  // Both connections are still good.
  held.send(ok('held'))
  await first.has(/held$/)
  origin.connections[0]?.socket.on('data', () => origin.connections[0]?.send(ok('again')))
  second.send(get('/again'))
  await second.has(/again$/)
  for (const client of [first, second, third]) client.end()
  await proxy.quiet()
})

test('retryPolicy.total ends a wait for room as well: of who came first, and of who was tried before', async t => {
  const retryPolicy = {retries: 1, total: 0.3}
  const {proxy, origin} = await limited(t, {maxConnections: 1, retryPolicy}, {timeouts: {queue: 60}})
  const first = proxy.client()
  first.send(`POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\n`)
  const held = await origin.asked()
  const second = proxy.client()
  second.send(get('/second'))
  await second.has(/503 Service Unavailable\r\n[\s\S]*had room for the request in time/)
  const [late] = await proxy.records(1)
  assert.deepEqual([late?.fault, late?.refusal], ['QUEUE_TIMEOUT', 'total-time'])
  assert.ok((late?.queued ?? 0) >= 300 && (late?.queued ?? 0) < 10_000)
  assert.match(late === undefined ? '' : whyOf(late).text, /The time that retryPolicy\.total gives/)
  // It has not been sent to its end: its time has not begun.
  first.send('hello')
  held.send(ok('held'))
  await first.has(/held$/)
  for (const client of [first, second]) client.end()
  await proxy.quiet()
})

test('a client that leaves while it waits is not waited with; the next one moves up', async t => {
  const {proxy, origin} = await limited(t, {maxConnections: 1})
  const {first, held, second: leaving} = await oneWaits(proxy, origin)
  const last = proxy.client()
  last.send(get('/last'))
  await until(async () => (await queuedNow(proxy)) === 2)
  leaving.reset()
  await until(async () => (await queuedNow(proxy)) === 1)
  held.socket.on('data', () => held.send(ok('last one')))
  held.send(ok('held'))
  await last.has(/last one$/)
  assert.deepEqual(asked(origin), ['/first', '/last'])
  for (const client of [first, last]) client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {CLIENT_CLOSED: 1})
})

test('a full instance is passed over as long as another one has room', async t => {
  const [small, large] = [await startOrigin(t), await startOrigin(t)]
  const hosts = [
    {address: '127.0.0.1', port: small.port, maxConnections: 1},
    {address: '127.0.0.1', port: large.port},
  ]
  const proxy = await startProxy(t, {origins: [small.port], service: {hosts, lbPolicy: 'FIRST'}})
  const clients = Array.from({length: 5}, () => proxy.client())
  for (const client of clients) client.send(get())
  await until(() => asked(small).length + asked(large).length === 5)
  assert.equal(asked(small).length, 1)
  for (const {connections} of [small, large]) for (const peer of connections) peer.send(ok('fine'))
  for (const client of clients) {
    await client.has(/fine$/)
    client.end()
  }
  await proxy.quiet()
})

test('two workers: the limit is that of both, room made in one is found by who waits in the other', async t => {
  const {proxy, origin} = await limited(t, {maxConnections: 2}, {workers: 2})
  let most = 0
  let now = 0
  origin.script = peer =>
    peer.socket.on('data', () => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        peer.send(ok('fine'))
      }, 2)
    })
  const clients = Array.from({length: 40}, () => proxy.client())
  for (const client of clients) client.send(get())
  for (const client of clients) {
    await client.has(/fine$/)
    client.end()
  }
  assert.ok(most <= 3, `${most} at a time: each worker but one may let one too many through`)
  await proxy.quiet()
  assert.equal(await queuedNow(proxy), 0)
})

test('an instance that goes down while requests wait for it: they are told at once', async t => {
  const {proxy, origin} = await limited(t, {maxConnections: 1})
  const {first, held, second} = await oneWaits(proxy, origin)
  const instance = `127.0.0.1:${origin.port}`
  await proxy.controller.execute(
    {type: 'set-operator-state', service: 'api', instance, state: 'drain'},
    'test',
  )
  await second.has(/^HTTP\/1\.1 503 /)
  held.send(ok('held'))
  await first.has(/held$/)
  assert.deepEqual(await proxy.faults(), {NO_INSTANCE: 1})
  for (const client of [first, second]) client.end()
  await proxy.quiet()
})

test('the limit moves while it runs: who waits goes on, undo brings it back; a stop leaves nobody waiting', async t => {
  const {proxy, origin} = await limited(t, {maxConnections: 1})
  const instance = `127.0.0.1:${origin.port}`
  const clients = Array.from({length: 4}, () => proxy.client())
  for (const client of clients) client.send(get())
  await until(async () => (await queuedNow(proxy)) === 3)
  const outcome = await proxy.controller.execute(
    {type: 'set-max-connections', service: 'api', instance, maxConnections: 3},
    'test',
  )
  assert.ok(outcome.ok)
  await until(() => asked(origin).length === 3)
  assert.equal((await proxy.snapshot()).services[0]?.instances[0]?.maxConnections, 3)
  if (outcome.undo !== undefined) await proxy.controller.execute(outcome.undo, 'test')
  assert.equal((await proxy.snapshot()).services[0]?.instances[0]?.maxConnections, 1)
  await proxy.controller.execute({type: 'stop', force: true}, 'test')
  await proxy.controller.stopped
  await until(() => clients.every(client => client.over !== undefined))
})

for (const workers of [1, 2])
  test(`a retry waits for the instance that it has not tried, and holds up nobody else (${workers} workers)`, async t => {
    const [failing, full] = [await startOrigin(t), await startOrigin(t)]
    const hosts = [
      {address: '127.0.0.1', port: failing.port},
      {address: '127.0.0.1', port: full.port, maxConnections: 1},
    ]
    const service = {hosts, lbPolicy: 'FIRST', ejection: {errors: 0}, retryPolicy: {retries: 2}}
    const proxy = await startProxy(t, {origins: [failing.port], workers, service})
    failing.script = peer =>
      peer.socket.on('data', () => {
        if (peer.text.includes('/wanted')) peer.send(ok('another'))
        else peer.reset()
      })
    const {first, held, second} = await oneWaits(proxy, full)
    assert.deepEqual(asked(failing), ['/first', '/second'])
    // Whom the first instance serves need not wait behind it, in whichever worker.
    const another = {method: 'GET', url: 'http://api.test/wanted', fields: [], from: '127.0.0.1'}
    const {services} = await proxy.controller.explain(another)
    assert.deepEqual(
      services.map(({picked, queue}) => [picked, queue]),
      [[`127.0.0.1:${failing.port}`, undefined]],
    )
    for (let more = 0; more < 4; more++) {
      const client = proxy.client()
      client.send(get('/wanted'))
      await client.has(/another$/)
      client.end()
    }
    assert.equal(await queuedNow(proxy), 1)
    // On the same connection in the same worker, else on another one.
    full.answers(ok('waited for'))
    held.socket.on('data', () => held.send(ok('waited for')))
    held.send(ok('held'))
    await second.has(/waited for$/)
    assert.deepEqual(asked(full), ['/first', '/second'])
    for (const client of [first, second]) client.end()
    await proxy.quiet()
    assert.equal(await queuedNow(proxy), 0)
  })

/** The first request has failed at one instance and is held by the other one, which takes no more. */
async function busyElsewhere(t: TestContext, settings: Partial<ProxySettings> = {}) {
  const [failing, full] = [await startOrigin(t), await startOrigin(t)]
  const hosts = [
    {address: '127.0.0.1', port: failing.port},
    {address: '127.0.0.1', port: full.port, maxConnections: 1},
  ]
  const service = {hosts, lbPolicy: 'FIRST', ejection: {errors: 0}, retryPolicy: {retries: 1}}
  const proxy = await startProxy(t, {...settings, origins: [failing.port], service})
  failing.script = peer => peer.socket.on('data', () => peer.reset())
  const [first, second] = [proxy.client(), proxy.client()]
  first.send(get('/first'))
  const held = await full.asked()
  second.send(get('/second'))
  return {proxy, failing, full, held, first, second}
}

test('a retry that waits for another instance is told when its time is over', async t => {
  const {proxy, failing, held, first, second} = await busyElsewhere(t, {timeouts: {queue: 0.3}})
  await second.has(/503 Service Unavailable\r\n[\s\S]*Retry-After: 1\r\n/)
  assert.deepEqual(asked(failing), ['/first', '/second'])
  const [late] = await proxy.records(1)
  assert.match(late === undefined ? '' : whyOf(late).text, /^No other instance of api had room/)
  held.send(ok('held'))
  await first.has(/held$/)
  for (const client of [first, second]) client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {QUEUE_TIMEOUT: 1})
})

test('a retry that waits for another instance asks the one before again when the other one leaves', async t => {
  const {proxy, failing, full, held, first, second} = await busyElsewhere(t)
  await until(async () => (await queuedNow(proxy)) === 1)
  const instance = `127.0.0.1:${full.port}`
  await proxy.controller.execute(
    {type: 'set-operator-state', service: 'api', instance, state: 'drain'},
    'test',
  )
  await second.has(/502 Bad Gateway/)
  assert.deepEqual(asked(failing), ['/first', '/second', '/second'])
  held.send(ok('held'))
  await first.has(/held$/)
  for (const client of [first, second]) client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {RESET: 1})
})
