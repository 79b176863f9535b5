/** TLS of clients: the right certificate for each name, what is refused, and a swap under load that nobody notices. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {renameSync, writeFileSync} from 'node:fs'
import {connect as connectPlain} from 'node:net'
import {Duplex} from 'node:stream'
import {type TestContext, test} from 'node:test'
import {type ConnectionOptions, connect, type TLSSocket} from 'node:tls'
import {Folder} from '../folder.ts'
import {get, ok, startConfigured, startOrigin, type TestProxy} from '../proxy/harness.ts'
import type {RawOrigin} from '../proxy/raw-origin.ts'
import {RawPeer} from '../proxy/raw-peer.ts'
import {until} from '../proxy/until.ts'
import {Authority, type Pair} from './certificates.ts'

const authority = new Authority()

interface Shape {
  readonly pairs: readonly Pair[]
  readonly origin: {readonly port: number}
  readonly workers?: number
  readonly tls?: Record<string, unknown>
  readonly more?: Record<string, unknown>
  readonly listen?: readonly Record<string, unknown>[]
}

async function startTls(t: TestContext, {pairs, origin, workers = 1, tls, more, listen = []}: Shape) {
  const folder = new Folder(t)
  const certificates = pairs.map((pair, index) => folder.writePair(`pair-${index}`, pair))
  const secure = {address: '127.0.0.1', port: 0, tls: {certificates, ...tls}}
  const domain = ['api.test', '*.wild.test', 'other.test', 'localhost']
  const service = {name: 'api', domain, hosts: [{address: '127.0.0.1', port: origin.port}]}
  const text = {listen: [secure, ...listen], workers, services: [service], ...more}
  const proxy = await startConfigured(t, JSON.stringify({proxy: text}))
  return {proxy, certificates}
}

class TlsClient extends RawPeer {
  readonly tls: TLSSocket

  constructor(port: number, options: ConnectionOptions = {}) {
    const tls = connect({
      port,
      host: '127.0.0.1',
      ca: authority.certificate,
      servername: 'api.test',
      ...options,
    })
    super(tls)
    this.tls = tls
  }

  get names(): string {
    return this.tls.getPeerCertificate().subjectaltname ?? ''
  }
}

async function secured(proxy: TestProxy, options?: ConnectionOptions): Promise<TlsClient> {
  const client = new TlsClient(proxy.port, options)
  await once(client.tls, 'secureConnect')
  return client
}

/** The code by which a handshake fails. */
async function refused(proxy: TestProxy, options?: ConnectionOptions): Promise<string> {
  const {tls} = new TlsClient(proxy.port, options)
  const [error] = (await Promise.race([
    once(tls, 'secureConnect').then(() => [{code: 'secured'}]),
    new Promise<[NodeJS.ErrnoException]>(resolve => tls.once('error', found => resolve([found]))),
  ])) as [NodeJS.ErrnoException]
  tls.destroy()
  return error.code ?? ''
}

async function answering(t: TestContext): Promise<RawOrigin> {
  const origin = await startOrigin(t)
  origin.answers(ok())
  return origin
}

test('requests over TLS are served, kept and pipelined like any other; the instance is told how they came', async t => {
  const origin = await answering(t)
  const {proxy} = await startTls(t, {pairs: [authority.issue(['api.test'])], origin})
  const client = await secured(proxy)
  assert.equal(client.tls.getProtocol(), 'TLSv1.3')
  client.send(get('/one') + get('/two'))
  await client.has(/hello.*hello$/s)
  client.send(`GET https://api.test/three HTTP/1.1\r\nHost: api.test\r\n\r\n`)
  await client.has(/hello.*hello.*hello$/s)
  assert.match(origin.text, /\r\nX-Forwarded-Proto: https\r\n/)
  assert.match(origin.text, /\r\nForwarded: for=127\.0\.0\.1;host=api\.test;proto=https\r\n/)
  client.send('GET http://api.test/plain HTTP/1.1\r\nHost: api.test\r\n\r\n')
  await client.has(/HTTP\/1\.1 421 .*asks for an http resource over a connection that is secured/s)
  client.end()
  assert.equal(await client.closed, 'end')
  await proxy.quiet()
  const {requests} = await proxy.controller.requests.since(undefined, 10)
  assert.deepEqual(
    requests.map(({tls}) => tls),
    ['TLSv1.3', 'TLSv1.3', 'TLSv1.3', 'TLSv1.3'],
  )
})

test('each name gets its certificate, a wildcard is for one label, and all else gets the first', async t => {
  const pairs = [
    authority.issue(['api.test', 'localhost']),
    authority.issue(['*.wild.test']),
    authority.issue(['exact.wild.test']),
  ]
  const {proxy} = await startTls(t, {pairs, origin: await answering(t)})
  const shown = async (servername: string) => {
    const client = await secured(proxy, {servername, rejectUnauthorized: false})
    const {names} = client
    client.destroy()
    return names
  }
  assert.equal(await shown('api.test'), 'DNS:api.test, DNS:localhost')
  assert.equal(await shown('a.wild.test'), 'DNS:*.wild.test')
  assert.equal(await shown('A.WILD.TEST'), 'DNS:*.wild.test')
  assert.equal(await shown('exact.wild.test'), 'DNS:exact.wild.test')
  for (const name of ['a.b.wild.test', 'wild.test', 'nobody.test', ''])
    assert.equal(await shown(name), 'DNS:api.test, DNS:localhost', name)
})

test('a host that the certificate asked for is not for is misdirected; one certificate for both is fine', async t => {
  const pairs = [authority.issue(['api.test']), authority.issue(['other.test', '*.wild.test'])]
  const {proxy} = await startTls(t, {pairs, origin: await answering(t)})
  const client = await secured(proxy, {servername: 'other.test'})
  client.send('GET / HTTP/1.1\r\nHost: a.wild.test\r\n\r\n')
  await client.has(/^HTTP\/1.1 200 .*hello$/s)
  client.send('GET / HTTP/1.1\r\nHost: api.test\r\n\r\n')
  await client.has(/HTTP\/1.1 421 .*is not for this host\.\n$/s)
  client.destroy()
  await proxy.recorded('MISDIRECTED')
  // Who asked for no name, or for one that nobody has, was promised nothing.
  const nameless = await secured(proxy, {servername: '', rejectUnauthorized: false})
  nameless.send('GET / HTTP/1.1\r\nHost: other.test\r\n\r\n')
  await nameless.has(/^HTTP\/1.1 200 /)
  nameless.destroy()
})

test('old versions, old ciphers and other protocols are refused, counted, and said', async t => {
  const {proxy} = await startTls(t, {pairs: [authority.issue(['api.test'])], origin: await answering(t)})
  const old = {minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0'} as const
  assert.match(await refused(proxy, old), /ALERT_PROTOCOL_VERSION/)
  assert.match(
    await refused(proxy, {maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA'}),
    /ALERT_HANDSHAKE_FAILURE/,
  )
  assert.match(await refused(proxy, {ALPNProtocols: ['h2']}), /ALERT_NO_APPLICATION_PROTOCOL/)
  const client = await secured(proxy, {ALPNProtocols: ['h2', 'http/1.1'], maxVersion: 'TLSv1.2'})
  assert.equal(client.tls.alpnProtocol, 'http/1.1')
  client.destroy()
  await proxy.recorded('HANDSHAKE_FAILED', 'HANDSHAKE_FAILED', 'HANDSHAKE_FAILED')
  assert.ok(proxy.controller.events.events.some(({text}) => /^TLS with 127\.0\.0\.1 failed: /.test(text)))
})

test('minVersion TLSv1.3 refuses TLS 1.2', async t => {
  const pairs = [authority.issue(['api.test'])]
  const {proxy} = await startTls(t, {pairs, origin: await answering(t), tls: {minVersion: 'TLSv1.3'}})
  assert.match(await refused(proxy, {maxVersion: 'TLSv1.2'}), /ALERT_PROTOCOL_VERSION/)
  assert.equal(await refused(proxy), 'secured')
})

test('a client cannot renegotiate', async t => {
  const {proxy} = await startTls(t, {pairs: [authority.issue(['api.test'])], origin: await answering(t)})
  const client = await secured(proxy, {maxVersion: 'TLSv1.2'})
  const error = await new Promise(resolve => {
    client.tls.once('error', resolve)
    client.tls.renegotiate({}, found => resolve(found))
  })
  assert.match(String(error), /no renegotiation/i)
})

test('plain HTTP on a port for TLS gets an answer in plain HTTP, and a record', async t => {
  const {proxy} = await startTls(t, {pairs: [authority.issue(['api.test'])], origin: await answering(t)})
  const answer = await proxy.exchange(get())
  assert.match(answer, /^HTTP\/1.1 400 .*is plain HTTP, on a port for TLS\.\n$/s)
  await proxy.recorded('REQUEST_MALFORMED')
  const {requests} = await proxy.controller.requests.since(undefined, 1)
  assert.equal(requests[0]?.status, 400)
  await until(() =>
    proxy.controller.events.events.some(({text}) => /spoke plain HTTP to a port for TLS/.test(text)),
  )
})

test('a handshake that stands still runs out of time; one that is left half done, or never begun, costs nothing', async t => {
  const more = {timeouts: {handshake: '150ms'}}
  const {proxy} = await startTls(t, {
    pairs: [authority.issue(['api.test'])],
    origin: await answering(t),
    more,
  })
  const silent = proxy.client()
  await silent.closed
  await proxy.recorded('HANDSHAKE_FAILED')
  const halfDone = proxy.client()
  // The beginning of a handshake record that never comes.
  halfDone.send(Buffer.from('1603010200', 'hex'))
  await new Promise(resolve => halfDone.socket.write('', resolve))
  halfDone.destroy()
  await proxy.recorded('HANDSHAKE_FAILED', 'HANDSHAKE_FAILED')
  const looks = proxy.client()
  await once(looks.socket, 'connect')
  looks.destroy()
  await proxy.quiet()
  await proxy.recorded('HANDSHAKE_FAILED', 'HANDSHAKE_FAILED')
})

test('a session is taken up again, at whichever worker', async t => {
  const {proxy} = await startTls(t, {
    pairs: [authority.issue(['api.test'])],
    origin: await answering(t),
    workers: 2,
  })
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const first = await secured(proxy, {maxVersion})
    first.send(get())
    await first.has('hello')
    const session = first.tls.getSession()
    assert.ok(session !== undefined)
    first.destroy()
    for (let round = 0; round < 12; round++) {
      const again = await secured(proxy, {maxVersion, session})
      assert.equal(again.tls.isSessionReused(), true, `${maxVersion} round ${round}`)
      again.destroy()
    }
  }
})

test('a tunnel through TLS, and a reset of a body that is cut', async t => {
  const origin = await startOrigin(t)
  const {proxy} = await startTls(t, {pairs: [authority.issue(['api.test'])], origin})
  const client = await secured(proxy)
  client.send(get('/', 'Connection: upgrade', 'Upgrade: echo'))
  const peer = await origin.asked()
  peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst')
  await client.has(/first$/)
  client.send('more'.repeat(50_000))
  await until(() => peer.text.endsWith('more'.repeat(50_000)))
  peer.send('last')
  peer.end()
  await client.has(/last$/)
  client.end()
  await client.closed
  const old = await secured(proxy)
  old.send('GET /cut HTTP/1.0\r\nHost: api.test\r\n\r\n')
  const cut = await origin.asked()
  cut.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
  await old.has(/half$/)
  cut.destroy()
  await old.closed
  await proxy.recorded('BODY_INCOMPLETE')
  await proxy.quiet()
})

test('a hundred handshakes at once', async t => {
  const {proxy} = await startTls(t, {
    pairs: [authority.issue(['api.test'])],
    origin: await answering(t),
    workers: 2,
  })
  await Promise.all(
    Array.from({length: 100}, async () => {
      const client = await secured(proxy)
      client.send(get())
      await client.has(/hello$/)
      client.end()
      await client.closed
    }),
  )
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('certificates are swapped under load: no request fails, a broken pair is said and changes nothing', async t => {
  const names = ['api.test']
  const origin = await answering(t)
  const {proxy, certificates} = await startTls(t, {
    pairs: [authority.issue(names)],
    origin,
    workers: 2,
  })
  const {controller} = proxy
  await controller.watchFile()
  const [files] = certificates
  assert.ok(files !== undefined)
  const put = (path: string, text: string) => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  const said = (pattern: RegExp) => controller.events.events.filter(({text}) => pattern.test(text)).length
  let running = true
  let served = 0
  const clients = Array.from({length: 4}, async () => {
    while (running) {
      const client = await secured(proxy)
      client.send(get())
      await client.has(/hello$/)
      client.end()
      await client.closed
      served++
    }
  })
  const serial = async () => {
    const client = await secured(proxy)
    const {serialNumber} = client.tls.getPeerCertificate()
    // Destroyed at once, it might go before its last message of the handshake.
    client.end()
    await client.closed
    return serialNumber
  }
  const before = await serial()
  const newer = authority.issue(names)
  put(files.certificate, newer.certificate)
  await until(() => said(/not replaced, what was read before holds: .*the key does not belong/) === 1)
  assert.match((await proxy.snapshot()).certificates?.[0]?.problem ?? '', /does not belong/)
  assert.equal(await serial(), before)
  put(files.key, newer.key)
  await until(() => said(/certificate .* replaced/) === 1)
  await until(async () => (await serial()) !== before)
  assert.equal((await proxy.snapshot()).certificates?.[0]?.problem, undefined)
  put(files.certificate, 'broken')
  await until(() => said(/the file holds no certificate/) === 1)
  running = false
  await Promise.all(clients)
  assert.ok(served > 10)
  assert.deepEqual(await proxy.faults(), {})
})

test('a certificate that will expire is told in the events, and its end in the snapshot', async t => {
  const pairs = [authority.issue(['api.test'], {days: 5}), authority.issue(['other.test'], {days: -2})]
  const {proxy} = await startTls(t, {pairs, origin: await answering(t)})
  const texts = proxy.controller.events.events.map(({text}) => text)
  assert.ok(
    texts.some(text => /pair-0\.pem expires in 4 days$/.test(text)),
    `${texts}`,
  )
  assert.ok(texts.some(text => /pair-1\.pem has expired$/.test(text)))
  const [soon, gone] = proxy.controller.snapshot().certificates ?? []
  assert.deepEqual(soon?.names, ['api.test'])
  assert.ok((gone?.expiresAt ?? Number.NaN) < Date.now())
  assert.doesNotMatch(JSON.stringify(proxy.controller.snapshot()), /BEGIN/)
})

test('a plain listener sends everybody to the same place over TLS', async t => {
  const listen = [{address: '127.0.0.1', port: 0, redirect: 'https'}]
  const {proxy} = await startTls(t, {
    pairs: [authority.issue(['api.test'])],
    origin: await answering(t),
    listen,
  })
  const [, plain] = proxy.controller.snapshot().listeners
  const client = new RawPeer(connectPlain(Number(plain?.split(':').at(-1)), '127.0.0.1'))
  client.send('GET /a/b?c=d HTTP/1.1\r\nHost: api.test:8080\r\n\r\n')
  await client.has(
    new RegExp(`^HTTP/1.1 308 .*\r\nLocation: https://api\\.test:${proxy.port}/a/b\\?c=d\r\n`, 's'),
  )
  client.send('POST / HTTP/1.1\r\nHost: nobody.test\r\nContent-Length: 0\r\n\r\n')
  await client.has('HTTP/1.1 421 ')
  client.send('POST /x HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\n')
  await client.has(/308 .*308 .*Location: https:\/\/api\.test:\d+\/x\r\n.*Connection: close/s)
  client.end()
  await client.closed
  await proxy.quiet()
})

test('a handshake under way while another process takes over is finished, and its request is served', async t => {
  const origin = await answering(t)
  const {proxy} = await startTls(t, {pairs: [authority.issue(['api.test'])], origin})
  // Its first bytes are held back: the proxy has accepted it, and waits.
  const below = connectPlain(proxy.port, '127.0.0.1')
  await once(below, 'connect')
  const held: Array<() => void> = []
  const slow = new Duplex({
    read: () => {},
    write: (piece, _, done) => held.push(() => below.write(piece, () => done())),
  })
  below.on('data', piece => slow.push(piece))
  below.on('close', () => slow.push(null))
  const tls = connect({socket: slow, ca: authority.certificate, servername: 'api.test'})
  tls.on('error', () => {})
  await until(() => held.length > 0)
  // Accepted after it, so it is accepted too.
  const other = await secured(proxy)
  other.tls.destroy()
  void proxy.controller.leave('test')
  await until(async () => {
    const late = connectPlain(proxy.port, '127.0.0.1')
    const [error] = await Promise.race([once(late, 'error'), once(late, 'connect')])
    late.destroy()
    return error?.code === 'ECONNREFUSED'
  })
  const secure = once(tls, 'secureConnect')
  const flow = setInterval(() => held.shift()?.(), 1)
  t.after(() => clearInterval(flow))
  await secure
  const client = new RawPeer(tls)
  client.send(get())
  await client.has(/hello$/)
  tls.destroy()
  below.destroy()
  assert.deepEqual(await proxy.controller.stopped, {cut: false})
})
