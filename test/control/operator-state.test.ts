/** What an operator can count on who takes an instance out of service: what it gets, what it finishes, what is cut. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:net'
import {type TestContext, test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import type {Command, OperatorState} from '../../source/control/control.ts'
import type {RequestView} from '../../source/control/requests.ts'
import {get, ok, post, startConfigured, startOrigin, startProxy, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'

async function two(t: TestContext, retries = 1) {
  const [one, other] = [await startOrigin(t), await startOrigin(t)]
  const proxy = await startProxy(t, {origins: [one.port, other.port], retries})
  return {proxy, one, other, key: `127.0.0.1:${one.port}`}
}

function change(proxy: TestProxy, instance: string, state: OperatorState, force = false) {
  const command: Command = {
    type: 'set-operator-state',
    service: 'api',
    instance,
    state,
    ...(force ? {force} : {}),
  }
  return proxy.controller.execute(command, 'test')
}

async function instanceOf(proxy: TestProxy, key: string) {
  const {services} = await proxy.snapshot()
  const found = services[0]?.instances.find(each => each.key === key)
  assert.ok(found)
  return found
}

const eventsOf = (proxy: TestProxy, key: string) =>
  proxy.controller.events.events.filter(({subject}) => subject === `api/${key}`).map(({text}) => text)

test('in maintenance it gets nothing new, finishes what it has, and that it is drained is an event', async t => {
  const {proxy, one, other, key} = await two(t)
  const client = proxy.client()
  client.send(get('/held'))
  const held = await one.asked()
  const outcome = await change(proxy, key, 'maintenance')
  assert.deepEqual(outcome, {
    ok: true,
    message: `${key}: in maintenance, 1 in flight`,
    undo: {type: 'set-operator-state', service: 'api', instance: key, state: 'ready'},
  })
  other.answers(ok())
  for (let index = 0; index < 4; index++) {
    const next = proxy.client()
    next.send(get('/new'))
    await next.has(/hello$/)
    next.end()
  }
  assert.equal(one.connections.length, 1)
  const before = await instanceOf(proxy, key)
  assert.deepEqual([before.selectable, before.acceptsSticky, before.traffic.inFlight], [false, false, 1])
  held.send(ok())
  await client.has(/hello$/)
  client.end()
  await until(() => eventsOf(proxy, key).at(-1) === 'drained: nothing is in flight on it any more')
  await change(proxy, key, 'ready')
  const after = await instanceOf(proxy, key)
  assert.deepEqual([after.selectable, after.acceptsSticky, after.drainedInMs], [true, true, undefined])
  await proxy.quiet()
})

test('force cuts what is in flight: what may be sent twice is answered by another instance, the rest is told', async t => {
  const {proxy, one, other, key} = await two(t)
  other.answers(ok())
  await change(proxy, `127.0.0.1:${other.port}`, 'drain')
  const safe = proxy.client()
  safe.send(get('/safe'))
  await one.asked()
  const unsafe = proxy.client()
  unsafe.send(post('order'))
  await one.asked()
  const begun = proxy.client()
  begun.send(get('/begun'))
  ;(await one.asked()).send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun')
  await begun.has(/begun$/)
  const tunnel = proxy.client()
  tunnel.send(get('/', 'Connection: Upgrade', 'Upgrade: echo'))
  ;(await one.asked()).send(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
  )
  await tunnel.has(/\r\n\r\n$/)
  await change(proxy, `127.0.0.1:${other.port}`, 'ready')
  const outcome = await change(proxy, key, 'maintenance', true)
  assert.equal(outcome.message, `${key}: in maintenance, 4 in flight cut`)
  await safe.has(/hello$/)
  await unsafe.answered()
  assert.deepEqual(unsafe.statuses, [503])
  assert.match(unsafe.text, /Proxy-Status: revproxy-tui; error=connection_terminated/)
  assert.match(unsafe.text, /taken out of service before it had answered/)
  await Promise.all([begun.closed, tunnel.closed])
  await until(
    () => one.open === 0,
    () => `${one.open} connections to the instance are left`,
  )
  for (const client of [safe, unsafe]) client.end()
  await proxy.recorded('INSTANCE_CUT', 'INSTANCE_CUT', 'INSTANCE_CUT')
  let retried: RequestView | undefined
  await until(async () => {
    const {requests} = await proxy.controller.requests.since(undefined, 10)
    retried = requests.find(({target}) => target === '/safe')
    return retried !== undefined
  })
  assert.deepEqual(
    retried?.attempts.map(({fault, instance}) => [fault, instance]),
    [
      ['INSTANCE_CUT', key],
      [undefined, `127.0.0.1:${other.port}`],
    ],
  )
  await proxy.quiet()
})

test('a POST that is cut while it is being connected is sent to another instance: nothing of it was sent', async t => {
  // It takes connections and never shakes hands.
  const [mute, other] = [await startOrigin(t), await startOrigin(t)]
  other.answers(ok())
  const key = `127.0.0.1:${mute.port}`
  const hosts = [
    {address: '127.0.0.1', port: mute.port, tls: {verify: false}},
    {address: '127.0.0.1', port: other.port},
  ]
  const services = [{name: 'api', domain: 'api.test', lbPolicy: 'FIRST', hosts, retryPolicy: {retries: 1}}]
  const listen = {address: '127.0.0.1', port: 0}
  const timeouts = {connect: 60}
  const proxy = await startConfigured(t, JSON.stringify({proxy: {listen, workers: 1, timeouts, services}}))
  const client = proxy.client()
  client.send(post('order'))
  await until(() => mute.connections.some(({text}) => text !== ''))
  await change(proxy, key, 'maintenance', true)
  await client.has(/hello$/)
  assert.deepEqual(client.statuses, [200])
  assert.equal(other.text.match(/order/g)?.length, 1)
  const [record] = await proxy.records(1)
  assert.deepEqual(
    record?.attempts.map(({fault}) => fault),
    ['INSTANCE_CUT_EARLY', undefined],
  )
  client.end()
  await proxy.quiet()
})

test('what drains can be cut later, also when it is in maintenance already; only maintenance cuts', async t => {
  const {proxy, one, key} = await two(t, 0)
  const client = proxy.client()
  client.send(get('/held'))
  await one.asked()
  assert.equal((await change(proxy, key, 'drain', true)).ok, false)
  assert.equal((await change(proxy, key, 'maintenance')).ok, true)
  assert.deepEqual(await change(proxy, key, 'maintenance', true), {
    ok: true,
    message: `${key}: in maintenance, 1 in flight cut`,
  })
  await client.answered()
  assert.deepEqual(client.statuses, [503])
  client.end()
  assert.equal((await change(proxy, key, 'maintenance', true)).message, `${key} is in maintenance already`)
  await proxy.quiet()
})

/** A server that says how many connections it got. */
async function knockedAt(t: TestContext) {
  let connections = 0
  const server = createServer(socket => {
    connections++
    socket.resume()
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const {port} = server.address() as {port: number}
  return {server, port, knocked: () => connections}
}

const everyTenth = {interval: 0.1, timeout: 0.1, rise: 1, fall: 1}

test('draining, it still takes those that stick to it; its health goes on to be checked', async t => {
  const {port, knocked} = await knockedAt(t)
  const proxy = await startProxy(t, {origins: [port], service: {tcpHealthcheck: everyTenth}})
  const key = `127.0.0.1:${port}`
  await until(async () => (await instanceOf(proxy, key)).verdict === 'up')
  await change(proxy, key, 'drain')
  const {selectable, acceptsSticky} = await instanceOf(proxy, key)
  assert.deepEqual([selectable, acceptsSticky], [false, true])
  const soFar = knocked()
  await until(() => knocked() >= soFar + 2)
})

test('in maintenance nobody knocks; ready again it is checked at once, and what was found out before is kept', async t => {
  const {server, port, knocked} = await knockedAt(t)
  const other = await knockedAt(t)
  const proxy = await startProxy(t, {origins: [port, other.port], service: {tcpHealthcheck: everyTenth}})
  const key = `127.0.0.1:${port}`
  await until(async () => (await instanceOf(proxy, key)).verdict === 'up' && knocked() > 2)
  await change(proxy, key, 'maintenance')
  const refused = await proxy.controller.execute({type: 'check-now', service: 'api', instance: key}, 'test')
  assert.match(refused.message, /is in maintenance: it is not checked until it is ready/)
  await new Promise(resolve => server.close(resolve))
  const {lastCheck} = await instanceOf(proxy, key)
  // With a check of its own among these it would be down.
  const soFar = other.knocked()
  await until(() => other.knocked() >= soFar + 4)
  const later = await instanceOf(proxy, key)
  assert.equal(later.verdict, 'up')
  assert.deepEqual(later.lastCheck, lastCheck)
  await change(proxy, key, 'ready')
  await until(async () => (await instanceOf(proxy, key)).verdict === 'down')
})

test('a reload leaves it in maintenance: it still gets nothing, and is still not checked', async t => {
  const [one, other] = [await startOrigin(t), await startOrigin(t)]
  other.answers(ok())
  const yaml = (policy: string) =>
    JSON.stringify({
      proxy: {
        listen: {address: '127.0.0.1', port: 0},
        workers: 2,
        services: [
          {
            name: 'api',
            domain: 'api.test',
            lbPolicy: policy,
            hosts: [one, other].map(({port}) => ({address: '127.0.0.1', port})),
          },
        ],
      },
    })
  const proxy = await startConfigured(t, yaml('ROUND_ROBIN'))
  const key = `127.0.0.1:${one.port}`
  await change(proxy, key, 'maintenance')
  const {config} = parseConfig(yaml('RANDOM'), 'test.yaml')
  assert.ok(config)
  assert.equal((await proxy.controller.apply(config, 'test')).ok, true)
  assert.equal((await instanceOf(proxy, key)).operator, 'maintenance')
  for (let index = 0; index < 8; index++) {
    const client = proxy.client()
    client.send(get('/new'))
    await client.has(/hello$/)
    client.end()
  }
  assert.equal(one.connections.length, 0)
  await proxy.quiet()
})
