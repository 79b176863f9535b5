/** Requests through a real proxy, and what its flight recorder then says of them. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import type {RequestBatch, RequestView} from '../../source/control/requests.ts'
import {TOTAL_PROBLEMS, TOTAL_RECENT} from '../../source/recorder/layout.ts'
import {whyOf} from '../../source/requests/why.ts'
import {freePort} from '../free-port.ts'
import {get, ok, pair, post, startOrigin, startProxy, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {WorkerThreads} from '../proxy/worker-thread.ts'

const ALL = TOTAL_RECENT + TOTAL_PROBLEMS

/** Waits for so many requests, and gives them. */
async function recorded(proxy: TestProxy, count = 1): Promise<readonly RequestView[]> {
  let batch: RequestBatch | undefined
  await until(
    async () => {
      batch = await proxy.controller.requests.since(undefined, ALL)
      return batch.requests.length >= count
    },
    () => `${batch?.requests.length} requests of ${count}`,
  )
  return batch?.requests ?? []
}

async function only(proxy: TestProxy): Promise<RequestView> {
  const [request, more] = await recorded(proxy)
  assert.ok(request !== undefined && more === undefined)
  return request
}

test('a refused connection and a success are two attempts, each with its phase and cause', async t => {
  const origin = await startOrigin(t)
  const dead = await freePort()
  const proxy = await startProxy(t, {origins: [dead, origin.port], retries: 1})
  origin.answers(ok('hello', 'X-Answer: yes'))
  const client = proxy.client()
  client.send(post('abc', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz'))
  await client.answered()
  const request = await only(proxy)
  assert.deepEqual(
    request.attempts.map(({instance, fault, status}) => [instance, fault, status]),
    [
      [`127.0.0.1:${dead}`, 'CONNECT_REFUSED', 502],
      [`127.0.0.1:${origin.port}`, undefined, 200],
    ],
  )
  const [first, second] = request.attempts
  assert.ok(first !== undefined && second?.connected !== undefined)
  assert.equal(first.connected, undefined)
  assert.ok(first.started <= first.ended && first.ended <= second.started)
  assert.ok(second.started <= second.connected && second.connected <= (request.responded ?? -1))
  assert.ok((request.responded ?? -1) <= request.duration)
  assert.deepEqual(
    [request.method, request.target, request.host, request.service, request.route],
    ['POST', '/', 'api.test', 'api', '/'],
  )
  assert.deepEqual(
    [request.status, request.problem, request.attemptCount, request.fault],
    [200, true, 2, undefined],
  )
  assert.equal(request.strategy, 'ROUND_ROBIN')
  assert.match(request.requestHead, /\r\nAuthorization: Bearer abcd\.\.\.\r\n/)
  assert.match(request.responseHead, /^HTTP\/1\.1 200 OK\r\n.*X-Answer: yes/s)
  assert.match(
    whyOf(request).text,
    /refused the connection before any byte was sent, so the POST was safe to retry/,
  )
  const revealed = await proxy.controller.requests.detail(request.id, true)
  assert.match(revealed?.request.requestHead ?? '', /Bearer abcdefghijklmnopqrstuvwxyz/)
  assert.equal(await proxy.controller.requests.detail('0.99', false), undefined)
  assert.equal(await proxy.controller.requests.detail('nonsense', false), undefined)
})

test('a POST whose connection was reset is not sent again, and the record says so', async t => {
  const origin = await startOrigin(t)
  const other = await startOrigin(t)
  const proxy = await startProxy(t, {origins: [origin.port, other.port], retries: 3})
  const client = proxy.client()
  client.send(post('abc'))
  await until(() => origin.connections.length + other.connections.length > 0)
  const asked = origin.connections.length > 0 ? await origin.asked() : await other.asked()
  asked.reset()
  await client.answered()
  const request = await only(proxy)
  assert.deepEqual(
    [request.status, request.fault, request.refusal, request.attemptCount, request.detail],
    [502, 'RESET', 'unsafe', 1, 'ECONNRESET'],
  )
  assert.match(whyOf(request).text, /POST, so it was not sent again/)
})

test('an answer of the proxy itself counts as bytes down of the service, and as none of an instance', async t => {
  const dead = await freePort()
  const proxy = await startProxy(t, {origins: [dead]})
  const client = proxy.client()
  client.send(get())
  await client.has(/502 Bad Gateway[\s\S]*refused the connection/)
  const malformed = proxy.client()
  malformed.send('nonsense\r\n\r\n')
  await malformed.closed
  const requests = await recorded(proxy, 2)
  assert.deepEqual(requests.map(({status, bytesOut}) => [status, bytesOut]).sort(), [
    [400, malformed.text.length],
    [502, client.text.length],
  ])
  client.end()
  await proxy.quiet()
})

test('a client that goes away is a 499', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get('/slow'))
  await origin.asked()
  client.destroy()
  const request = await only(proxy)
  assert.deepEqual([request.status, request.fault, request.problem], [499, 'CLIENT_CLOSED', true])
  assert.equal(request.attempts.length, 1)
})

test('what hangs is listed while it hangs, with its phase', async t => {
  const {proxy, origin} = await pair(t, {workers: 2})
  const {requests} = proxy.controller
  const waiting = proxy.client()
  waiting.send(get('/hangs'))
  const sending = proxy.client()
  const first = await origin.asked()
  sending.send('POST /upload HTTP/1.1\r\nHost: api.test\r\nContent-Length: 10\r\n\r\nabc')
  await origin.asked()
  await until(async () => (await requests.inFlight()).length === 2)
  const [one, two] = await requests.inFlight()
  assert.ok(one !== undefined && two !== undefined)
  assert.deepEqual(
    [one.target, one.phase, one.method, one.host, one.service, one.instance, one.attempts],
    ['/hangs', 'wait', 'GET', 'api.test', 'api', `127.0.0.1:${origin.port}`, 1],
  )
  assert.deepEqual([two.target, two.phase], ['/upload', 'send'])
  assert.ok(one.idle >= 0 && one.bytesIn > 0 && Math.abs(one.at - Date.now()) < 60_000)
  assert.notEqual(one.id, two.id)
  first.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc')
  await waiting.has('abc')
  const body = (await requests.inFlight()).find(({target}) => target === '/hangs')
  assert.deepEqual([body?.phase, (body?.bytesOut ?? 0) > 3], ['body', true])
  first.send('x'.repeat(97))
  await waiting.has('xxx')
  await until(async () => (await requests.inFlight()).length === 1)
})

test('a tunnel is in flight, with what has passed through it', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get('/ws', 'Connection: Upgrade', 'Upgrade: echo'))
  const asked = await origin.asked()
  asked.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  await client.answered()
  asked.send('x'.repeat(5000))
  await client.has('xxxx')
  await until(async () => {
    const [tunnel] = await proxy.controller.requests.inFlight()
    return tunnel?.phase === 'tunnel' && tunnel.bytesOut >= 5000
  })
})

test('bodies are kept while a capture is on, of requests that match in the end', async t => {
  const {proxy, origin} = await pair(t)
  const {requests} = proxy.controller
  await assert.rejects(requests.capture('stauts:500'), /no field is called stauts.*character 1/)
  origin.answers('HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n')
  const send = async (target: string, count: number) => {
    const client = proxy.client()
    const chunked = `POST ${target} HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`
    client.send(chunked)
    await client.has('\r\n0\r\n\r\n')
    const request = (await recorded(proxy, count)).at(-1)
    return requests.detail(request?.id ?? '', false)
  }
  assert.equal((await send('/before', 1))?.responseBody, undefined)
  await requests.capture('path:/kept status>=500')
  const kept = await send('/kept', 2)
  assert.equal(Buffer.from(kept?.requestBody?.bytes ?? []).toString(), 'abc')
  assert.equal(Buffer.from(kept?.responseBody?.bytes ?? []).toString(), 'hello!')
  assert.deepEqual([kept?.requestBody?.length, kept?.responseBody?.length], [3, 6])
  assert.equal((await send('/other', 3))?.responseBody, undefined)
  await requests.capture('path:/kept status<500')
  assert.equal((await send('/kept', 4))?.responseBody, undefined)
  await requests.capture(undefined)
  assert.equal((await requests.detail(kept?.request.id ?? '', false))?.responseBody, undefined)
})

test('secrets in bodies are hidden until they are asked for, also in the answer to a replay', async t => {
  const {proxy, origin} = await pair(t)
  const {requests} = proxy.controller
  await requests.capture('')
  origin.answers(ok('{"token":"hunter3","n":1}', 'Content-Type: application/json'))
  const client = proxy.client()
  client.send(post('{"user":"ada","password":"hunter2"}', 'Content-Type: application/json'))
  await client.answered()
  const {id} = await only(proxy)
  const text = async (reveal: boolean) => {
    const detail = await requests.detail(id, reveal)
    const bodies = [detail?.requestBody, detail?.responseBody]
    return bodies.map(body => Buffer.from(body?.bytes ?? []).toString())
  }
  assert.deepEqual(await text(false), ['{"user":"ada","password":"••••••"}', '{"token":"••••••","n":1}'])
  assert.deepEqual(await text(true), ['{"user":"ada","password":"hunter2"}', '{"token":"hunter3","n":1}'])
  const [again] = await requests.replay(id, [])
  assert.equal(Buffer.from(again?.body?.bytes ?? []).toString(), '{"token":"••••••","n":1}')
  assert.match(origin.connections.at(-1)?.text ?? '', /"password":"hunter2"/)
})

test('a large body is kept up to 64 KiB, and its whole length is told', async t => {
  const {proxy, origin} = await pair(t)
  await proxy.controller.requests.capture('')
  origin.answers(ok('x'.repeat(200_000)))
  const client = proxy.client()
  client.send(get('/large'))
  await client.hasBytes(200_000)
  const detail = await proxy.controller.requests.detail((await only(proxy)).id, false)
  assert.deepEqual([detail?.responseBody?.bytes.length, detail?.responseBody?.length], [65_536, 200_000])
})

async function flood(t: TestContext, proxy: TestProxy, count: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${proxy.port}`, {connections: 32, pipelining: 1})
  t.after(() => pool.close())
  let left = count
  const client = async () => {
    while (left-- > 0) {
      const {body} = await pool.request({path: `/r/${left}`, method: 'GET', headers: {host: 'api.test'}})
      await body.dump()
    }
  }
  await Promise.all(Array.from({length: 32}, client))
}

test('20,000 requests push the old ones out, and a problem stays', async t => {
  const {proxy, origin} = await pair(t)
  const {requests} = proxy.controller
  const client = proxy.client()
  client.send(get('/fails'))
  const asked = await origin.asked()
  asked.reset()
  await client.answered()
  origin.answers(ok())
  const first = await requests.since(undefined, ALL)
  await flood(t, proxy, TOTAL_RECENT + 500)
  await until(async () => (await requests.since(first.cursor, 1)).missed === TOTAL_RECENT + 499)
  const before = performance.now()
  const all = await requests.since(undefined, ALL)
  t.diagnostic(`first look at ${all.requests.length}: ${(performance.now() - before).toFixed(1)} ms`)
  assert.deepEqual([all.requests.length, all.kept, all.missed], [TOTAL_RECENT + 1, TOTAL_RECENT + 1, 0])
  assert.deepEqual([all.requests[0]?.target, all.requests[0]?.fault], ['/fails', 'RESET'])
  assert.equal(new Set(all.requests.map(({id}) => id)).size, all.requests.length)
  const ends = all.requests.map(({at, duration}) => at + duration)
  assert.deepEqual(
    ends,
    ends.toSorted((one, other) => one - other),
  )
  const later = await requests.since(first.cursor, ALL)
  assert.deepEqual([later.requests.length, later.missed], [TOTAL_RECENT, 500])
  const quiet = await requests.since(all.cursor, ALL)
  assert.deepEqual([quiet.requests.length, quiet.missed, quiet.cursor], [0, 0, all.cursor])
  const [fails] = all.requests
  assert.equal((await requests.detail(fails?.id ?? '', false))?.request.target, '/fails')
})

test('what several workers did comes in one order, news only once', async t => {
  const {proxy, origin} = await pair(t, {workers: 3})
  origin.answers(ok())
  const {requests} = proxy.controller
  let {cursor} = await requests.since(undefined, ALL)
  const seen: RequestView[] = []
  for (let round = 0; round < 10; round++) {
    await flood(t, proxy, 50)
    const batch = await requests.since(cursor, ALL)
    assert.equal(batch.missed, 0)
    seen.push(...batch.requests)
    cursor = batch.cursor
  }
  await until(async () => {
    const batch = await requests.since(cursor, ALL)
    seen.push(...batch.requests)
    cursor = batch.cursor
    return seen.length >= 500
  })
  assert.equal(new Set(seen.map(({id}) => id)).size, 500)
})

test('a replay reaches the instance that was named, whole and marked, and says what it answered', async t => {
  const first = await startOrigin(t)
  const second = await startOrigin(t)
  const proxy = await startProxy(t, {origins: [first.port, second.port]})
  const {requests} = proxy.controller
  await requests.capture('')
  first.answers(ok('from first'))
  second.answers(ok('from second', 'Set-Cookie: sid=abcdefghijklmnopqrstuvwxyz'))
  const client = proxy.client()
  client.send(
    post('abc', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz', 'Connection: x-hop', 'X-Hop: 1'),
  )
  await client.answered()
  const request = await only(proxy)
  const [taken, other] = first.connections.length > 0 ? [first, second] : [second, first]
  const key = (origin: {port: number}) => `127.0.0.1:${origin.port}`
  const [same] = await requests.replay(request.id, [])
  assert.deepEqual([same?.instance, same?.status, same?.error], [key(taken), 200, undefined])
  const results = await requests.replay(request.id, [key(first), key(second)])
  assert.deepEqual(
    results.map(({instance, status, body}) => [instance, status, Buffer.from(body?.bytes ?? []).toString()]),
    [
      [key(first), 200, 'from first'],
      [key(second), 200, 'from second'],
    ],
  )
  assert.match(results[1]?.head ?? '', /^HTTP\/1\.1 200 OK\r\n.*Set-Cookie: sid=abcd\.\.\.\r\n/s)
  assert.match(other.text, /^POST \/ HTTP\/1\.1\r\n/)
  assert.match(other.text, /Authorization: Bearer abcdefghijklmnopqrstuvwxyz\r\n/i)
  assert.match(other.text, /X-Replayed-By: revproxy-tui\r\n/i)
  assert.match(other.text, /Host: api\.test\r\n/i)
  assert.match(other.text, /X-Forwarded-For: 127\.0\.0\.1\r\n/i)
  assert.ok(other.text.endsWith('\r\n\r\nabc') && !/x-hop/i.test(other.text))
  await assert.rejects(requests.replay(request.id, ['10.0.0.1:1']), /has no instance 10\.0\.0\.1:1/)
  await assert.rejects(requests.replay('0.77', []), /not held/)
  await requests.capture(undefined)
  await assert.rejects(requests.replay(request.id, []), /body was not captured/)
})

test('an instance that is dead, or answers nonsense, is a result and not an exception', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const client = proxy.client()
  client.send(get('/again'))
  await client.answered()
  const request = await only(proxy)
  origin.answers('nonsense\r\n\r\n')
  const [nonsense] = await proxy.controller.requests.replay(request.id, [])
  assert.deepEqual([nonsense?.status, nonsense?.body], [0, undefined])
  assert.match(nonsense?.error ?? '', /does not match the HTTP\/1\.1 protocol/)
  await origin.stop()
  const [dead] = await proxy.controller.requests.replay(request.id, [])
  assert.match(dead?.error ?? '', /ECONNREFUSED/)
})

test('secrets are hidden in what is listed, the configured ones too', async t => {
  const {proxy, origin} = await pair(t, {redact: ['X-Api-Key']})
  origin.answers(ok('', 'Set-Cookie: sid=abcdefghijklmnopqrstuvwxyz; HttpOnly'))
  const client = proxy.client()
  client.send(get('/?token=in-the-query', 'X-Api-Key: abcdefghijklmnopqrstuvwxyz', 'Cookie: a=b'))
  await client.answered()
  const request = await only(proxy)
  assert.match(request.requestHead, /\?token=in-the-query .*X-Api-Key: abcd\.\.\.\r\nCookie: a=\.\.\.\r\n/s)
  assert.match(request.responseHead, /Set-Cookie: sid=abcd\.\.\.; HttpOnly\r\n/)
})

test('a worker that replaces another goes on with its numbers, and what the first did is still there', async t => {
  const workers = new WorkerThreads()
  t.after(() => workers.end())
  const {proxy, origin} = await pair(t)
  await workers.running(1)
  origin.answers(ok())
  const {requests, events} = proxy.controller
  const ask = async (target: string) => {
    const client = proxy.client()
    client.send(get(target))
    await client.answered()
  }
  await ask('/1')
  await ask('/2')
  // A client has its answer a moment before the record is written.
  await until(async () => (await requests.since(undefined, ALL)).requests.length === 2)
  const before = await requests.since(undefined, ALL)
  assert.deepEqual(
    before.requests.map(({id}) => id),
    ['0.1', '0.2'],
  )
  await requests.capture('path:/4')
  workers.inflict('process.exit(3)')
  await until(() => events.events.some(({text}) => text === 'worker 1 is back'))
  assert.deepEqual(await requests.inFlight(), [])
  await ask('/3')
  await ask('/4')
  await until(async () => (await requests.since(before.cursor, ALL)).requests.length === 2)
  const after = await requests.since(before.cursor, ALL)
  assert.deepEqual(
    [after.requests.map(({id, target}) => [id, target]), after.missed],
    [
      [
        ['0.3', '/3'],
        ['0.4', '/4'],
      ],
      0,
    ],
  )
  const detail = await requests.detail('0.4', false)
  assert.equal(Buffer.from(detail?.responseBody?.bytes ?? []).toString(), 'hello')
})
