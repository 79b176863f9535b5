/** An instance whose answers are bad is left out at once, by all workers, for a while; never the last one, never most of them. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {ejectionMs, sparedBecause, timesInRow} from '../../source/balancing/ejection.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {configText, get, ok, type ProxySettings, startOrigin, startProxy, type TestProxy} from './harness.ts'
import type {RawOrigin} from './raw-origin.ts'
import {until} from './until.ts'

const policy = {errors: 5, connectFailures: 3, timeMs: 30_000, longestMs: 300_000, percent: 50}

const mayEject = (counts: Parameters<typeof sparedBecause>[0], percent: number) =>
  sparedBecause(counts, percent) === undefined

test('never the last that serves, never more than the share', () => {
  const counts = (all: number, ejected: number, selectable: number) => ({all, ejected, selectable})
  assert.equal(mayEject(counts(1, 0, 1), 50), false)
  assert.equal(mayEject(counts(2, 0, 2), 50), true)
  assert.equal(mayEject(counts(2, 0, 1), 50), false, 'the other one is down')
  assert.equal(mayEject(counts(2, 1, 1), 100), false, 'whatever the share')
  assert.equal(mayEject(counts(3, 0, 3), 50), true)
  assert.equal(mayEject(counts(3, 1, 2), 50), false)
  assert.equal(mayEject(counts(3, 1, 2), 100), true)
  assert.equal(mayEject(counts(10, 4, 6), 50), true)
  assert.equal(mayEject(counts(10, 5, 5), 50), false)
  assert.equal(mayEject(counts(10, 0, 10), 0), false)
})

test('each time in a row is longer, up to a limit; each quiet time forgives one', () => {
  const spans = [1, 2, 3, 9, 10, 11, 50].map(times => ejectionMs(times, policy) / 1000)
  assert.deepEqual(spans, [30, 60, 90, 270, 300, 300, 300])
  assert.equal(timesInRow(0, 1e12, policy), 1)
  assert.equal(timesInRow(1, 29_999, policy), 2)
  assert.equal(timesInRow(4, 30_000, policy), 4)
  assert.equal(timesInRow(4, 60_000, policy), 3)
  assert.equal(timesInRow(4, 1e9, policy), 1)
})

async function three(t: TestContext, settings: Omit<ProxySettings, 'origins'> = {}) {
  const origins = [await startOrigin(t), await startOrigin(t), await startOrigin(t)]
  for (const origin of origins) origin.answers(ok('fine'))
  const proxy = await startProxy(t, {...settings, origins: origins.map(({port}) => port)})
  return {proxy, origins, bad: origins[0] as RawOrigin}
}

const error = 'HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad'

/** So many requests, each on a connection of its own, one after the other: with several workers, whoever takes it. */
async function ask(proxy: TestProxy, count: number): Promise<number[]> {
  const statuses: number[] = []
  for (let each = 0; each < count; each++) {
    const client = proxy.client()
    client.send(get('/', 'Connection: close'))
    await client.closed
    statuses.push(...client.statuses)
  }
  return statuses
}

async function ejected(proxy: TestProxy) {
  const {services} = await proxy.snapshot()
  return (services[0]?.instances ?? []).map(({ejection}) => ejection !== undefined)
}

const eventTexts = (proxy: TestProxy) => proxy.controller.events.events.map(({text}) => text)

test('five errors in a row: the next request goes elsewhere, and so do all until it is let back', async t => {
  const {proxy, bad} = await three(t)
  bad.answers(error)
  const statuses = await ask(proxy, 30)
  assert.equal(statuses.filter(status => status === 500).length, 5, 'not one more')
  const {services} = await proxy.snapshot()
  const [instance] = services[0]?.instances ?? []
  assert.equal(instance?.ejection?.reason, '5 errors in a row, the last one a 500')
  assert.equal(instance?.ejection?.times, 1)
  assert.equal(instance?.selectable, false)
  assert.ok(eventTexts(proxy).includes('ejected for 30 s: 5 errors in a row, the last one a 500'))
  bad.answers(ok('well again'))
  const ref = {service: 'api', instance: `127.0.0.1:${bad.port}`}
  await proxy.controller.execute({type: 'end-ejection', ...ref}, 'test')
  const before = bad.connections.length
  await ask(proxy, 6)
  assert.ok(bad.text.length > 0 && bad.connections.length > before)
  assert.deepEqual(await ejected(proxy), [false, false, false])
  await proxy.quiet()
})

test('errors that are not in a row, and errors of the client, eject nobody', async t => {
  const {proxy, bad} = await three(t)
  let asked = 0
  bad.script = peer =>
    peer.socket.on('data', () => {
      asked++
      peer.send(asked % 5 === 0 ? ok('in between') : error)
    })
  await ask(proxy, 60)
  bad.answers('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
  await ask(proxy, 30)
  assert.deepEqual(await ejected(proxy), [false, false, false])
  await proxy.quiet()
})

test('three connections refused in a row, without a check: out; the client noticed nothing', async t => {
  const {proxy, bad} = await three(t, {retries: 1})
  await bad.stop()
  assert.deepEqual(new Set(await ask(proxy, 30)), new Set([200]))
  assert.deepEqual(await ejected(proxy), [true, false, false])
  assert.deepEqual(await proxy.attemptFaults(), {CONNECT_REFUSED: 3})
  await proxy.quiet()
})

test('the last one that serves stays in, and half of the instances do', async t => {
  const {proxy, origins} = await three(t)
  for (const origin of origins) origin.answers(error)
  assert.equal((await ask(proxy, 40)).length, 40)
  assert.equal((await ejected(proxy)).filter(Boolean).length, 1)
  const spared = eventTexts(proxy).filter(text => /not ejected/.test(text))
  assert.equal(spared.length, 2, 'once for each of the others, however often it fails')
  assert.match(
    spared[0] ?? '',
    /^5 errors in a row, the last one a 500, not ejected: 1 of 3 are out, and no more than 50 % may be$/,
  )
  await proxy.quiet()
})

test('with two workers: who sees it acts at once, the other one hears of it', async t => {
  const {proxy, bad} = await three(t, {workers: 2})
  bad.answers(error)
  await until(async () => {
    await ask(proxy, 6)
    return (await ejected(proxy))[0] === true
  })
  // An order that was posted before an answer has been obeyed before it.
  await proxy.controller.requests.inFlight()
  const statuses = await ask(proxy, 30)
  assert.deepEqual(new Set(statuses), new Set([200]))
  await proxy.quiet()
})

test('a check that passes ends it; one that is over by itself is told, and the next one is longer', async t => {
  const {proxy, bad} = await three(t, {service: {ejection: {time: 0.2, errors: 2}}})
  bad.answers(error)
  await until(async () => {
    await ask(proxy, 3)
    return eventTexts(proxy).filter(text => /^ejected/.test(text)).length === 2
  })
  assert.ok(eventTexts(proxy).includes('no longer ejected: its time is over'))
  assert.ok(eventTexts(proxy).some(text => / \(2 times in a row\)$/.test(text)))
  await proxy.quiet()

  const checked = await three(t, {service: {tcpHealthcheck: {interval: 0.3, timeout: 0.2}}})
  checked.bad.answers(error)
  await until(async () => {
    await ask(checked.proxy, 3)
    return eventTexts(checked.proxy).some(text => /^ejected/.test(text))
  })
  await until(() => eventTexts(checked.proxy).includes('no longer ejected: a check passed'))
  await checked.proxy.quiet()
})

/** How the other one of two can go while the first is left out. */
const departures: Record<string, (proxy: TestProxy, other: RawOrigin, text: string) => Promise<unknown>> = {
  'is drained': ({controller}, {port}) =>
    controller.execute(
      {type: 'set-operator-state', service: 'api', instance: `127.0.0.1:${port}`, state: 'drain'},
      'test',
    ),
  'is given no weight': ({controller}, {port}) =>
    controller.execute(
      {type: 'set-weight', service: 'api', instance: `127.0.0.1:${port}`, weight: 0},
      'test',
    ),
  'fails its checks': (_, other) => other.stop(),
  'is taken out of the file': ({controller}, _, text) => {
    const {config} = parseConfig(text, 'test.yaml')
    assert.ok(config !== undefined)
    return controller.apply(config, 'test')
  },
}

for (const [how, leave] of Object.entries(departures))
  test(`one that is left out serves again when the only other one ${how}`, async t => {
    const [bad, other] = [await startOrigin(t), await startOrigin(t)]
    bad.answers(error)
    other.answers(ok('fine'))
    const first = {address: '127.0.0.1', port: bad.port}
    const tcpHealthcheck = {interval: 0.1, timeout: 0.1, fall: 1}
    const hosts = [first, {address: '127.0.0.1', port: other.port, tcpHealthcheck}]
    const proxy = await startProxy(t, {origins: [bad.port], service: {hosts}})
    await ask(proxy, 12)
    assert.deepEqual(await ejected(proxy), [true, false])
    bad.answers(ok('well again'))
    await leave(proxy, other, configText({origins: [bad.port], service: {hosts: [first]}}))
    await until(() => eventTexts(proxy).includes('no longer ejected: no other one could serve'))
    assert.deepEqual(await ask(proxy, 3), [200, 200, 200])
    await proxy.quiet()
  })

test('with 0 errors and 0 failures nobody is ejected', async t => {
  const {proxy, bad} = await three(t, {service: {ejection: {errors: 0, connectFailures: 0}}})
  bad.answers(error)
  await ask(proxy, 30)
  assert.deepEqual(await ejected(proxy), [false, false, false])
  await bad.stop()
  await ask(proxy, 12)
  assert.deepEqual(await ejected(proxy), [false, false, false])
  await proxy.quiet()
})
