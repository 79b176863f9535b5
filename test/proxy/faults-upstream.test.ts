/** An instance that fails in every way it can: what the client gets, what is recorded, and what is left. */
import assert from 'node:assert/strict'
import {type AddressInfo, connect, createServer, type Socket} from 'node:net'
import {type TestContext, test} from 'node:test'
import {Worker} from 'node:worker_threads'
import type {FaultCode} from '../../source/faults.ts'
import {get, ok, type ProxySettings, pair, post, startProxy} from './harness.ts'
import type {RawPeer} from './raw-peer.ts'
import {until} from './until.ts'
import {WorkerThreads} from './worker-thread.ts'

/** What an instance does once it has been asked, and what becomes of that. */
interface FaultCase {
  readonly name: string
  readonly does: (connection: RawPeer, client: RawPeer) => void | Promise<void>
  /** 0: the connection ends without an answer */
  readonly status: number
  readonly fault: FaultCode
  readonly timeouts?: NonNullable<ProxySettings['timeouts']>
  readonly proxyStatus?: RegExp
  /** what the client has before it is cut off */
  readonly begins?: RegExp
  readonly request?: string
}

const short = 0.3
const cases: readonly FaultCase[] = [
  {name: 'closes without an answer', does: peer => peer.destroy(), status: 502, fault: 'RESET'},
  {
    name: 'resets without an answer',
    does: peer => peer.reset(),
    status: 502,
    fault: 'RESET',
    proxyStatus: /error=connection_terminated/,
  },
  {name: 'closes its side only, without an answer', does: peer => peer.end(), status: 502, fault: 'RESET'},
  {
    name: 'accepts and stays silent',
    does: () => {},
    status: 504,
    fault: 'RESPONSE_TIMEOUT',
    timeouts: {responseHead: short},
    proxyStatus: /error=http_response_timeout/,
  },
  {
    name: 'stops in the middle of the head',
    does: peer => peer.send('HTTP/1.1 200 O'),
    status: 504,
    fault: 'RESPONSE_TIMEOUT',
    timeouts: {responseHead: short},
  },
  {
    name: 'sends its head one byte at a time, without end',
    does: peer => trickle(peer, 'HTTP/1.1 200 OK\r\nX: ', 'y'),
    status: 504,
    fault: 'RESPONSE_TIMEOUT',
    timeouts: {responseHead: short},
  },
  {
    name: 'closes in the middle of the head',
    does: peer => {
      peer.send('HTTP/1.1 200 OK\r\nX: y')
      peer.end()
    },
    status: 502,
    fault: 'HEAD_INCOMPLETE',
    proxyStatus: /error=http_response_incomplete/,
  },
  {
    name: 'closes after 100 Continue',
    does: peer => {
      peer.send('HTTP/1.1 100 Continue\r\n\r\n')
      peer.end()
    },
    status: 502,
    fault: 'HEAD_INCOMPLETE',
  },
  {
    name: 'closes in the middle of a Content-Length body',
    does: peer => {
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
      peer.end()
    },
    status: 0,
    fault: 'BODY_INCOMPLETE',
    begins: /hello$/,
  },
  {
    name: 'resets in the middle of a Content-Length body',
    does: async (peer, client) => {
      peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
      await client.has('hello')
      peer.reset()
    },
    status: 0,
    fault: 'BODY_INCOMPLETE',
    begins: /hello$/,
  },
  {
    name: 'closes in the middle of a chunk',
    does: peer => {
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhel')
      peer.end()
    },
    status: 0,
    fault: 'BODY_INCOMPLETE',
    begins: /hel$/,
  },
  {
    name: 'closes between two chunks',
    does: peer => {
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n')
      peer.end()
    },
    status: 0,
    fault: 'BODY_INCOMPLETE',
    begins: /3\r\nhel\r\n$/,
  },
  {
    name: 'closes before the last CR LF of a chunked body',
    does: peer => {
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n0\r\n')
      peer.end()
    },
    status: 0,
    fault: 'BODY_INCOMPLETE',
    begins: /3\r\nhel\r\n$/,
  },
  {
    name: 'resets a body that ends with the connection',
    does: async (peer, client) => {
      peer.send('HTTP/1.1 200 OK\r\n\r\nhello')
      await client.has('hello')
      peer.reset()
    },
    status: 0,
    fault: 'BODY_INCOMPLETE',
    begins: /5\r\nhello\r\n$/,
  },
  {
    name: 'is silent in the middle of the body',
    does: peer => peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'),
    status: 0,
    fault: 'BODY_TIMEOUT',
    timeouts: {bodyIdle: short},
    begins: /hello$/,
  },
  {
    name: 'sends a chunk size that is none',
    does: async (peer, client) => {
      peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n')
      await client.has('hel')
      peer.send('zz\r\n')
    },
    status: 0,
    fault: 'BODY_MALFORMED',
    begins: /hel\r\n$/,
  },
  {name: 'resets a POST', does: peer => peer.reset(), status: 502, fault: 'RESET', request: post('hello')},
  {
    name: 'is silent to a POST',
    does: () => {},
    status: 504,
    fault: 'RESPONSE_TIMEOUT',
    timeouts: {responseHead: short},
    request: post('hello'),
  },
]

/** Sends `head` and then `byte` again and again until the connection is gone. */
function trickle(peer: RawPeer, head: string, byte: string): void {
  peer.send(head)
  const timer = setInterval(() => peer.send(byte), 20)
  void peer.closed.then(() => clearInterval(timer))
}

for (const {name, does, status, fault, timeouts = {}, proxyStatus, begins, request = get()} of cases) {
  test(`an instance that ${name}: ${status === 0 ? 'a broken message' : status}, ${fault}`, async t => {
    const {proxy, origin} = await pair(t, {timeouts})
    const client = proxy.client()
    client.send(request)
    await does(await origin.asked(), client)
    if (status === 0) {
      await client.closed
      assert.deepEqual(client.statuses, [200])
      assert.match(client.text, begins ?? /$/)
      assert.doesNotMatch(client.text, /0\r\n\r\n$/)
    } else {
      await client.has(/\r\n\r\n.+/s)
      assert.equal(client.statuses.at(-1), status)
      assert.match(client.text, proxyStatus ?? /Proxy-Status: revproxy-tui; error=/)
      assert.doesNotMatch(client.text, /127\.0\.0\.1/, 'an address of the inside')
      // Nothing was wrong with the client: its connection goes on.
      client.send(request)
      const second = await origin.asked()
      second.send(ok('again'))
      await client.has('again')
      client.end()
    }
    await proxy.recorded(fault)
    await proxy.quiet()
    await origin.left()
  })
}

test('an HTTP/1.0 client of a body that ends with the connection is reset, not closed, when the instance breaks off', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send('GET / HTTP/1.0\r\nHost: api.test\r\n\r\n')
  const asked = await origin.asked()
  asked.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  await client.has('hello')
  asked.end()
  assert.equal(await client.closed, 'reset')
  await proxy.recorded('BODY_INCOMPLETE')
  await proxy.quiet()
})

test('an instance that refuses connections: 502, CONNECT_REFUSED', async t => {
  const {proxy, origin} = await pair(t)
  await origin.stop()
  const client = proxy.client()
  client.send(get())
  await client.has(/502 Bad Gateway\n/)
  assert.match(client.text, /Proxy-Status: revproxy-tui; error=connection_refused/)
  client.end()
  await proxy.recorded('CONNECT_REFUSED')
  await proxy.quiet()
})

test('an instance that does not accept: 504 within the time to connect, CONNECT_TIMEOUT', async t => {
  const proxy = await startProxy(t, {origins: [await blackHole(t)], timeouts: {connect: 0.3}})
  const client = proxy.client()
  client.send(get())
  await client.has(/504 Gateway Timeout\n/)
  assert.match(client.text, /error=connection_timeout/)
  client.end()
  await proxy.recorded('CONNECT_TIMEOUT')
  await proxy.quiet()
})

test('a client that goes away while its instance is being connected to leaves nothing', async t => {
  const proxy = await startProxy(t, {origins: [await blackHole(t)]})
  const client = proxy.client()
  client.send(get())
  await proxy.snapshot()
  client.reset()
  await proxy.recorded('CLIENT_CLOSED').catch(async () => proxy.recorded('REQUEST_ABANDONED'))
  await proxy.quiet()
})

/** A listener whose backlog is full: a SYN to it gets no answer. */
async function blackHole(t: TestContext): Promise<number> {
  // A listener in a thread that never gets to accept.
  const thread = new Worker(
    `const {createServer} = require('node:net'); const {parentPort} = require('node:worker_threads')
     const server = createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, () => {
       parentPort.postMessage(server.address().port)
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
     })`,
    {eval: true},
  )
  const port = await new Promise<number>(resolve => thread.once('message', resolve))
  const fillers = Array.from({length: 8}, () => connect(port, '127.0.0.1').on('error', () => {}))
  t.after(async () => {
    for (const filler of fillers) filler.destroy()
    await thread.terminate()
  })
  // A backlog of one holds two; nobody else is let in.
  await until(() => fillers.filter(({connecting}) => !connecting).length >= 2)
  return port
}

test('an instance that stops reading the request: 504, SEND_TIMEOUT', async t => {
  const server = createServer({pauseOnConnect: true}).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const sockets: Socket[] = []
  server.on('connection', socket => sockets.push(socket.on('error', () => {})))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const {port} = server.address() as AddressInfo
  const proxy = await startProxy(t, {origins: [port], timeouts: {bodyIdle: 0.5}})
  const client = proxy.client()
  client.send(`POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 100000000\r\n\r\n`)
  for (let sent = 0; sent < 300; sent++) client.send(Buffer.alloc(65_536, 'x'))
  await client.has(/504 Gateway Timeout\n/)
  assert.match(client.text, /error=connection_write_timeout/)
  assert.match(client.text, /Connection: close/)
  client.destroy()
  await proxy.recorded('SEND_TIMEOUT')
  await proxy.quiet()
})

test('an event stream of one byte at a time lives as long as it is never silent too long (idle, not total)', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {bodyIdle: 0.5}})
  const client = proxy.client()
  client.send(get())
  const asked = await origin.asked()
  asked.send('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n')
  for (let sent = 1; sent <= 8; sent++) {
    await new Promise(resolve => setTimeout(resolve, 150))
    asked.send('x')
  }
  await client.has('xxxxxxxx')
  client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('an answer that comes before the request is whole reaches the client, and both connections end (RFC 9112 §9.5)', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send('POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 1000000\r\n\r\nbegun')
  const asked = await origin.asked()
  asked.send('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig')
  await client.has(/Connection: close\r\n\r\nbig$/)
  client.send(Buffer.alloc(100_000, 'x'))
  client.send(get('/smuggled'))
  await asked.closed
  client.end()
  await client.closed
  assert.doesNotMatch(origin.text, /smuggled/)
  await proxy.quiet()
})

test('an answer that is read together with more of the upload is the answer, however small the pieces', async t => {
  const workers = new WorkerThreads()
  t.after(() => workers.end())
  const {proxy, origin} = await pair(t)
  await workers.running(1)
  const client = proxy.client()
  client.send('POST / HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n')
  const asked = await origin.asked()
  await proxy.caughtUp()
  // One turn of the worker's event loop finds more of the body first, which waits to be written, and then the answer.
  const release = await workers.hold()
  client.send('3;x\r\nabc\r\n3;x\r\nabc\r\n')
  await until(() => client.socket.writableLength === 0)
  asked.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
  await until(() => asked.socket.writableLength === 0)
  release()
  await client.has(/\r\n\r\nno$/)
  assert.deepEqual(client.statuses, [403])
  client.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('an early answer and a close in the middle of an upload: the answer reaches the client, every time', async t => {
  const {proxy, origin} = await pair(t)
  origin.script = connection =>
    connection.socket.once('data', () => {
      // Read no more: what is still unread makes the kernel answer with RST.
      connection.socket.pause()
      connection.socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig', () =>
        connection.socket.destroy(),
      )
    })
  for (let round = 0; round < 60; round++) {
    const client = proxy.client()
    client.send('POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 100000000\r\n\r\n')
    for (let sent = 0; sent < 40; sent++) client.send(Buffer.alloc(16_384, 'x'))
    await client.has(/\r\n\r\n.+/s)
    assert.deepEqual(client.statuses, [413], `round ${round}: ${client.text}`)
    client.destroy()
  }
  await proxy.quiet()
})
