/** A client that misbehaves in every phase: what it gets, what is recorded, what the instance sees, and what is left. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {get, ok, pair, post} from './harness.ts'
import {until} from './until.ts'

const half = 'POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 10\r\n\r\nhello'

test('a head of one byte at a time: 408 within the time for a head, and the connection closed (RFC 9110 §15.5.9)', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {clientHead: 0.5}})
  const client = proxy.client()
  const bytes = [...get('/slow')]
  const timer = setInterval(() => client.send(bytes.shift() ?? 'x'), 50)
  t.after(() => clearInterval(timer))
  const startedAt = performance.now()
  await client.closed
  assert.ok(performance.now() - startedAt < 5000)
  assert.deepEqual(client.statuses, [408])
  assert.match(client.text, /Connection: close/)
  assert.equal(origin.connections.length, 0)
  await proxy.recorded('REQUEST_HEAD_TIMEOUT')
  await proxy.quiet()
})

test('a connection without a byte is closed in silence when its time is over', async t => {
  const {proxy} = await pair(t, {timeouts: {clientHead: 0.3}})
  const client = proxy.client()
  assert.equal(await client.closed, 'end')
  assert.equal(client.text, '')
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('a connection opened after a long silence of all has all of its time', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {clientHead: 0.8}})
  origin.answers(ok('first'))
  const first = proxy.client()
  first.send(get('/', 'Connection: close'))
  await first.closed
  await origin.left()
  // Nothing ticks now; the clock of the time-outs must not have stood still with it.
  await new Promise(resolve => setTimeout(resolve, 1200))
  const second = proxy.client()
  await new Promise(resolve => setTimeout(resolve, 300))
  second.send(get('/', 'Connection: close'))
  await second.has('first')
})

test('a kept connection that stays idle is closed in silence, never with a 408', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {clientIdle: 0.3}})
  origin.answers(ok())
  const client = proxy.client()
  client.send(get())
  assert.equal(await client.closed, 'end')
  assert.deepEqual(client.statuses, [200])
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('a body that stops: 408, connection closed, and the instance sees no whole request', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {bodyIdle: 0.4}})
  const client = proxy.client()
  client.send(half)
  const asked = await origin.next()
  await asked.has(/hello$/)
  await client.closed
  assert.deepEqual(client.statuses, [408])
  assert.match(client.text, /Connection: close/)
  await asked.closed
  assert.match(asked.text, /hello$/)
  await proxy.recorded('REQUEST_BODY_TIMEOUT')
  await proxy.quiet()
})

test('a client that was told to go on (100) and sends no body: 408, and the instance has not been late', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {responseHead: 0.2, bodyIdle: 0.6}})
  const client = proxy.client()
  client.send(half.replace('\r\n\r\nhello', '\r\nExpect: 100-continue\r\n\r\n'))
  const asked = await origin.asked()
  asked.send('HTTP/1.1 100 Continue\r\n\r\n')
  await client.closed
  assert.match(client.text, /^HTTP\/1\.1 100 [\s\S]*HTTP\/1\.1 408 /)
  await asked.closed
  await proxy.recorded('REQUEST_BODY_TIMEOUT')
  assert.deepEqual(await proxy.attemptFaults(), {})
  await proxy.quiet()
})

test('a body of one byte at a time is passed on as long as it is never silent too long', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {bodyIdle: 0.6}})
  const client = proxy.client()
  client.send(half)
  for (const byte of 'world') {
    await new Promise(resolve => setTimeout(resolve, 200))
    client.send(byte)
  }
  const asked = await origin.next()
  await asked.has(/helloworld$/)
  asked.send(ok())
  await client.has(/hello$/)
  client.end()
  await proxy.quiet()
})

/** How a client can leave, and whether it is then gone or may still read. */
const exits = {
  resets: (client: {reset(): void}) => client.reset(),
  closes: (client: {destroy(): void}) => client.destroy(),
}

for (const [how, leave] of Object.entries(exits)) {
  test(`a client that ${how} before it sent anything leaves nothing`, async t => {
    const {proxy} = await pair(t)
    const client = proxy.client()
    await new Promise(resolve => client.socket.once('connect', resolve))
    leave(client)
    await proxy.quiet()
    assert.deepEqual(await proxy.faults(), {})
  })

  test(`a client that ${how} in the middle of its head: recorded, nothing reaches an instance`, async t => {
    const {proxy, origin} = await pair(t)
    const client = proxy.client()
    client.send('GET / HTTP/1.1\r\nHost: api')
    await until(() => client.socket.bytesWritten > 0 && client.socket.writableLength === 0)
    await proxy.caughtUp()
    leave(client)
    await proxy.recorded('REQUEST_ABANDONED')
    await proxy.quiet()
    assert.equal(origin.connections.length, 0)
  })

  test(`a client that ${how} in the middle of its body: the instance sees a broken request, never a whole one`, async t => {
    const {proxy, origin} = await pair(t)
    const client = proxy.client()
    client.send(half)
    const asked = await origin.next()
    await asked.has(/hello$/)
    leave(client)
    await asked.closed
    assert.match(asked.text, /hello$/)
    await proxy.recorded('REQUEST_ABANDONED')
    await proxy.quiet()
  })

  test(`a client that ${how} while it waits: the request to the instance is given up`, async t => {
    const {proxy, origin} = await pair(t)
    const client = proxy.client()
    client.send(get())
    const asked = await origin.asked()
    leave(client)
    await asked.closed
    await proxy.recorded('CLIENT_CLOSED')
    await proxy.quiet()
  })

  test(`a client that ${how} in the middle of its response: the instance's connection ends`, async t => {
    const {proxy, origin} = await pair(t)
    const client = proxy.client()
    client.send(get())
    const asked = await origin.asked()
    asked.send('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello')
    await client.has(/hello$/)
    leave(client)
    // The end of a client that closed in good order shows when there is something to write to it.
    const timer = setInterval(() => asked.send('more'), 20)
    await asked.closed
    clearInterval(timer)
    await proxy.recorded('RESPONSE_ABANDONED')
    await proxy.quiet()
  })

  test(`a client that ${how} between two requests leaves nothing and is nobody's fault`, async t => {
    const {proxy, origin} = await pair(t)
    origin.answers(ok())
    const client = proxy.client()
    client.send(get())
    await client.has(/hello$/)
    leave(client)
    await proxy.quiet()
    assert.deepEqual(await proxy.faults(), {})
  })
}

test('a client that closes its side after its request gets its response (RFC 9112 §9.6)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get())
  client.end()
  const asked = await origin.asked()
  await until(() => client.socket.writableFinished)
  await proxy.caughtUp()
  asked.send(ok())
  assert.equal(await client.closed, 'end')
  assert.match(client.text, /hello$/)
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('a client that closes its side after several pipelined requests gets all of their responses', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const client = proxy.client()
  client.send(get('/1') + post('two') + get('/3'))
  client.end()
  assert.equal(await client.closed, 'end')
  assert.deepEqual(client.statuses, [200, 200, 200])
  assert.match(origin.text, /\/1.*POST.*two.*\/3/s)
  await proxy.quiet()
})

test('a client that closes its side behind a whole request and half of another gets the response of the first', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const client = proxy.client()
  client.send(`${get('/1')}GET /2 HTTP/1.1\r\nHost: api.te`)
  client.end()
  assert.equal(await client.closed, 'end')
  assert.deepEqual(client.statuses, [200])
  await proxy.recorded('REQUEST_ABANDONED')
  await proxy.quiet()
})

test('a client that stops reading: its response is given up in time, and the instance is not blamed', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {bodyIdle: 0.5}})
  const client = proxy.client()
  client.socket.pause()
  client.send(get())
  const asked = await origin.asked()
  asked.send('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n')
  for (let sent = 0; sent < 400; sent++) asked.send(Buffer.alloc(65_536, 'x'))
  await asked.closed
  await proxy.recorded('CLIENT_STALLED')
  client.destroy()
  await proxy.quiet()
})

test('a client that reads late gets every byte, once the instance has long finished', async t => {
  const {proxy, origin} = await pair(t)
  const size = 8_000_000
  const client = proxy.client()
  client.socket.pause()
  client.send(get('/', 'Connection: close'))
  const asked = await origin.asked()
  asked.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  const body = Buffer.alloc(size)
  for (let at = 0; at < size; at += 4) body.writeUInt32BE(at, at)
  asked.send(body)
  // Longer than a client is waited for that was told to go: what it has not read yet must not be lost by then.
  await new Promise(resolve => setTimeout(resolve, 2600))
  client.socket.resume()
  await client.closed
  const got = Buffer.from(client.text.slice(client.text.indexOf('\r\n\r\n') + 4), 'latin1')
  assert.equal(got.length, size)
  assert.ok(got.equals(body), 'the body has changed on its way')
  await proxy.quiet()
})

test('a client that pipelines and does not read makes the proxy hold a bounded amount', async t => {
  const {proxy, origin} = await pair(t)
  const body = 'x'.repeat(60_000)
  origin.answers(ok(body))
  const client = proxy.client()
  client.socket.pause()
  for (let sent = 0; sent < 2000; sent++) client.send(get(`/${sent}`))
  await origin.asked()
  // Responses stop when the client's socket is full; they would be 120 MB.
  const answered = await proxy.settled(async () => (await proxy.snapshot()).total.requests)
  assert.ok(answered < 1000, `${answered} responses for a client that reads none`)
  client.socket.resume()
  await client.hasBytes(2000 * 60_000)
  client.end()
  await client.closed
  assert.equal(client.statuses.length, 2000)
  await proxy.quiet()
})

test('a pipelined flood behind a slow request waits in the client, not in the proxy', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get('/slow'))
  const asked = await origin.asked()
  let taken = 0
  const flood = Buffer.from(get('/flood').repeat(1000))
  while (client.socket.writableLength < 4_000_000 && taken < 400) {
    client.send(flood)
    taken++
    await new Promise(resolve => setImmediate(resolve))
  }
  await proxy.caughtUp()
  assert.ok(client.socket.writableLength > 0, 'the proxy read everything')
  client.reset()
  asked.send(ok())
  await proxy.quiet()
})

test('a refusal reaches a client that is still sending (RFC 9112 §9.6)', async t => {
  const {proxy} = await pair(t)
  for (let round = 0; round < 20; round++) {
    const client = proxy.client()
    client.send(`POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5, 5\r\n\r\n`)
    for (let sent = 0; sent < 30; sent++) client.send(Buffer.alloc(16_384, 'x'))
    await client.has(/400 Bad Request\n/)
    client.destroy()
  }
  await proxy.quiet()
})
