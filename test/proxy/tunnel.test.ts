/** After a 101: how a tunnel ends, in good order and otherwise, and that nothing of it stays (RFC 9110 §7.8). */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {get, type ProxySettings, pair} from './harness.ts'

async function tunnel(t: TestContext, settings: Omit<ProxySettings, 'origins'> = {}) {
  const {proxy, origin} = await pair(t, settings)
  const client = proxy.client()
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: echo'))
  const asked = await origin.asked()
  asked.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst')
  await client.has(/\r\n\r\nfirst$/)
  client.send('hello')
  await asked.has(/\r\n\r\nhello$/)
  return {proxy, client, asked}
}

test('the client resets: the instance is cut off', async t => {
  const {proxy, client, asked} = await tunnel(t)
  client.reset()
  await asked.closed
  await proxy.quiet()
})

test('the instance resets: the client is cut off', async t => {
  const {proxy, client, asked} = await tunnel(t)
  asked.reset()
  await client.closed
  await proxy.quiet()
})

test('one side closes in good order: the other one sees it and may still send', async t => {
  const {proxy, client, asked} = await tunnel(t)
  asked.socket.allowHalfOpen = true
  client.end()
  await new Promise(resolve => (asked.ended ? resolve(0) : asked.socket.once('end', resolve)))
  asked.send('last words')
  asked.end()
  assert.equal(await client.closed, 'end')
  assert.match(client.text, /last words$/)
  await proxy.quiet()
})

test('silence for too long ends both sides, and is recorded', async t => {
  const {proxy, client, asked} = await tunnel(t, {timeouts: {tunnelIdle: 0.4}})
  await Promise.all([client.closed, asked.closed])
  await proxy.recorded('TUNNEL_TIMEOUT')
  await proxy.quiet()
})

test('a side that does not read holds the other one up; nothing is lost and nothing piles up', async t => {
  const {proxy, client, asked} = await tunnel(t)
  const size = 20_000_000
  client.socket.pause()
  const body = Buffer.alloc(size)
  for (let at = 0; at < size; at += 4) body.writeUInt32BE(at, at)
  const before = client.text.length
  asked.send(body)
  const left = await proxy.settled(() => asked.socket.writableLength)
  assert.ok(left > 0, 'the proxy took everything')
  client.socket.resume()
  await client.hasBytes(before + size)
  assert.ok(
    Buffer.from(client.text.slice(before), 'latin1').equals(body),
    'the bytes have changed on their way',
  )
  client.reset()
  await proxy.quiet()
})

test('a stop that is in a hurry cuts tunnels', async t => {
  const {proxy, client, asked} = await tunnel(t)
  await proxy.controller.execute({type: 'stop', force: true}, 'test')
  await Promise.all([client.closed, asked.closed, proxy.controller.stopped])
})

test('a 426 says what to ask for instead, as far as it can be had through the proxy (RFC 9110 §15.5.22)', async t => {
  const {proxy, origin} = await pair(t)
  const required = (protocols: string) =>
    `HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: ${protocols}\r\nContent-Length: 0\r\n\r\n`
  origin.answers(required('websocket, h2c'))
  const answer = await proxy.exchange(get('/', 'Connection: close'))
  assert.deepEqual(answer.match(/^(?:Upgrade|Connection): .*$/gm), [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Connection: close',
  ])
  origin.answers(required('h2c'))
  for (const {socket} of origin.connections) socket.destroy()
  const other = await proxy.exchange(get('/', 'Connection: close'))
  assert.deepEqual(other.match(/^(?:Upgrade|Connection): .*$/gm), ['Connection: close'])
  assert.match(other, /^HTTP\/1\.1 426 /)
  await proxy.quiet()
})
