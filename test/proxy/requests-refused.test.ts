/** Requests that two parsers could read in two ways: each refused with its status, and nothing of it reaches an instance. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {malformations} from '../../source/http1/malformed.ts'
import {nastyRequests} from '../http1/nasty.ts'
import {get, ok, pair, post, type TestProxy} from './harness.ts'
import type {RawOrigin} from './raw-origin.ts'
import {until} from './until.ts'

const smuggled = get('/smuggled')

/** Whether the codec refuses it by its head; else the instance may see a part of it, but never a whole request. */
function inTheBody(code: string): boolean {
  return /^CHUNK|^TRAILER/.test(code)
}

test('every nasty request: refused with its status and closed; no instance sees it, nor the request hidden behind it', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const rows = nastyRequests('api.test')
  for (const {name, bytes, code, why} of rows) {
    await t.test(`${name} (${why})`, () => refused(proxy, origin, bytes, code, malformations[code].status))
  }
  await proxy.quiet()
  const {REQUEST_MALFORMED: refusals, REQUEST_ABANDONED: abandoned = 0} = await proxy.faults()
  assert.equal((refusals ?? 0) + abandoned, rows.length)
  // The record has the status that the client got, also where that is not the usual one of its fault.
  const {requests} = await proxy.controller.requests.since(undefined, rows.length)
  const sorted = (statuses: readonly number[]) => statuses.toSorted((one, other) => one - other)
  assert.deepEqual(
    sorted(requests.map(({status}) => status)),
    sorted(rows.map(({code}) => malformations[code].status)),
  )
})

async function refused(
  proxy: TestProxy,
  origin: RawOrigin,
  bytes: Buffer,
  code: string,
  status: number,
): Promise<void> {
  const before = origin.connections.length
  const client = proxy.client()
  client.send(bytes)
  client.send(smuggled)
  await client.closed
  assert.equal(client.statuses.at(-1), status, client.text)
  assert.equal(client.statuses.length, 1)
  assert.match(client.text, /\r\nConnection: close\r\n/)
  assert.match(client.text, /\r\nProxy-Status: revproxy-tui; error=http_request_error; details=".+"\r\n/)
  const seen = origin.connections.slice(before)
  const text = seen.map(connection => connection.text).join('')
  assert.doesNotMatch(text, /smuggled/)
  // What a chunked body begins with passes on before the rest of it is there; it must end as a broken message.
  if (!/^FIELD|^FOLDED|^BARE|^TOO/.test(code) && !inTheBody(code)) assert.equal(text, '')
  await until(() => seen.every(({over}) => over !== undefined))
  assert.doesNotMatch(text, /0\r\n\r\n$/)
}

const h = 'Host: api.test'
// biome-ignore format: one row a line
const kept: ReadonlyArray<readonly [name: string, request: string, status: number]> = [
  ['a Host that no service answers for: 421 (RFC 9110 §15.5.20)', 'GET / HTTP/1.1\r\nHost: other.test\r\n\r\n', 421],
  ['TRACE: 405 by default (RFC 9110 §9.3.8)', `TRACE / HTTP/1.1\r\n${h}\r\n\r\n`, 405],
  ['a POST with its body to no service: 421', 'POST / HTTP/1.1\r\nHost: other.test\r\nContent-Length: 5\r\n\r\nhello', 421],
]
for (const [name, request, status] of kept) {
  test(`${name}; the connection is kept and the next request is served`, async t => {
    const {proxy, origin} = await pair(t)
    origin.answers(ok())
    const client = proxy.client()
    client.send(request + get('/next', 'Connection: close'))
    await client.closed
    assert.deepEqual(client.statuses, [status, 200])
    assert.match(origin.text, /^GET \/next /)
    await proxy.quiet()
  })
}

test('CONNECT: 405, and what was sent into the tunnel that is not there is no request (RFC 9931)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(`CONNECT api.test:80 HTTP/1.1\r\nHost: api.test:80\r\n\r\n${smuggled}`)
  await client.closed
  assert.deepEqual(client.statuses, [405])
  assert.match(client.text, /\r\nConnection: close\r\n/)
  assert.match(client.text, /\r\nAllow: GET, HEAD, /)
  assert.equal(origin.connections.length, 0)
  await proxy.recorded('METHOD_REFUSED')
  await proxy.quiet()
})

test('a refused request with a body still to come: answered, closed, and the body is no request (RFC 9112 §9.6)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(`POST / HTTP/1.1\r\nHost: other.test\r\nContent-Length: 1000\r\n\r\n`)
  await client.answered()
  client.send(smuggled)
  await client.closed
  assert.deepEqual(client.statuses, [421])
  assert.match(client.text, /Connection: close/)
  assert.equal(origin.connections.length, 0)
  await proxy.quiet()
})

test('a forwarding loop: 508, and the request goes round only once (RFC 9110 §7.6.3)', async t => {
  const {proxy, origin} = await pair(t)
  const first = proxy.client()
  first.send(get())
  const asked = await origin.asked()
  const [, pseudonym] = /^Via: 1\.1 (\S+)\r$/m.exec(asked.text) ?? []
  assert.ok(pseudonym)
  // The instance is a proxy that sends it back to where it came from.
  const again = proxy.client()
  again.send(asked.text)
  await again.has(/508 Loop Detected\n/)
  asked.send(ok())
  await first.has(/hello$/)
  first.end()
  again.end()
  await proxy.recorded('LOOP')
  await proxy.quiet()
})

for (const [what, bytes, event] of [
  [
    'a TLS hello',
    Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'),
    /spoke TLS to a port for plain/,
  ],
  ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), /spoke HTTP\/2 without upgrade/],
] as const) {
  test(`${what}: refused, and one event says what it was, however often it comes`, async t => {
    const {proxy} = await pair(t)
    const answers = await Promise.all(Array.from({length: 10}, () => proxy.exchange(bytes)))
    for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 (400|505) /)
    await proxy.quiet()
    const texts = proxy.controller.events.events.map(({text}) => text).filter(text => event.test(text))
    assert.equal(texts.length, 1, String(texts))
  })
}

test('limits: one byte or field within is served, one beyond is refused', async t => {
  const {proxy, origin} = await pair(t, {limits: {requestLine: 256, head: 1024, fields: 10}})
  origin.answers(ok())
  const status = async (text: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(await proxy.exchange(text))?.[1])
  const close = 'Connection: close'
  const line = 256 - 'GET / HTTP/1.1'.length
  assert.equal(await status(get(`/${'a'.repeat(line)}`, close)), 200)
  assert.equal(await status(get(`/${'a'.repeat(line + 1)}`, close)), 414)
  const room = 1024 - get('/', close, 'X: ').length
  assert.equal(await status(get('/', close, `X: ${'a'.repeat(room)}`)), 200)
  assert.equal(await status(get('/', close, `X: ${'a'.repeat(room + 1)}`)), 431)
  const fields = Array.from({length: 8}, (_, index) => `X-${index}: y`)
  assert.equal(await status(get('/', close, ...fields)), 200)
  assert.equal(await status(get('/', close, 'X: y', ...fields)), 431)
  await proxy.quiet()
})

test('connections over the limit wait for room and are then served', async t => {
  const {proxy, origin} = await pair(t, {limits: {connections: 2}})
  const [first, second, third] = [proxy.client(), proxy.client(), proxy.client()]
  first.send(get('/1'))
  const asked = await origin.asked()
  second.send(get('/2'))
  const other = await origin.asked()
  third.send(get('/3'))
  await until(() => third.socket.bytesWritten > 0 && third.socket.writableLength === 0)
  await proxy.caughtUp()
  assert.equal(third.text, '')
  assert.equal(origin.connections.length, 2)
  asked.send(ok())
  await first.has(/hello$/)
  await first.closed // kept connections give way while others wait
  await until(() => /\/3 /.test(origin.text))
  other.send(ok())
  for (const connection of origin.connections) if (/\/3 /.test(connection.text)) connection.send(ok('third'))
  await third.has(/third$/)
  await second.has(/hello$/)
  second.end()
  third.end()
  await proxy.quiet()
})

test('an idle connection gives way to one that waits', async t => {
  const {proxy, origin} = await pair(t, {limits: {connections: 1}})
  origin.answers(ok())
  const idle = proxy.client()
  idle.send(get())
  await idle.has(/hello$/)
  const next = proxy.client()
  next.send(get())
  await next.has(/hello$/)
  assert.equal(await idle.closed, 'end')
  next.end()
  await proxy.quiet()
})

test('Expect: 100-continue passes, the 100 comes back, and then the body goes (RFC 9110 §10.1.1)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send('POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
  const asked = await origin.asked()
  asked.send('HTTP/1.1 100 Continue\r\n\r\n')
  await client.has('100 Continue')
  client.send('hello')
  await asked.has(/\r\n\r\nhello$/)
  asked.send(ok('done'))
  await client.has(/done$/)
  client.end()
  await proxy.quiet()
})

test('Expect: 100-continue refused by the instance: the refusal comes, no body is waited for, the connection ends', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send('POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
  const asked = await origin.asked()
  asked.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno')
  await client.closed
  assert.deepEqual(client.statuses, [417])
  assert.match(client.text, /Connection: close/)
  await proxy.quiet()
})

test('a pipeline goes on behind a POST that failed as a whole', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(post('hello') + get('/next', 'Connection: close'))
  const failed = await origin.next()
  await failed.has(/hello$/)
  failed.reset()
  const next = await origin.asked()
  next.send(ok())
  await client.closed
  assert.deepEqual(client.statuses, [502, 200])
  await proxy.recorded('RESET')
  await proxy.quiet()
})
