/** A stop: what is in flight is finished, what is idle ends, nothing new begins, and nothing waits for ever. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {get, ok, pair} from './harness.ts'
import {until} from './until.ts'

test('a stop finishes what is in flight, says Connection: close, and ends idle connections at once', async t => {
  const {proxy, origin} = await pair(t)
  const [busy, idle, untouched] = [proxy.client(), proxy.client(), proxy.client()]
  idle.send(get('/idle'))
  const first = await origin.asked()
  first.send(ok())
  await idle.has(/hello$/)
  busy.send(get('/busy'))
  await first.has('/busy')
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  assert.equal(await idle.closed, 'end')
  assert.equal(await untouched.closed, 'end')
  assert.equal(await proxy.client().closed, 'reset')
  first.send(ok('late'))
  await busy.has(/Connection: close\r\n\r\nlate$/)
  assert.equal(await busy.closed, 'end')
  assert.deepEqual(await proxy.controller.stopped, {cut: false})
  await first.closed
})

test('who has come just before a stop and has not asked yet is still served', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const [asks, asksUs, silent] = [proxy.client(), proxy.client(), proxy.client()]
  await until(async () => (await proxy.snapshot()).connections === 3)
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  asks.send(get())
  asksUs.send(get('/', 'Max-Forwards: 0').replace('GET', 'OPTIONS'))
  await asks.has(/\r\nConnection: close\r\n\r\nhello$/i)
  await asksUs.has(/^HTTP\/1\.1 200 .*\r\nConnection: close\r\n/s)
  assert.equal(await silent.closed, 'end')
  assert.deepEqual(await proxy.controller.stopped, {cut: false})
})

test('a stop that takes too long cuts what is left, and says so', async t => {
  const {proxy, origin} = await pair(t, {timeouts: {shutdown: 0.3}})
  const client = proxy.client()
  client.send(get())
  await origin.asked()
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  assert.deepEqual(await proxy.controller.stopped, {cut: true})
  await client.closed
})

test('a pipeline is not begun anew during a stop: the response under way is the last', async t => {
  const {proxy, origin} = await pair(t)
  const client = proxy.client()
  client.send(get('/1') + get('/2'))
  const asked = await origin.asked()
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  // The worker has heard of it once it accepts nobody any more.
  await until(async () => (await proxy.client().closed) === 'reset')
  asked.send(ok())
  assert.equal(await client.closed, 'end')
  assert.deepEqual(client.statuses, [200])
  assert.doesNotMatch(origin.text, /\/2/)
  await proxy.controller.stopped
})
