/** When a failed attempt is followed by another one, and when never. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {isTooLateForStale} from '../../source/proxy/retry.ts'
import {get, ok, type ProxySettings, post, startOrigin, startProxy} from './harness.ts'
import type {RawOrigin} from './raw-origin.ts'
import type {RawPeer} from './raw-peer.ts'
import {until} from './until.ts'

async function two(t: TestContext, settings: Omit<ProxySettings, 'origins'> = {}) {
  const [first, second] = [await startOrigin(t), await startOrigin(t)]
  const proxy = await startProxy(t, {retries: 2, ...settings, origins: [first.port, second.port]})
  return {proxy, first, second}
}

const request = (method: string) =>
  method === 'PUT'
    ? 'PUT / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhello'
    : get().replace('GET', method)

/** One of the two instances fails, whichever is asked first. */
function firstAskedDoes(origins: readonly RawOrigin[], does: (peer: RawPeer) => void): void {
  let asked = 0
  for (const origin of origins) {
    origin.script = peer =>
      peer.socket.on('data', () => {
        if (!/\r\n\r\n/.test(peer.text)) return
        if (asked++ === 0) does(peer)
        else peer.send(ok('', 'X-From: the other one'))
      })
  }
}

for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
  for (const [what, does] of Object.entries({
    'resets a new connection': (peer: RawPeer) => peer.reset(),
    'closes a new connection': (peer: RawPeer) => peer.destroy(),
    'does not answer in time': () => {},
  })) {
    test(`${method} to an instance that ${what} is answered by another one (RFC 9110 §9.2.2)`, async t => {
      const {proxy, first, second} = await two(t, {timeouts: {responseHead: 0.5}})
      firstAskedDoes([first, second], does)
      const client = proxy.client()
      client.send(request(method))
      await client.has(/X-From: the other one\r\n/)
      assert.deepEqual(client.statuses, [200])
      assert.equal(first.connections.length, 1)
      assert.equal(second.connections.length, 1)
      client.end()
      await proxy.quiet()
      assert.deepEqual(await proxy.faults(), {}, 'the request did not fail')
      assert.deepEqual(Object.values(await proxy.attemptFaults()), [1], 'one attempt did')
    })
  }
}

test('a backup is asked when all others have failed the request, and by its record it was not skipped', async t => {
  const [first, second, backup] = [await startOrigin(t), await startOrigin(t), await startOrigin(t)]
  for (const origin of [first, second]) origin.script = peer => peer.socket.on('data', () => peer.reset())
  backup.answers(ok('here'))
  const hosts = [first, second, backup].map(({port}) => ({
    address: '127.0.0.1',
    port,
    backup: port === backup.port,
  }))
  const service = {hosts, ejection: {errors: 0}, retryPolicy: {retries: 2}}
  const proxy = await startProxy(t, {origins: [first.port], service})
  for (let round = 1; round <= 3; round++) {
    const client = proxy.client()
    client.send(get())
    await client.has(/here$/)
    client.end()
    assert.deepEqual(
      [first, second, backup].map(({text}) => text.split('GET ').length - 1),
      [round, round, round],
    )
  }
  const [{id = ''} = {}] = await proxy.records(1)
  const {skipped = []} = (await proxy.controller.requests.detail(id, false)) ?? {}
  const stoodBy = {
    count: 1,
    named: [{instance: `127.0.0.1:${backup.port}`, reason: 'backup, others can serve'}],
  }
  assert.deepEqual(skipped, [stoodBy, stoodBy, {count: 0, named: []}])
  await proxy.quiet()
})

for (const method of ['POST', 'PATCH', 'MYSTERY']) {
  test(`${method} to an instance that resets is not sent again: 502`, async t => {
    const {proxy, first, second} = await two(t)
    firstAskedDoes([first, second], peer => peer.reset())
    const client = proxy.client()
    client.send(request(method))
    await client.answered()
    assert.deepEqual(client.statuses, [502])
    assert.equal(first.connections.length + second.connections.length, 1)
    client.end()
    await proxy.recorded('RESET')
    await proxy.quiet()
  })
}

test('a POST is sent to another instance when the first refuses the connection: no byte of it was sent', async t => {
  const {proxy, first, second} = await two(t)
  await first.stop()
  second.answers(ok('here'))
  for (let round = 0; round < 4; round++) {
    const client = proxy.client()
    client.send(post('hello'))
    await client.has(/here$/)
    client.end()
  }
  assert.equal(second.text.split('POST /').length - 1, 4)
  await proxy.quiet()
})

test('nothing is retried once a part of the response was passed on', async t => {
  const {proxy, first, second} = await two(t)
  firstAskedDoes([first, second], peer => {
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
    peer.end()
  })
  const client = proxy.client()
  client.send(get())
  await client.closed
  assert.deepEqual(client.statuses, [200])
  assert.match(client.text, /hello$/)
  assert.equal(first.connections.length + second.connections.length, 1)
  await proxy.recorded('BODY_INCOMPLETE')
  await proxy.quiet()
})

test('without a retry policy a failure is final, and says so', async t => {
  const {proxy, first, second} = await two(t, {retries: 0})
  firstAskedDoes([first, second], peer => peer.reset())
  const client = proxy.client()
  client.send(get())
  await client.answered()
  assert.deepEqual(client.statuses, [502])
  client.end()
  await proxy.quiet()
})

test('retries end: every instance refuses, the last refusal is the answer, after one attempt and so many retries', async t => {
  const {proxy, first, second} = await two(t, {retries: 3})
  for (const origin of [first, second]) origin.script = peer => peer.socket.once('data', () => peer.reset())
  const client = proxy.client()
  client.send(get())
  await client.answered()
  assert.deepEqual(client.statuses, [502])
  assert.equal(first.connections.length + second.connections.length, 4)
  client.end()
  await proxy.recorded('RESET')
  await proxy.quiet()
})

/** One instance that answers the first request on each connection; what it does with others is the test's. */
async function kept(t: TestContext, does: (peer: RawPeer) => void) {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, {origins: [origin.port]})
  origin.script = peer => {
    let asked = 0
    peer.socket.on('data', () => (asked++ === 0 ? peer.send(ok()) : does(peer)))
  }
  return proxy
}

test('a kept connection that is closed at the moment of its reuse: GET goes to a new one, even without a policy', async t => {
  const proxy = await kept(t, peer => peer.reset())
  const client = proxy.client()
  for (let round = 1; round <= 5; round++) {
    client.send(get(`/${round}`))
    await client.answered(round)
  }
  assert.deepEqual(client.statuses, [200, 200, 200, 200, 200])
  client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
  const {STALE_CONNECTION: stale} = await proxy.attemptFaults()
  assert.ok((stale ?? 0) >= 2)
})

test('a kept connection that breaks while the instance works on the request has not been stale: the instance failed', async t => {
  // How late it breaks is what this is about.
  const proxy = await kept(t, peer => setTimeout(() => peer.reset(), 400))
  const client = proxy.client()
  client.send(get('/1'))
  await client.answered(1)
  client.send(get('/2'))
  await client.answered(2)
  assert.deepEqual(client.statuses, [200, 502])
  client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {RESET: 1})
})

test('how late a kept connection may break and still have been stale goes by how far away the instance is', () => {
  assert.equal(isTooLateForStale('STALE_CONNECTION', 90), false)
  assert.equal(isTooLateForStale('STALE_CONNECTION', 119), true)
  assert.equal(isTooLateForStale('STALE_CONNECTION', 350, 150), false)
  assert.equal(isTooLateForStale('RESET', 119), false)
})

test('a body over 64 KiB is sent once: a failure after it is final, though PUT could be repeated', async t => {
  const {proxy, first, second} = await two(t)
  const size = 300_000
  for (const origin of [first, second])
    origin.script = peer => peer.socket.on('data', () => peer.text.length > size && peer.reset())
  const client = proxy.client()
  client.send(`PUT / HTTP/1.1\r\nHost: api.test\r\nContent-Length: ${size}\r\n\r\n`)
  client.send(Buffer.alloc(size, 'x'))
  await client.answered()
  assert.deepEqual(client.statuses, [502])
  assert.equal(first.connections.length + second.connections.length, 1)
  client.end()
  await proxy.quiet()
})

test('a body that is still coming in is whole for the second instance too', async t => {
  const {proxy, first, second} = await two(t)
  let asked = 0
  for (const origin of [first, second])
    origin.script = peer => {
      const number = asked++
      peer.socket.on('data', () => {
        if (number === 0) peer.reset()
        else if (/helloworld$/.test(peer.text)) peer.send(ok('', 'X-From: the other one'))
      })
    }
  const client = proxy.client()
  client.send('PUT / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 10\r\n\r\nhello')
  await until(() => first.connections.length + second.connections.length === 2)
  client.send('world')
  await client.has('X-From')
  await until(() => /helloworld$/.test(first.text) || /helloworld$/.test(second.text))
  client.end()
  await proxy.quiet()
})

test('no instance at all can take requests: 503 at once', async t => {
  const {proxy, first, second} = await two(t)
  for (const {port} of [first, second])
    await proxy.controller.execute(
      {type: 'set-operator-state', service: 'api', instance: `127.0.0.1:${port}`, state: 'drain'},
      'test',
    )
  const client = proxy.client()
  client.send(get())
  await client.answered()
  assert.deepEqual(client.statuses, [503])
  client.end()
  await proxy.recorded('NO_INSTANCE')
  await proxy.quiet()
})
