/** TLS to instances: only to those that are who they should be, and never in the clear instead. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {Folder} from '../folder.ts'
import {get, post, startConfigured, startOrigin, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {Authority} from './certificates.ts'
import {SecureOrigin} from './secure-origin.ts'

const authority = new Authority()
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'

interface Shape {
  readonly ports: readonly number[]
  readonly tls?: Record<string, unknown>
  readonly hostTls?: Record<string, unknown>
  readonly more?: Record<string, unknown>
}

function startProxy(t: TestContext, {ports, tls, hostTls, more = {}}: Shape): Promise<TestProxy> {
  const folder = new Folder(t)
  const ca = folder.write('ca.pem', authority.certificate)
  const hosts = ports.map(port => ({address: '127.0.0.1', port, ...(hostTls && {tls: hostTls})}))
  const service = {name: 'api', domain: 'api.test', hosts, tls: {ca, ...tls}, ...more}
  const text = {listen: {address: '127.0.0.1', port: 0}, workers: 1, services: [service]}
  return startConfigured(t, JSON.stringify({proxy: text}))
}

async function ask(proxy: TestProxy, request = get()): Promise<string> {
  const client = proxy.client()
  client.send(request)
  await client.answered()
  client.end()
  await client.closed
  return client.text
}

test('requests go over TLS, and a connection is kept', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  const proxy = await startProxy(t, {ports: [origin.port]})
  const client = proxy.client()
  for (let count = 1; count <= 3; count++) {
    client.send(count === 2 ? post('x'.repeat(20_000)) : get())
    const asked = () => origin.connections[0]?.peer
    await until(() => asked()?.requests === count)
    // Records go out one after the other: an answer before the proxy knows of the last one is early, and costs the connection.
    await proxy.caughtUp()
    asked()?.send(OK)
    await client.answered(count)
  }
  client.end()
  assert.equal(origin.connections.length, 1)
  const [connection] = origin.connections
  assert.equal(connection?.tls.getProtocol(), 'TLSv1.3')
  assert.equal(connection?.tls.alpnProtocol, false)
  assert.ok(connection?.peer.text.includes('x'.repeat(20_000)))
  await proxy.quiet()
})

test('a new connection takes up the session of the one before', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  origin.answers('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello')
  const proxy = await startProxy(t, {ports: [origin.port]})
  for (let count = 0; count < 3; count++) assert.match(await ask(proxy), /^HTTP\/1.1 200/)
  assert.deepEqual(
    origin.connections.map(({tls}) => tls.isSessionReused()),
    [false, true, true],
  )
})

for (const [what, names, options, words] of [
  ['for another name', ['other.test'], {}, /its certificate is for other names/],
  ['that has expired', ['127.0.0.1'], {days: -1}, /its certificate has expired/],
] as const) {
  test(`a certificate ${what} is refused: no byte of the request is sent`, async t => {
    const origin = await SecureOrigin.start(t, authority.issue(names, options))
    origin.answers(OK)
    const proxy = await startProxy(t, {ports: [origin.port]})
    const answer = await ask(proxy, post('secret'))
    assert.match(answer, /^HTTP\/1.1 502 /)
    assert.match(answer, /\r\nProxy-Status: revproxy-tui; error=tls_certificate_error\r\n/)
    assert.doesNotMatch(answer, /other\.test|127\.0\.0\.1/, 'nothing is told of the instance')
    assert.equal(origin.connections.map(({peer}) => peer.text).join(''), '')
    await proxy.recorded('CERTIFICATE_REFUSED')
    const {requests} = await proxy.controller.requests.since(undefined, 1)
    const detail = await proxy.controller.requests.detail(requests[0]?.id ?? '', false)
    assert.match(detail?.request.detail ?? '', words)
  })
}

test('a certificate of somebody unknown is refused, and taken without verify', async t => {
  const origin = await SecureOrigin.start(t, new Authority().issue(['127.0.0.1']))
  origin.answers(OK)
  const strict = await startProxy(t, {ports: [origin.port]})
  assert.match(await ask(strict), /^HTTP\/1.1 502 /)
  await strict.recorded('CERTIFICATE_REFUSED')
  const lax = await startProxy(t, {ports: [origin.port], tls: {verify: false}})
  assert.match(await ask(lax), /^HTTP\/1.1 200 /)
  const laxHost = await startProxy(t, {ports: [origin.port], hostTls: {verify: false}})
  assert.match(await ask(laxHost), /^HTTP\/1.1 200 /)
})

test('serverName is asked for, and is the name that the certificate has to have', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['api.internal']))
  origin.answers(OK)
  const proxy = await startProxy(t, {ports: [origin.port], tls: {serverName: 'api.internal'}})
  assert.match(await ask(proxy), /^HTTP\/1.1 200 /)
  // The types of Node do not know the name that a server was asked for.
  assert.equal((origin.connections[0]?.tls as {servername?: string} | undefined)?.servername, 'api.internal')
})

test('an instance that fails in its handshake is left for another one, whatever the method', async t => {
  const good = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  good.answers(OK)
  const expired = await SecureOrigin.start(t, authority.issue(['127.0.0.1'], {days: -1}))
  const plain = await startOrigin(t)
  plain.script = connection =>
    connection.socket.once('data', () => connection.send('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const hangsUp = await startOrigin(t)
  hangsUp.script = connection => connection.socket.once('data', () => connection.end())
  const proxy = await startProxy(t, {
    ports: [expired.port, plain.port, hangsUp.port, good.port],
    more: {lbPolicy: 'FIRST', retryPolicy: {retries: 3}},
  })
  assert.match(await ask(proxy, post('once')), /^HTTP\/1.1 200 /)
  assert.deepEqual(await proxy.attemptFaults(), {CERTIFICATE_REFUSED: 1, TLS_FAILED: 2})
  assert.doesNotMatch(plain.text + hangsUp.text, /once|POST/, 'nothing is ever sent in the clear')
})

test('a version of TLS that the instance does not speak is a failure of its own', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']), {maxVersion: 'TLSv1.2'})
  const proxy = await startProxy(t, {ports: [origin.port], tls: {minVersion: 'TLSv1.3'}})
  const answer = await ask(proxy)
  assert.match(answer, /error=tls_alert_received/)
  await proxy.recorded('TLS_ALERT')
})

test('an instance that hangs in its handshake runs out of time for the connection', async t => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, {ports: [origin.port], more: {timeouts: {connect: '100ms'}}})
  assert.match(await ask(proxy), /^HTTP\/1.1 504 /)
  await proxy.recorded('CONNECT_TIMEOUT')
})

test('a body that ends with the connection is whole with the end of TLS, and cut without', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  const proxy = await startProxy(t, {ports: [origin.port]})
  const client = proxy.client()
  client.send(get('/whole'))
  const first = await origin.asked()
  first.peer.send(`HTTP/1.1 200 OK\r\n\r\n${'whole'.repeat(10_000)}`)
  first.peer.end()
  await client.has(/\r\n0\r\n\r\n$/)
  client.send(get('/cut'))
  const second = await origin.asked()
  second.peer.send('HTTP/1.1 200 OK\r\n\r\nhalf of it')
  await client.has('half of it')
  second.below.destroy()
  await client.closed
  assert.doesNotMatch(client.text, /half of it\r\n0\r\n/)
  await proxy.recorded('BODY_INCOMPLETE')
})

test('an early answer and a close in the middle of an upload over TLS: the answer reaches the client, every time', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  origin.script = ({tls, below}) =>
    tls.once('data', () => {
      tls.pause()
      const answer = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig'
      tls.write(answer, () => below.destroy())
    })
  const proxy = await startProxy(t, {ports: [origin.port]})
  for (let round = 0; round < 30; round++) {
    const client = proxy.client()
    client.send('POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 100000000\r\n\r\n')
    for (let sent = 0; sent < 40; sent++) client.send(Buffer.alloc(16_384, 'x'))
    await client.has(/\r\n\r\n.+/s)
    assert.deepEqual(client.statuses, [413], `round ${round}: ${client.text}`)
    client.destroy()
  }
  await proxy.quiet()
})

test('a tunnel goes through TLS, and each side is closed by itself', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  const proxy = await startProxy(t, {ports: [origin.port]})
  const client = proxy.client()
  client.send(get('/', 'Connection: upgrade', 'Upgrade: echo'))
  const {peer} = await origin.asked()
  peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst')
  await client.has(/first$/)
  client.send('to the instance'.repeat(10_000))
  await until(() => peer.text.endsWith('to the instance'.repeat(10_000)))
  client.end()
  await until(() => peer.ended)
  peer.send('last words')
  peer.end()
  assert.equal(await client.closed, 'end')
  assert.match(client.text, /last words$/)
  await proxy.quiet()
})

test('a large download over TLS arrives as it was, however slowly the client reads', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  const proxy = await startProxy(t, {ports: [origin.port]})
  const client = proxy.client()
  client.send(get())
  const {peer} = await origin.asked()
  // More than the buffers on the way can hold.
  const body = Array.from({length: 3_000_000}, (_, index) => index.toString(36)).join(' ')
  client.socket.pause()
  peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  await until(async () => (await proxy.snapshot()).total.inFlight === 1)
  client.socket.resume()
  await until(() => client.text.endsWith(body.slice(-100)))
  assert.ok(client.text.endsWith(body))
  client.end()
  await proxy.quiet()
})

test('checks go over TLS, too: an instance that requests could not use is down, and why is told', async t => {
  const good = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  good.answers(OK)
  const bad = await SecureOrigin.start(t, authority.issue(['other.test']))
  bad.answers(OK)
  const times = {interval: '20s', timeout: '10s', fall: 1}
  for (const check of [{tcpHealthcheck: times}, {httpHealthcheck: times}]) {
    const proxy = await startProxy(t, {ports: [good.port, bad.port], more: check})
    const instances = async () => (await proxy.snapshot()).services[0]?.instances ?? []
    await until(async () => (await instances()).every(({verdict}) => verdict !== 'unknown'))
    const [first, second] = await instances()
    assert.equal(first?.verdict, 'up')
    assert.equal(second?.verdict, 'down')
    assert.equal(second?.lastCheck?.reason, 'TLS: its certificate is for other names')
  }
})

test('a request is replayed over TLS', async t => {
  const origin = await SecureOrigin.start(t, authority.issue(['127.0.0.1']))
  origin.answers(OK)
  const proxy = await startProxy(t, {ports: [origin.port]})
  await ask(proxy)
  const [request] = await proxy.records(1)
  const [result] = await proxy.controller.requests.replay(request?.id ?? '', [])
  assert.equal(result?.status, 200)
  assert.equal(result?.error, undefined)
})

test('other authorities in the file hold for connections from then on; a broken file changes nothing and is told', async t => {
  const newer = new Authority()
  const origin = await SecureOrigin.start(t, newer.issue(['127.0.0.1']))
  origin.answers(OK)
  const folder = new Folder(t)
  const ca = folder.write('ca.pem', authority.certificate)
  const service = {
    name: 'api',
    domain: 'api.test',
    hosts: [{address: '127.0.0.1', port: origin.port}],
    tls: {ca},
  }
  const text = {listen: {address: '127.0.0.1', port: 0}, workers: 1, services: [service]}
  const proxy = await startConfigured(t, JSON.stringify({proxy: text}))
  const {controller} = proxy
  await controller.watchFile()
  assert.match(await ask(proxy), /^HTTP\/1.1 502 /)
  const said = (pattern: RegExp) => controller.events.events.some(({text: event}) => pattern.test(event))
  folder.write('ca.pem', 'no certificate')
  await until(() =>
    said(/not replaced, what was read before holds: .*ca\.pem: the file holds no certificate/),
  )
  assert.match(await ask(proxy), /^HTTP\/1.1 502 /)
  folder.write('ca.pem', newer.certificate)
  await until(() => said(/certificates of .*ca\.pem replaced/))
  assert.match(await ask(proxy), /^HTTP\/1.1 200 /)
})
