/** Many at once: what protects against one in a million must not hurt the million. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {get, ok, pair, post} from './harness.ts'

test('thousands of POSTs over kept connections: each is answered, none is taken for a dead connection', async t => {
  const {proxy, origin} = await pair(t)
  origin.script = peer =>
    peer.socket.on('data', (piece: Buffer) => {
      peer.text = ''
      if (piece.includes('hello')) peer.send(ok('right'))
    })
  const clients = Array.from({length: 64}, () => proxy.client())
  await Promise.all(
    clients.map(async client => {
      for (let round = 1; round <= 60; round++) {
        client.text = ''
        client.send(post('hello'))
        await client.has(/right$/)
        assert.match(client.text, /^HTTP\/1\.1 200 /)
      }
      client.end()
    }),
  )
  await proxy.quiet()
  assert.deepEqual(await proxy.attemptFaults(), {})
  assert.equal((await proxy.snapshot()).total.requests, 64 * 60)
})

test('an empty line behind a request is no request: the idle connection ends in silence (RFC 9112 §2.2)', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {clientHead: 0.4}})
  origin.answers(ok())
  const client = proxy.client()
  client.send(`${get()}\r\n`)
  assert.equal(await client.closed, 'end')
  assert.deepEqual(client.statuses, [200])
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})

test('many slow readers and writers at once: every byte arrives as it was', async t => {
  const {proxy, origin} = await pair(t)
  const size = 1_000_000
  origin.script = peer =>
    peer.socket.once('data', () => {
      const number = Number(/GET \/(\d+)/.exec(peer.text)?.[1])
      peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`)
      for (let sent = 0; sent < size; sent += 10_000) peer.send(Buffer.alloc(10_000, number))
    })
  await Promise.all(
    Array.from({length: 40}, async (_, number) => {
      const client = proxy.client()
      client.send(get(`/${number}`, 'Connection: close'))
      for (let pause = 0; pause < number % 6; pause++) {
        client.socket.pause()
        await new Promise(resolve => setTimeout(resolve, 20))
        client.socket.resume()
        await new Promise(resolve => setImmediate(resolve))
      }
      await client.closed
      const body = Buffer.from(client.text.slice(client.text.indexOf('\r\n\r\n') + 4), 'latin1')
      assert.ok(body.equals(Buffer.alloc(size, number)), `${body.length} bytes, or another one's`)
    }),
  )
  await proxy.quiet()
})
