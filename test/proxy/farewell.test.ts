/** The last response on a connection: all of it gets to the client, however the connection ends then. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect} from 'node:net'
import {test} from 'node:test'
import {get, ok, pair, post} from './harness.ts'
import {RawPeer} from './raw-peer.ts'

/** more than all buffers on the way hold */
const MANY = 32 * 1024 * 1024

test('a client that asks to close and leaves its side open: the response, and the end at once', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {bodyIdle: 600}})
  origin.answers(ok('bye'))
  const socket = connect({port: proxy.port, host: '127.0.0.1', allowHalfOpen: true})
  const client = new RawPeer(socket)
  client.send(get('/', 'Connection: close'))
  await once(socket, 'end')
  assert.match(client.text, /Connection: close\r\n\r\nbye$/)
  await proxy.quiet()
  socket.destroy()
})

test('a client that asks to close and reads slowly: every byte of the response', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.socket.pause()
  client.send(get('/', 'Connection: close'))
  const asked = await origin.asked()
  asked.send(ok('x'.repeat(MANY)))
  assert.ok(asked.socket.writableLength > 0, 'it all went out at once')
  client.socket.resume()
  assert.equal(await client.closed, 'end')
  assert.ok(client.text.endsWith('x'.repeat(MANY)), `${client.text.length} bytes`)
  await proxy.quiet()
})

for (const [what, rest] of [
  ['an empty line', '\r\n'],
  ['another request', get('/more')],
] as const)
  test(`${what} behind a request that asks to close: the response, no reset, and nothing else is asked`, async t => {
    const {proxy, origin} = await pair(t)
    origin.answers(ok('bye'))
    const client = proxy.client()
    client.send(post('hello', 'Connection: close') + rest)
    assert.equal(await client.closed, 'end')
    assert.deepEqual(client.statuses, [200])
    assert.doesNotMatch(origin.text, /\/more/)
    await proxy.quiet()
  })

test('small responses of a pipeline, a large one between them: in their order, each whole', async t => {
  const {proxy, origin} = await pair(t)
  const large = 'y'.repeat(100_000)
  origin.script = peer => {
    peer.socket.on('data', () => {
      const asked = [...peer.text.matchAll(/^GET \/(\d+)/gm)]
      peer.text = ''
      for (const [, number] of asked) peer.send(ok(number === '3' ? large : `<${number}>`))
    })
  }
  const client = proxy.client()
  client.send(['1', '2', '3', '4'].map(number => get(`/${number}`)).join('') + get('/5', 'Connection: close'))
  assert.equal(await client.closed, 'end')
  const bodies = client.text.split(/HTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\n/).slice(1)
  assert.deepEqual(bodies, ['<1>', '<2>', large, '<4>', '<5>'])
  await proxy.quiet()
})
