/** Worker threads that die or hang: replaced, counted right again, and told of. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {get, ok, pair, post, type TestProxy} from './harness.ts'
import {until} from './until.ts'
import {WorkerThreads} from './worker-thread.ts'

function threads(t: TestContext): WorkerThreads {
  const seen = new WorkerThreads()
  t.after(() => seen.end())
  return seen
}

async function said(proxy: TestProxy, pattern: RegExp): Promise<void> {
  await until(
    () => proxy.controller.events.events.some(({text}) => pattern.test(text)),
    () => `no event ${pattern} among ${proxy.controller.events.events.map(({text}) => text).join(' | ')}`,
  )
}

for (const [how, expression] of Object.entries({
  'throws where nobody catches': 'setTimeout(() => { throw new Error("a bug of ours") })',
  exits: 'process.exit(3)',
})) {
  test(`a worker that ${how} is replaced: what it had in flight is over, the event says so, new requests are served`, async t => {
    const workers = threads(t)
    const {proxy, origin} = await pair(t)
    await workers.running(1)
    const clients = [proxy.client(), proxy.client(), proxy.client()]
    for (const client of clients) client.send(get())
    for (const _ of clients) await origin.asked()
    const before = await proxy.snapshot()
    assert.equal(before.total.inFlight, 3)
    assert.equal(before.connections, 3)
    workers.inflict(expression)
    for (const client of clients) await client.closed
    await said(proxy, /^worker 1 died with 3 requests in flight: ./)
    await said(proxy, /^worker 1 is back$/)
    const after = await proxy.snapshot()
    assert.equal(after.total.inFlight, 0)
    assert.equal(after.connections, 0)
    assert.equal(after.services[0]?.instances[0]?.traffic.inFlight, 0)
    const client = proxy.client()
    client.send(get('/again'))
    const asked = await origin.asked()
    asked.send(ok())
    await client.has(/hello$/)
    client.end()
    await until(async () => (await proxy.snapshot()).connections === 0)
  })
}

test('one of two workers dies: what the other one has in flight goes on and stays counted', async t => {
  const workers = threads(t)
  const {proxy, origin} = await pair(t, {workers: 2})
  await workers.running(2)
  // The kernel spreads connections over both; eight leave neither without one, but for one in 128.
  const clients = Array.from({length: 8}, () => proxy.client())
  for (const client of clients) client.send(get())
  for (const _ of clients) await origin.asked()
  workers.inflict('process.exit(1)')
  await said(proxy, /^worker [12] died with \d requests in flight/)
  const [, lost] = /died with (\d)/.exec(proxy.controller.events.events.map(({text}) => text).join(' ')) ?? []
  await until(() => clients.filter(({over}) => over !== undefined).length === Number(lost))
  assert.equal((await proxy.snapshot()).total.inFlight, 8 - Number(lost))
  for (const connection of origin.connections) connection.send(ok())
  for (const client of clients) if (client.over === undefined) await client.has(/hello$/)
  for (const client of clients) client.end()
  await until(async () => (await proxy.snapshot()).total.inFlight === 0)
})

const watchdog = {pingMs: 100, stuckAfter: 3, replaceAfter: 1000}

test('a worker that does not answer for a while is noticed, and so is its recovery', async t => {
  const workers = threads(t)
  const {proxy, origin} = await pair(t, {watchdog})
  origin.answers(ok())
  await workers.running(1)
  workers.inflict('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)')
  await said(proxy, /^worker 1 does not answer$/)
  await said(proxy, /^worker 1 answers again$/)
  assert.match(await proxy.exchange(get('/', 'Connection: close')), /hello$/)
  proxy.assertNoMistake()
})

test('a worker that never answers again is replaced', async t => {
  const workers = threads(t)
  const {proxy, origin} = await pair(t, {watchdog: {...watchdog, replaceAfter: 10}})
  origin.answers(ok())
  await workers.running(1)
  workers.inflict('for (;;);')
  await said(proxy, /^worker 1 does not answer$/)
  await said(proxy, /^worker 1 died with 0 requests in flight: it did not answer any more$/)
  await said(proxy, /^worker 1 is back$/)
  assert.match(await proxy.exchange(get('/', 'Connection: close')), /hello$/)
})

test('a worker that dies during the stop is not replaced, and the stop comes to its end', async t => {
  const workers = threads(t)
  const {proxy, origin} = await pair(t)
  await workers.running(1)
  const client = proxy.client()
  client.send(get())
  await origin.asked()
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  workers.inflict('process.exit(1)')
  await proxy.controller.stopped
  assert.equal(workers.count, 0)
})

test('after all kinds of exchanges a worker holds its listener and nothing else: no socket, no timer', async t => {
  const workers = threads(t)
  const {proxy, origin} = await pair(t, {timeouts: {upstreamIdle: 0.2}})
  await workers.running(1)
  const idle = await workers.resources()
  origin.script = peer =>
    peer.socket.on('data', () => {
      if (/\/reset/.test(peer.text)) peer.reset()
      else if (/\/garbage/.test(peer.text)) peer.send('garbage\r\n\r\n')
      else if (/\/half/.test(peer.text)) peer.send('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
      else if (/\/upgrade/.test(peer.text))
        peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
      else peer.send(ok())
    })
  for (let round = 0; round < 10; round++) {
    const clients = ['/', '/reset', '/garbage', '/half', '/silence'].map(target => {
      const client = proxy.client()
      client.send(get(target))
      return client
    })
    const upgraded = proxy.client()
    upgraded.send(get('/upgrade', 'Connection: upgrade', 'Upgrade: x'))
    const posting = proxy.client()
    posting.send(post('hello').slice(0, -2))
    const bad = proxy.client()
    bad.send('GET / HTTP/9\r\n\r\n')
    for (const client of [...clients, upgraded, bad]) await client.answered()
    for (const client of [...clients, upgraded, posting, bad]) client.reset()
  }
  await proxy.quiet()
  await until(
    async () => {
      const now = await workers.resources()
      return JSON.stringify(now) === JSON.stringify(idle)
    },
    () => JSON.stringify(idle),
  ).catch(async error => {
    assert.deepEqual(await workers.resources(), idle, String(error))
  })
  assert.equal(idle.TCPSocketWrap, undefined)
})
