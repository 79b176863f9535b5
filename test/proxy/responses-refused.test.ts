/** Responses that a client must never take for valid: a 502 that says why, or a message that is visibly broken. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {malformations} from '../../source/http1/malformed.ts'
import {nastyResponses} from '../http1/nasty.ts'
import {get, ok, pair, post} from './harness.ts'
import {until} from './until.ts'
import {WorkerThreads} from './worker-thread.ts'

test('every nasty response: a 502 whose Proxy-Status says what was wrong, or a broken message; nothing of it goes elsewhere', async t => {
  const {proxy, origin} = await pair(t)
  const rows = nastyResponses()
  for (const {name, bytes, code, why, method} of rows) {
    await t.test(`${name} (${why})`, async () => {
      const client = proxy.client()
      client.send(get('/nasty').replace('GET', method))
      const asked = await origin.asked()
      asked.send(bytes)
      await client.answered()
      if (client.statuses.at(-1) === 200) {
        // The head had passed before the body went wrong.
        await client.closed
        assert.doesNotMatch(client.text, /0\r\n\r\n$/)
      } else {
        assert.deepEqual(client.statuses, [502])
        if (code !== 'HEAD_TOO_LARGE')
          assert.ok(client.text.includes(`details="${malformations[code].because}"`), client.text)
        else assert.match(client.text, /error=http_response_header_section_size/)
        client.send(get('/next'))
        const next = await origin.asked()
        next.send(ok('fresh'))
        await client.has(/fresh$/)
        client.destroy()
        next.destroy()
      }
      await asked.closed
    })
  }
  await proxy.quiet()
  const faults = await proxy.faults()
  assert.equal(
    Object.values(faults).reduce((sum, count) => sum + count, 0),
    rows.length,
    JSON.stringify(faults),
  )
})

for (const when of ['in the same piece', 'once it has been passed on']) {
  test(`bytes after a response, ${when}: that connection ends and they reach nobody (RFC 9112 §6.3)`, async t => {
    const {proxy, origin} = await pair(t)
    const client = proxy.client()
    client.send(get('/1'))
    const first = await origin.asked()
    const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
    if (when === 'in the same piece') first.send(ok('first') + poison)
    else {
      first.send(ok('first'))
      await client.has(/first$/)
      first.send(poison)
    }
    await first.closed
    await client.has(/first$/)
    client.send(get('/2'))
    const second = await origin.asked()
    second.send(ok('second'))
    await client.has(/second$/)
    assert.doesNotMatch(client.text, /poison/)
    client.end()
    await proxy.quiet()
  })
}

// What is large is written at once, so a POST is not sent again: nothing tells whether the instance has done it.
for (const [what, second, status] of [
  ['GET', get('/2'), 200],
  ['POST', post('hello'), 200],
  ['POST of 10 kB', post('x'.repeat(10_000)), 502],
] as const) {
  test(`an answer that lay there before its ${what} was sent is never given to it, however close it was`, async t => {
    const workers = new WorkerThreads()
    t.after(() => workers.end())
    const {proxy, origin} = await pair(t)
    await workers.running(1)
    const client = proxy.client()
    client.send(get('/1'))
    const first = await origin.asked()
    first.send(ok('first'))
    await client.has(/first$/)
    origin.script = peer => peer.socket.once('data', () => peer.send(ok('second')))
    // The worker asks for events once more: what the system still has listed of the first answer would come first.
    await proxy.caughtUp()
    // The worker finds both at the same moment, the request first.
    const release = await workers.hold()
    client.send(second)
    await until(() => client.socket.writableLength === 0)
    first.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison')
    await until(() => first.socket.writableLength === 0)
    release()
    await client.answered(2)
    if (status === 200) await client.has(/second$/)
    assert.deepEqual(client.statuses, [200, status])
    assert.doesNotMatch(client.text, /poison/)
    await first.closed
    client.end()
    await proxy.quiet()
  })
}

for (const [what, leftover] of [
  ['a body behind an answer to HEAD', 'hello'],
  ['an empty line', '\r\n'],
  ['a last chunk', '0\r\n\r\n'],
] as const)
  test(`${what} that comes once the connection is used again: a GET is sent on another one, a POST is a 502`, async t => {
    const {proxy, origin} = await pair(t)
    for (const [request, status] of [
      [get('/2'), 200],
      [post('hello'), 502],
    ] as const) {
      const client = proxy.client()
      client.send(get('/1', 'Connection: close').replace('GET', 'HEAD'))
      const first = await origin.asked()
      first.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
      await client.closed
      origin.script = peer => peer.socket.once('data', () => peer.send(ok('second', 'Connection: close')))
      const next = proxy.client()
      next.send(request)
      await until(() => first.requests === 2)
      first.send(leftover)
      await next.answered(1)
      assert.deepEqual(next.statuses, [status])
      if (status === 502) assert.match(next.text, /error=http_protocol_error/)
      else await next.has(/second$/)
      await first.closed
      next.end()
      origin.script = undefined
      if (status === 200) await origin.next()
    }
    await proxy.recorded('RESPONSE_MALFORMED')
    await proxy.quiet()
  })

test('a 101 that was not asked for: 502, and no tunnel (RFC 9110 §15.2.2)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get())
  const asked = await origin.asked()
  asked.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nfree')
  await client.has(/502 Bad Gateway\n/)
  assert.match(client.text, /error=http_upgrade_failed/)
  client.end()
  await proxy.recorded('UNASKED_SWITCH')
  await proxy.quiet()
})

test('a 101 to another protocol than the one asked for: 502, and no tunnel (RFC 9110 §7.8)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get('/', 'Connection: upgrade', 'Upgrade: websocket'))
  const asked = await origin.asked()
  asked.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n')
  await client.has(/502 Bad Gateway\n/)
  client.end()
  await proxy.recorded('UNASKED_SWITCH')
  await proxy.quiet()
})

test('a handful of interim responses pass; a flood of them is a 502', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
  client.send(get())
  const asked = await origin.asked()
  asked.send(hint.repeat(5) + ok())
  await client.has(/hello$/)
  assert.deepEqual(client.statuses, [103, 103, 103, 103, 103, 200])
  client.send(get('/flood'))
  await asked.has('/flood')
  asked.send(hint.repeat(10_000))
  await client.has(/502 Bad Gateway\n/)
  await asked.closed
  client.end()
  await proxy.recorded('INTERIM_FLOOD')
  await proxy.quiet()
})

test('a head of megabytes: 502, and the proxy does not take it all', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get())
  const asked = await origin.asked()
  asked.send('HTTP/1.1 200 OK\r\n')
  const line = Buffer.from(`X-Big: ${'x'.repeat(1000)}\r\n`.repeat(64))
  for (let sent = 0; sent < 200; sent++) asked.send(line)
  await client.has(/502 Bad Gateway\n/)
  assert.match(client.text, /error=http_response_header_section_size/)
  await asked.closed
  client.end()
  await proxy.recorded('RESPONSE_HEAD_TOO_LARGE')
  await proxy.quiet()
})

test('upstreamHead: a response head at the limit passes, one byte more is a 502', async t => {
  const {proxy, origin} = await pair(t, {limits: {upstreamHead: 2048}})
  const room = 2048 - ok('', 'Connection: close', 'X: ').length
  for (const [size, status] of [
    [room, 200],
    [room + 1, 502],
  ] as const) {
    const client = proxy.client()
    client.send(get('/', 'Connection: close'))
    const asked = await origin.asked()
    asked.send(ok('', 'Connection: close', `X: ${'x'.repeat(size)}`))
    await client.closed
    assert.deepEqual(client.statuses, [status])
  }
  await proxy.quiet()
})

test('a response with Connection: close ends the connection to the instance, even when the instance keeps it open', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get('/1'))
  const first = await origin.asked()
  first.send(ok('first', 'Connection: close'))
  await client.has(/first$/)
  await first.closed
  client.send(get('/2'))
  const second = await origin.asked()
  second.send(ok('second'))
  await client.has(/second$/)
  assert.doesNotMatch(client.text, /Connection: close/)
  client.end()
  await proxy.quiet()
})

test('thousands of tiny chunks arrive as they were, for HTTP/1.1 and for HTTP/1.0', async t => {
  const {proxy, origin} = await pair(t)
  for (const version of ['1.1', '1.0']) {
    const client = proxy.client()
    client.send(`GET / HTTP/${version}\r\nHost: api.test\r\nConnection: close\r\n\r\n`)
    const asked = await origin.asked()
    asked.send('HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (let sent = 0; sent < 100; sent++) asked.send('1\r\nx\r\n'.repeat(1000))
    asked.send('0\r\n\r\n')
    await client.closed
    const body = client.text.slice(client.text.indexOf('\r\n\r\n') + 4)
    assert.equal(body, version === '1.0' ? 'x'.repeat(100_000) : `${'1\r\nx\r\n'.repeat(100_000)}0\r\n\r\n`)
  }
  await proxy.quiet()
})

test('connections to the instance do not outlive their idle time', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {upstreamIdle: 0.3}})
  origin.answers(ok())
  await proxy.exchange(get('/', 'Connection: close'))
  await until(() => origin.open === 0)
  await proxy.quiet()
})
