/** Faults on purpose: what a client gets of each, what the record says of it, and that they end. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {madeFaultText, parseMadeFault} from '../../source/made-faults.ts'
import {get, ok, pair, startConfigured, startOrigin, startProxy, type TestProxy} from './harness.ts'
import {until} from './until.ts'

async function faulty(t: TestContext, fault: string, more: {readonly retries?: number} = {}) {
  const {proxy, origin} = await pair(t, more)
  origin.answers(ok('hello world'))
  const outcome = await add(proxy, fault)
  assert.equal(outcome.ok, true, outcome.message)
  return {proxy, origin}
}

function add(proxy: TestProxy, fault: string, instance?: string) {
  return proxy.controller.execute({type: 'add-fault', service: 'api', instance, fault}, 'test')
}

async function ask(proxy: TestProxy, target = '/') {
  const client = proxy.client()
  client.send(get(target, 'Connection: close'))
  const how = await client.closed
  return {text: client.text, status: client.statuses[0], how}
}

test('status: the proxy answers so itself, says so, and nothing gets to the instance', async t => {
  const {proxy, origin} = await faulty(t, 'status 503')
  const {text, status} = await ask(proxy)
  assert.equal(status, 503)
  assert.match(text, /Proxy-Status: revproxy-tui; error=proxy_internal_response/)
  assert.equal(origin.connections.length, 0)
  const [record] = await proxy.records(1)
  assert.deepEqual([record?.fault, record?.onPurpose, record?.status], ['MADE_ON_PURPOSE', true, 503])
  await proxy.quiet()
})

test('refuse: as if the instance refused, so another one is tried; the record is marked', async t => {
  const [one, other] = [await startOrigin(t), await startOrigin(t)]
  for (const origin of [one, other]) origin.answers(ok('hello'))
  const proxy = await startProxy(t, {origins: [one.port, other.port], workers: 2, retries: 1})
  await add(proxy, 'refuse', `127.0.0.1:${one.port}`)
  for (let index = 0; index < 4; index++) assert.equal((await ask(proxy)).status, 200)
  assert.equal(one.connections.length, 0)
  const marked = (await proxy.records(4)).filter(({onPurpose}) => onPurpose)
  assert.equal(marked.length, 2)
  assert.deepEqual(
    marked[0]?.attempts.map(({fault}) => fault),
    ['CONNECT_REFUSED', undefined],
  )
  await proxy.quiet()
})

test('status: one that the policy lists is retried as a real one is, and counts for the ejection', async t => {
  const [one, other] = [await startOrigin(t), await startOrigin(t)]
  for (const origin of [one, other]) origin.answers(ok('hello'))
  const service = {lbPolicy: 'FIRST', retryPolicy: {retries: 1, statuses: 503}}
  const proxy = await startProxy(t, {origins: [one.port, other.port], service})
  await add(proxy, 'status 503', `127.0.0.1:${one.port}`)
  for (let index = 0; index < 5; index++) assert.equal((await ask(proxy)).status, 200)
  assert.equal(one.connections.length, 0)
  const [record] = await proxy.records(5)
  assert.equal(record?.onPurpose, true)
  assert.deepEqual(
    record?.attempts.map(({fault, status}) => [fault, status]),
    [
      ['STATUS_LISTED', 503],
      [undefined, 200],
    ],
  )
  await until(async () => (await proxy.snapshot()).services[0]?.instances[0]?.ejection !== undefined)
  await proxy.quiet()
  // The last attempt that there may be is passed on.
  await add(proxy, 'status 503', `127.0.0.1:${other.port}`)
  assert.equal((await ask(proxy)).status, 503)
  await proxy.quiet()
})

test('delay: the answer comes so much later, on a new and on a kept connection', async t => {
  const {proxy} = await faulty(t, 'delay 150ms')
  for (let index = 0; index < 2; index++) {
    const begun = performance.now()
    assert.equal((await ask(proxy)).status, 200)
    assert.ok(performance.now() - begun >= 145)
  }
  await proxy.quiet()
})

test('reset: the response breaks off after so many bytes, or before its head', async t => {
  const {proxy} = await faulty(t, 'reset 5')
  const {text} = await ask(proxy)
  assert.match(text, /\r\n\r\nhello$/)
  await proxy.recorded('BODY_INCOMPLETE')
  await proxy.controller.execute({type: 'clear-faults', number: undefined}, 'test')
  await add(proxy, 'reset 0')
  assert.equal((await ask(proxy)).status, 502)
  await proxy.recorded('BODY_INCOMPLETE', 'RESET')
  await proxy.quiet()
})

const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

test('slow: the body comes at that pace and whole, whether its end is known or chunked', async t => {
  const {proxy, origin} = await faulty(t, 'slow 40')
  origin.script = peer => {
    let asked = 0
    peer.socket.on('data', () =>
      peer.send(asked++ === 0 ? ok('hello world') : `${chunkedHead}5\r\nhello\r\n0\r\n\r\n`),
    )
  }
  const begun = performance.now()
  assert.match((await ask(proxy)).text, /\r\n\r\nhello world$/)
  assert.ok(performance.now() - begun >= 200, '11 bytes at 4 each tenth of a second')
  const client = proxy.client()
  client.send(get('/'))
  await client.has(/5\r\nhello\r\n0\r\n\r\n$/)
  assert.equal(origin.connections.length, 1, 'the connection is kept')
  client.send(get('/'))
  await client.answered(2)
  client.end()
  await proxy.quiet()
})

test('a client that leaves in the middle of a slow body leaves nothing behind', async t => {
  const {proxy} = await faulty(t, 'slow 10')
  const client = proxy.client()
  client.send(get('/'))
  await client.has(/\r\n\r\nh/)
  client.reset()
  await proxy.recorded('RESPONSE_ABANDONED')
  await proxy.quiet()
})

test('only under its path, so many times, over all workers; then it is over, which is an event', async t => {
  const {proxy} = await faulty(t, 'status 500 /bad x2')
  assert.equal((await ask(proxy, '/badly')).status, 200)
  assert.equal((await ask(proxy, '/bad/one')).status, 500)
  assert.equal((await ask(proxy, '/bad?two')).status, 500)
  assert.equal((await ask(proxy, '/bad')).status, 200)
  assert.deepEqual((await proxy.snapshot()).faults, [])
  assert.match(
    proxy.controller.events.events.at(-1)?.text ?? '',
    /^fault over after 2 requests: status 500 \/bad x2$/,
  )
})

test('its time ends it; off with one command; undone by its number; what is none is refused', async t => {
  const {proxy} = await faulty(t, 'status 500 for 300ms')
  assert.equal((await ask(proxy)).status, 500)
  await until(async () => (await proxy.snapshot()).faults.length === 0)
  assert.equal((await ask(proxy)).status, 200)
  const outcome = await add(proxy, 'status 500')
  await add(proxy, 'delay 1ms')
  assert.ok(outcome.ok && outcome.undo)
  await proxy.controller.execute(outcome.undo, 'test')
  assert.deepEqual(
    (await proxy.snapshot()).faults.map(({text}) => text),
    ['delay 1ms'],
  )
  await proxy.controller.execute({type: 'clear-faults', number: undefined}, 'test')
  assert.equal((await ask(proxy)).status, 200)
  assert.equal((await add(proxy, 'status 99')).ok, false)
  assert.equal((await add(proxy, 'status 500', 'nobody:1')).ok, false)
})

test('a reload keeps what was switched on, unless the file now says something else', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const yaml = (more: object, host: object = {}) =>
    JSON.stringify({
      proxy: {
        listen: {address: '127.0.0.1', port: 0},
        workers: 1,
        services: [
          {
            name: 'api',
            domain: 'api.test',
            hosts: [{address: '127.0.0.1', port: origin.port, ...host}],
            ...more,
          },
        ],
      },
    })
  const apply = async (text: string) => {
    const {config} = parseConfig(text, 'f')
    assert.ok(config)
    assert.equal((await proxy.controller.apply(config, 'test')).ok, true)
  }
  const proxy = await startConfigured(t, yaml({faults: [{status: 418}]}))
  assert.equal((await ask(proxy)).status, 418, 'on from the start, as the file says')
  await proxy.controller.execute({type: 'clear-faults', number: undefined}, 'test')
  await apply(yaml({faults: [{status: 418}], lbPolicy: 'RANDOM'}))
  assert.equal((await ask(proxy)).status, 200)
  await apply(yaml({}, {faults: [{status: 500, percent: 100, path: '/x'}]}))
  assert.deepEqual(
    (await proxy.snapshot()).faults.map(({text, instance}) => [text, instance]),
    [['status 500 /x', `127.0.0.1:${origin.port}`]],
  )
  assert.equal((await ask(proxy, '/x')).status, 500)
  await apply(yaml({}))
  assert.equal((await ask(proxy, '/x')).status, 200)
})

test('what is written is read again the same; what is none is not read', () => {
  for (const text of [
    'delay 2s',
    'delay 1500ms 50%',
    'status 404 /a/b x10 for 30s',
    'reset 0',
    'slow 1000 1%',
    'refuse x3',
  ]) {
    const fault = parseMadeFault(text)
    assert.ok(fault, text)
    assert.equal(madeFaultText(fault), text)
  }
  for (const text of [
    '',
    'delay',
    'delay 0',
    'status 600',
    'refuse 3',
    'slow 0',
    'reset 1.5',
    'delay 2s 0%',
    'delay 2s x0',
    'x',
  ])
    assert.equal(parseMadeFault(text), undefined, text)
})
