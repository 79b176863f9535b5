/** Settings that change while traffic flows: what a client gets before and after, with nothing lost in between. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {startOfFile} from '../control/of-file.ts'
import {get, ok, startOrigin} from './harness.ts'
import {until} from './until.ts'

async function start(t: TestContext, service: object, origins: number) {
  const all = await Promise.all(Array.from({length: origins}, () => startOrigin(t)))
  const hosts = all.map(({port}) => ({address: '127.0.0.1', port}))
  const services = [{name: 'api', domain: 'api.test', lbPolicy: 'FIRST', hosts, ...service}]
  const text = JSON.stringify({proxy: {listen: {port: 0}, workers: 1, services}})
  const {proxy, controller} = await startOfFile(t, text)
  const set = async (key: string, value: string | undefined) => {
    const outcome = await controller.execute(
      {type: 'set-setting', service: 'api', instance: undefined, key, value},
      'test',
    )
    assert.ok(outcome.ok, outcome.message)
    return outcome
  }
  return {origins: all, proxy, controller, set}
}

const busy = 'HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy'

test('retries and statuses change between two requests of a connection; what is in flight stays', async t => {
  const {origins, proxy, controller, set} = await start(t, {ejection: {errors: 0}}, 2)
  const [first, second] = origins
  first?.answers(busy)
  const held: Array<() => void> = []
  if (second !== undefined)
    second.script = peer =>
      peer.socket.on('data', () => {
        const isHeld = peer.text.includes('/held')
        peer.text = ''
        if (isHeld) held.push(() => peer.send(ok('held')))
        else peer.send(ok('fine'))
      })
  const client = proxy.client()
  const ask = async (count: number) => {
    client.send(get())
    await client.answered(count)
    return client.statuses.at(-1)
  }
  assert.equal(await ask(1), 503)
  await set('statuses', '503')
  const retries = await set('retries', '1')
  assert.equal(await ask(2), 200)
  const slow = proxy.client()
  slow.send(get('/held'))
  await until(
    () => held.length === 1,
    () => 'nobody asked',
  )
  assert.ok(retries.ok && retries.undo !== undefined)
  await controller.execute(retries.undo, 'test')
  assert.equal(await ask(3), 503)
  held[0]?.()
  await slow.has(/held$/)
  assert.deepEqual(slow.statuses, [200])
  assert.equal(controller.snapshot().services[0]?.retry, 'no retries, timeout 30s')
  for (const each of [client, slow]) each.end()
  await proxy.quiet()
})

test('how many errors put an instance out is set while it runs', async t => {
  const {origins, proxy, controller, set} = await start(t, {}, 2)
  const [first, second] = origins
  first?.answers(busy)
  second?.answers(ok('fine'))
  const ejected = () => controller.snapshot().services[0]?.instances.map(({ejection}) => ejection?.reason)
  await proxy.exchange(get('/', 'Connection: close'))
  await proxy.quiet()
  assert.deepEqual(ejected(), [undefined, undefined])
  await set('errors', '1')
  await proxy.exchange(get('/', 'Connection: close'))
  await until(
    async () => (await proxy.snapshot()).services[0]?.selectable === 1,
    () => `not ejected: ${ejected()}`,
  )
  assert.match(ejected()?.[0] ?? '', /503|in a row|answer/)
})

test('a service without checks is given one, another interval, and none again', async t => {
  const {controller, set, proxy} = await start(t, {}, 1)
  const service = () => controller.snapshot().services[0]
  assert.equal(service()?.check, undefined)
  await set('tcpHealthcheck.interval', '2s')
  assert.match(service()?.check ?? '', /^tcp every 2s, timeout 1s/)
  await until(
    async () => (await proxy.snapshot()).services[0]?.instances[0]?.verdict === 'up',
    () => 'no check',
  )
  await set('fall', '1')
  assert.match(service()?.check ?? '', /down after 1$/)
  assert.equal(service()?.instances[0]?.verdict, 'up')
  await set('tcpHealthcheck.fall', undefined)
  await set('tcpHealthcheck.interval', undefined)
  assert.equal(service()?.check, undefined)
})

test('the field of HEADER_HASH is named while it runs; when it is gone, the strategy of the file takes over', async t => {
  const {controller, set} = await start(t, {}, 2)
  const strategy = {type: 'set-strategy', service: 'api', strategy: 'HEADER_HASH'} as const
  assert.equal((await controller.execute(strategy, 'test')).ok, false)
  await set('hashHeader', 'X-User')
  assert.equal((await controller.execute(strategy, 'test')).ok, true)
  await set('hashHeader', 'none')
  assert.equal(controller.snapshot().services[0]?.strategy, 'FIRST')
  assert.ok(controller.events.events.some(({text}) => text === 'strategy HEADER_HASH → FIRST'))
})

test('one of the instances becomes a backup, and serves again as the others do', async t => {
  const {origins, controller, proxy} = await start(t, {}, 2)
  for (const origin of origins) origin.answers(ok('fine'))
  const instance = `127.0.0.1:${origins[0]?.port}`
  const backup = (value: string | undefined) =>
    controller.execute({type: 'set-setting', service: 'api', instance, key: 'backup', value}, 'test')
  const asked = () => origins.map(({connections}) => connections.length)
  assert.ok((await backup('true')).ok)
  await proxy.exchange(get('/', 'Connection: close'))
  assert.deepEqual(asked(), [0, 1])
  assert.equal(controller.snapshot().services[0]?.instances[0]?.backup, true)
  assert.ok((await backup(undefined)).ok)
  await proxy.exchange(get('/', 'Connection: close'))
  assert.deepEqual(asked(), [1, 1])
  const all = {
    type: 'set-setting',
    service: 'api',
    instance: undefined,
    key: 'backup',
    value: 'true',
  } as const
  assert.equal((await controller.execute(all, 'test')).ok, false)
})

test('clients are bound by a cookie from now on, and from now on not', async t => {
  const {origins, proxy, set} = await start(t, {}, 1)
  origins[0]?.answers(ok('fine'))
  const outcome = await set('stickyCookie.name', 'revproxy')
  assert.equal(outcome.message, 'api: stickyCookie.name none → revproxy')
  assert.match(await proxy.exchange(get('/', 'Connection: close')), /\r\nSet-Cookie: revproxy=/)
  await set('stickyCookie.name', undefined)
  assert.doesNotMatch(await proxy.exchange(get('/', 'Connection: close')), /Set-Cookie/)
})
