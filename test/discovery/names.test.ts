/** Instances by name: followed within their TTL, spread over addresses, and kept when nobody answers. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {get, ok, startConfigured, startOrigin, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {DnsResponder} from './dns-responder.ts'

interface Shape {
  readonly dns: DnsResponder
  readonly service: Record<string, unknown>
  readonly resolver?: Record<string, unknown>
}

function startProxy(t: TestContext, {dns, service, resolver}: Shape): Promise<TestProxy> {
  const text = {
    listen: {address: '127.0.0.1', port: 0},
    workers: 1,
    resolver: {servers: dns.server, minTtl: '50ms', ...resolver},
    services: [{name: 'api', domain: 'api.test', ...service}],
  }
  return startConfigured(t, JSON.stringify({proxy: text}))
}

async function keys(proxy: TestProxy): Promise<readonly string[]> {
  return (await proxy.snapshot()).services[0]?.instances.map(({key}) => key) ?? []
}

async function sources(proxy: TestProxy) {
  return (await proxy.snapshot()).services[0]?.sources ?? []
}

function says(proxy: TestProxy, pattern: RegExp): boolean {
  return proxy.controller.events.events.some(({text}) => pattern.test(text))
}

const hosts = [{address: 'api.internal.test', port: 8080}]

test('a name stands for all of its addresses, from the start on', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('api.internal.test A', [{a: '127.0.0.2'}, {a: '127.0.0.1'}])
  const proxy = await startProxy(t, {dns, service: {hosts}})
  assert.deepEqual(await keys(proxy), ['127.0.0.1:8080', '127.0.0.2:8080'])
  const [first] = (await proxy.snapshot()).services[0]?.instances ?? []
  assert.equal(first?.name, 'api.internal.test')
  const [source] = await sources(proxy)
  assert.equal(source?.count, 2)
  assert.equal(source?.problem, undefined)
  assert.ok(Math.abs((source?.answeredAt ?? 0) - Date.now()) < 60_000)
})

test('other addresses are used within the TTL; what goes finishes what it has', async t => {
  const dns = await DnsResponder.start(t)
  const origin = await startOrigin(t)
  dns.answers.set('api.internal.test A', [{a: '127.0.0.1', ttl: 0}])
  const service = {hosts: [{address: 'api.internal.test', port: origin.port}]}
  const proxy = await startProxy(t, {dns, service})
  const client = proxy.client()
  client.send(get())
  const held = await origin.asked()
  dns.answers.set('api.internal.test A', [{a: '127.0.0.3', ttl: 0}])
  await until(async () => (await keys(proxy)).join() === `127.0.0.3:${origin.port}`)
  assert.ok(says(proxy, /api\.internal\.test stands for 1: new 127\.0\.0\.3; gone 127\.0\.0\.1/))
  held.send(ok())
  await client.has(/hello$/)
  client.end()
  await proxy.quiet()
})

test('an address that stays keeps its counters and its operator state', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('api.internal.test A', [{a: '127.0.0.1', ttl: 0}])
  const proxy = await startProxy(t, {dns, service: {hosts}})
  const instance = '127.0.0.1:8080'
  await proxy.controller.execute(
    {type: 'set-operator-state', service: 'api', instance, state: 'drain'},
    'test',
  )
  dns.answers.set('api.internal.test A', [
    {a: '127.0.0.1', ttl: 0},
    {a: '127.0.0.2', ttl: 0},
  ])
  await until(async () => (await keys(proxy)).length === 2)
  const [first, second] = (await proxy.snapshot()).services[0]?.instances ?? []
  assert.equal(first?.operator, 'drain')
  assert.equal(second?.operator, 'ready')
})

for (const [how, answer, words] of [
  ['a name that is gone', 'nxdomain', 'there is no such name'],
  ['a server that fails', 'servfail', 'the name server failed'],
  ['an empty answer', [], 'it has no addresses'],
] as const) {
  test(`${how}: the last good answer holds, which is said, and an answer ends it`, async t => {
    const dns = await DnsResponder.start(t)
    const good = [{a: '127.0.0.1', ttl: 0}]
    dns.answers.set('api.internal.test A', good)
    const proxy = await startProxy(t, {dns, service: {hosts}})
    if (answer === 'nxdomain') dns.answers.set('api.internal.test AAAA', 'nxdomain')
    dns.answers.set('api.internal.test A', answer)
    await until(async () => (await sources(proxy))[0]?.problem === words)
    assert.deepEqual(await keys(proxy), ['127.0.0.1:8080'])
    assert.ok(says(proxy, new RegExp(`^api\\.internal\\.test: ${words}; the last answer holds \\(1\\)$`)))
    dns.answers.set('api.internal.test A', good)
    await until(async () => (await sources(proxy))[0]?.problem === undefined)
    assert.ok(says(proxy, /^api\.internal\.test answers again$/))
  })
}

for (const [family, known] of [
  ['ipv4', ['127.0.0.1:8080']],
  ['both', ['127.0.0.1:8080', '[::1]:8080']],
] as const)
  test(`${family}: addresses of one kind are not gone because the server fails to tell them, while it tells the other kind`, async t => {
    const dns = await DnsResponder.start(t)
    dns.answers.set('api.internal.test A', [{a: '127.0.0.1', ttl: 0}])
    dns.answers.set('api.internal.test AAAA', [{aaaa: '::1', ttl: 0}])
    const proxy = await startProxy(t, {dns, service: {hosts}, resolver: {family}})
    assert.deepEqual(await keys(proxy), known)
    dns.answers.set('api.internal.test A', 'servfail')
    await until(async () => (await sources(proxy))[0]?.problem === 'the name server failed')
    assert.deepEqual(await keys(proxy), known)
    dns.answers.set('api.internal.test A', [])
    await until(async () => (await keys(proxy)).join() === '[::1]:8080')
  })

test('where the server fails to tell one kind of addresses from the start on, those of the other kind are used', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('api.internal.test A', [{a: '127.0.0.1'}])
  dns.answers.set('api.internal.test AAAA', 'servfail')
  const proxy = await startProxy(t, {dns, service: {hosts}, resolver: {family: 'both'}})
  assert.deepEqual(await keys(proxy), ['127.0.0.1:8080'])
})

test('a name of which nothing is known yet stays as it is, until there is an answer', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('api.internal.test A', 'servfail')
  dns.answers.set('api.internal.test AAAA', 'servfail')
  const proxy = await startProxy(t, {dns, service: {hosts}})
  assert.deepEqual(await keys(proxy), ['api.internal.test:8080'])
  dns.answers.set('api.internal.test A', [{a: '127.0.0.7'}])
  await until(async () => (await keys(proxy)).join() === '127.0.0.7:8080')
})

test('an alias is followed; an answer too long for a datagram is asked for by TCP', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('api.internal.test A', [{cname: 'real.test'}, {a: '127.0.0.4', of: 'real.test'}])
  dns.answers.set('long.test A', 'truncated')
  const two = [...hosts, {address: 'long.test', port: 80}]
  const proxy = await startProxy(t, {dns, service: {hosts: two}})
  assert.deepEqual(await keys(proxy), ['127.0.0.4:8080', '127.0.0.9:80'])
  assert.ok(dns.asked.includes('long.test A tcp'))
})

test('IPv4 where there is any, unless asked otherwise', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('api.internal.test A', [{a: '127.0.0.1'}])
  dns.answers.set('api.internal.test AAAA', [{aaaa: '::1'}])
  dns.answers.set('six.test AAAA', [{aaaa: 'fd00::1:2'}])
  const two = [...hosts, {address: 'six.test', port: 80}]
  const expected = {
    ipv4: ['127.0.0.1:8080', '[fd00::1:2]:80'],
    ipv6: ['[::1]:8080', '[fd00::1:2]:80'],
    both: ['127.0.0.1:8080', '[::1]:8080', '[fd00::1:2]:80'],
  }
  for (const [family, wanted] of Object.entries(expected)) {
    const proxy = await startProxy(t, {dns, service: {hosts: two}, resolver: {family}})
    assert.deepEqual(await keys(proxy), wanted)
  }
})

test('localhost is the machine itself, whatever the name server says', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('localhost A', [{a: '10.0.0.1'}])
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startProxy(t, {dns, service: {hosts: [{address: 'localhost', port: origin.port}]}})
  assert.deepEqual(await keys(proxy), [`127.0.0.1:${origin.port}`])
  const client = proxy.client()
  client.send(get())
  await client.has(/hello$/)
  client.end()
  assert.deepEqual(dns.asked, [])
})

test('service records say ports, weights, and who stands by', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('_http._tcp.test SRV', [
    {srv: [10, 60, 8001, 'one.test']},
    {srv: [10, 20, 8002, 'two.test']},
    {srv: [20, 0, 8003, 'three.test']},
  ])
  for (const [index, name] of ['one', 'two', 'three'].entries())
    dns.answers.set(`${name}.test A`, [{a: `127.0.0.${index + 1}`}])
  const service = {discover: {srv: '_http._tcp.test'}, lbPolicy: 'WEIGHTED_ROUND_ROBIN'}
  const proxy = await startProxy(t, {dns, service})
  const {instances = [], sources: from = []} = (await proxy.snapshot()).services[0] ?? {}
  assert.deepEqual(
    instances.map(({key, weight, backup}) => [key, weight, backup]),
    [
      ['127.0.0.1:8001', 60, false],
      ['127.0.0.2:8002', 20, false],
      ['127.0.0.3:8003', 1, true],
    ],
  )
  assert.deepEqual(
    from.map(({kind, name, count}) => [kind, name, count]),
    [
      ['srv', '_http._tcp.test', 3],
      ['name', 'one.test', 1],
      ['name', 'two.test', 1],
      ['name', 'three.test', 1],
    ],
  )
})

test('service records change: ports and targets follow, and the names of new ones', async t => {
  const dns = await DnsResponder.start(t)
  dns.answers.set('_http._tcp.test SRV', [{srv: [1, 1, 8001, 'one.test']}])
  dns.answers.set('one.test A', [{a: '127.0.0.1'}])
  dns.answers.set('two.test A', [{a: '127.0.0.2'}])
  const service = {discover: {srv: '_http._tcp.test'}}
  const proxy = await startProxy(t, {dns, service, resolver: {maxTtl: '100ms'}})
  assert.deepEqual(await keys(proxy), ['127.0.0.1:8001'])
  dns.answers.set('_http._tcp.test SRV', [{srv: [1, 1, 9001, 'two.test']}])
  await until(async () => (await keys(proxy)).join() === '127.0.0.2:9001')
})
