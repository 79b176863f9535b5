/** What would become of a request: the same service and instance that a request then really gets, and nothing moved by asking. */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {run as runExplain} from '../../source/commands/explain.ts'
import {CommandFailure} from '../../source/commands/failure.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {explain} from '../../source/control/explain.ts'
import type {ExplainRequest} from '../../source/control/explanation.ts'
import {Topology} from '../../source/control/topology.ts'
import {explanationLines} from '../../source/requests/explanation-lines.ts'
import {newFolder} from '../folder.ts'
import {get, ok, startConfigured, startOrigin, startProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'

const hosts = (...ports: number[]) => ports.map(port => ({address: '127.0.0.1', port}))

const shop = [
  {name: 'web', domain: 'shop.test', hosts: hosts(1)},
  {name: 'api', domain: 'shop.test', path: '/api', hosts: hosts(2, 3), split: {to: 'next', percent: 25}},
  {name: 'next', domain: 'shop.test', path: '/api', headers: {'X-Env': 'canary'}, hosts: hosts(4)},
  {name: 'any', domain: '*', hosts: hosts(5)},
]

function ask(
  services: readonly object[],
  request: Partial<ExplainRequest> & {readonly url: string},
  more: object = {},
) {
  const {config} = parseConfig(JSON.stringify({proxy: {...more, services}}), 'f')
  assert.ok(config)
  const {limits, forwardsTrace, trustedProxies} = config
  const models = new Topology(config, 1, 0).services
  const whole = {method: 'GET', fields: [], from: '192.0.2.1', ...request}
  return explain(whole, {services: models, limits, forwardsTrace, trustedProxies, isLive: false})
}

test('which service, by which rule, and why the others not', () => {
  const {refused, routes, services} = ask(shop, {url: 'http://shop.test:8080/api/x?y'})
  assert.equal(refused, undefined)
  assert.deepEqual(
    routes.map(({service, isChosen, why}) => [service, isChosen, why]),
    [
      ['next', false, 'the request lacks x-env: canary'],
      ['api', true, 'the host is its domain, the path lies below /api; the first in order that fits'],
      ['web', false, 'it fits too, but less narrowly than the one before'],
      ['any', false, 'api comes before it and takes every request to its host'],
    ],
  )
  assert.deepEqual(
    services.map(({service, share, picked}) => [service, share, picked]),
    [
      ['api', 0.75, '127.0.0.1:2'],
      ['next', 0.25, '127.0.0.1:4'],
    ],
  )
})

test('header fields count, a Host among them; a wildcard takes what nobody else does', () => {
  const canary = ask(shop, {url: 'http://shop.test/api', fields: ['X-Env: canary']})
  assert.deepEqual(
    canary.services.map(({service}) => service),
    ['next'],
  )
  const other = ask(shop, {url: 'http://127.0.0.1:8080/', fields: ['Host: elsewhere.test']})
  assert.equal(other.services[0]?.service, 'any')
})

test('what the proxy would answer itself: by whose rule, with which status', () => {
  const [, api, next] = shop
  const codes = [
    ask(
      [api, next].map(each => each ?? {}),
      {url: 'http://shop.test/'},
    ),
    ask(
      [api, next].map(each => each ?? {}),
      {url: 'http://else.test/'},
    ),
    ask(shop, {url: 'http://shop.test/x/..;/api'}),
    ask(shop, {url: 'http://shop.test/', fields: ['Bad Name: x']}),
    ask(shop, {url: 'http://shop.test/', method: 'TRACE'}),
  ].map(({refused}) => [refused?.status, refused?.code])
  assert.deepEqual(codes, [
    [404, 'NO_ROUTE'],
    [421, 'NO_SERVICE'],
    [400, 'PATH_AMBIGUOUS'],
    [400, 'REQUEST_MALFORMED'],
    [405, 'METHOD_REFUSED'],
  ])
  assert.throws(() => ask(shop, {url: 'ftp://x/'}), /expected a URL such as/)
})

test('a split by client tells the side of this client, and a service that cannot serve gives its part back', () => {
  const sides = (from: string) => {
    const split = {to: 'b', percent: 50, by: 'client'}
    return ask(
      [
        {name: 'a', domain: 'a', hosts: hosts(1), split},
        {name: 'b', domain: 'b', hosts: hosts(2)},
      ],
      {url: 'http://a/', from},
    ).services.map(({service}) => service)
  }
  const all = Array.from({length: 40}, (_, index) => sides(`192.0.2.${index}`).join())
  assert.deepEqual([...new Set(all)].sort(), ['a', 'b'])
  const idle = {name: 'b', domain: 'b', hosts: [{address: '127.0.0.1', port: 2, weight: 0}]}
  const given = ask([{name: 'a', domain: 'a', hosts: hosts(1), split: {to: 'b', percent: 50}}, idle], {
    url: 'http://a/',
  })
  assert.deepEqual(
    given.services.map(({service, share}) => [service, share]),
    [['a', 1]],
  )
  assert.match(given.services[0]?.why ?? '', /b could take none of its requests now/)
})

test('what is drawn is told exactly, not as a sample happens to fall', () => {
  for (const [lbPolicy, weights, expected] of [
    ['RANDOM', [3, 1, 1], [60, 20, 20]],
    ['RANDOM', [1, 1, 1, 1, 1, 1, 1], Array(7).fill(14)],
    ['ROUND_ROBIN', [5, 1], [83, 17]],
    ['POWER_OF_TWO', [1, 1], [50, 50]],
  ] as const) {
    const hosts = weights.map((weight, index) => ({address: 'x', port: index + 1, weight}))
    const [service] = ask([{name: 'a', domain: 'a', lbPolicy, hosts}], {url: 'http://a/'}).services
    assert.deepEqual(
      service?.instances.map(({share}) => Math.round(share * 100)),
      expected,
      lbPolicy,
    )
  }
})

test('shares follow weights; backups and weight 0 are passed over, and why is said', () => {
  const services = [
    {
      name: 'a',
      domain: 'a',
      hosts: [
        {address: 'x', port: 1, weight: 3},
        {address: 'x', port: 2},
        {address: 'x', port: 3, weight: 0},
        {address: 'x', port: 4, backup: true},
      ],
    },
  ]
  const [a] = ask(services, {url: 'http://a/'}).services
  assert.deepEqual(
    a?.instances.map(({instance, share, skipped}) => [instance, Math.round(share * 100), skipped]),
    [
      ['x:1', 75, undefined],
      ['x:2', 25, undefined],
      ['x:3', 0, 'weight 0'],
      ['x:4', 0, 'backup, others can serve'],
    ],
  )
  const [drawn] = ask([{...services[0], lbPolicy: 'RANDOM'}], {url: 'http://a/'}).services
  assert.equal(drawn?.picked, undefined)
  assert.match(
    explanationLines(ask([{...services[0], lbPolicy: 'RANDOM'}], {url: 'http://a/'})).join('\n'),
    /a: it is drawn/,
  )
})

async function running(t: TestContext, lbPolicy: string) {
  const origins = [await startOrigin(t), await startOrigin(t), await startOrigin(t)]
  for (const origin of origins) origin.answers(ok('hello', 'Connection: close'))
  const proxy = await startConfigured(
    t,
    JSON.stringify({
      proxy: {
        listen: {address: '127.0.0.1', port: 0},
        workers: 2,
        services: [
          {name: 'api', domain: 'api.test', lbPolicy, hosts: hosts(...origins.map(({port}) => port))},
        ],
      },
    }),
  )
  const question = {method: 'GET', url: 'http://api.test/', fields: [], from: '127.0.0.1'}
  const send = async () => {
    const before = origins.map(({connections}) => connections.length)
    const client = proxy.client()
    client.send(get('/', 'Connection: close'))
    await client.closed
    const at = origins.findIndex(({connections}, index) => connections.length > (before[index] ?? 0))
    return `127.0.0.1:${origins[at]?.port}`
  }
  return {proxy, origins, question, send}
}

for (const policy of ['ROUND_ROBIN', 'IP_HASH', 'FIRST']) {
  test(`${policy}: the request then goes where it was said, however often it was asked before`, async t => {
    const {proxy, question, send} = await running(t, policy)
    for (let time = 0; time < 5; time++) {
      await proxy.controller.explain(question)
      const {services} = await proxy.controller.explain(question)
      assert.ok(services[0]?.picked)
      assert.equal(services[0].picked, await send())
    }
  })
}

test('a proxy that runs knows who drains; with nobody left it says 503', async t => {
  const {proxy, origins, question} = await running(t, 'ROUND_ROBIN')
  const [first] = origins
  const set = (instance: string, state: 'drain' | 'maintenance') =>
    proxy.controller.execute({type: 'set-operator-state', service: 'api', instance, state}, 'test')
  await set(`127.0.0.1:${first?.port}`, 'drain')
  const one = await proxy.controller.explain(question)
  assert.equal(one.isLive, true)
  assert.deepEqual(
    one.services[0]?.instances.map(({skipped}) => skipped),
    ['drain', undefined, undefined],
  )
  for (const {port} of origins) await set(`127.0.0.1:${port}`, 'maintenance')
  const none = await proxy.controller.explain(question)
  assert.deepEqual([none.refused?.code, none.refused?.status], ['NO_INSTANCE', 503])
  assert.match(explanationLines(none).join('\n'), /passed over: maintenance/)
})

test('the command answers from a file, in words or as JSON, and says what is wrong with file or question', async t => {
  const folder = newFolder(t)
  const file = join(folder, 'shop.yaml')
  writeFileSync(file, JSON.stringify({proxy: {services: shop}}))
  const run = async (url: string, json = false, path = file) => {
    let out = ''
    const write = (text: string) => {
      out += text
    }
    const options = {from: '192.0.2.1', ...(json ? {json: true as const} : {})}
    try {
      const code = await runExplain({command: 'explain', args: [path, 'GET', url], options, output: {write}})
      return {code, out, err: ''}
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error
      return {code: error.code, out, err: error.message}
    }
  }
  const words = await run('http://shop.test/')
  assert.equal(words.code, 0)
  assert.match(
    words.out,
    /^GET http:\/\/shop\.test\/ from 192\.0\.2\.1\n[\s\S]*\n {2}> web \(shop\.test\): the host is its domain/,
  )
  assert.match(words.out, /web: 127\.0\.0\.1:1 is next \(from the file: all are taken to be up and idle\)/)
  assert.equal(JSON.parse((await run('http://shop.test/', true)).out).services[0].service, 'web')
  assert.deepEqual(await run('shop'), {
    code: 2,
    out: '',
    err: 'expected a URL such as http://shop.example/cart',
  })
  writeFileSync(file, 'proxy: {}')
  const wrong = await run('http://shop.test/')
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /shop\.yaml:1:\d+: /)
})

test('behind a trusted proxy it is the client that the proxy saw; what a stranger claims is not believed', () => {
  const asked = (from: string) =>
    ask(
      shop,
      {url: 'http://shop.test/', from, fields: ['X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.0.0.2']},
      {trustedProxies: ['10.0.0.0/8']},
    )
  assert.equal(asked('10.0.0.1').client, '198.51.100.7')
  assert.match(explanationLines(asked('10.0.0.1'))[0] ?? '', /from 10\.0\.0\.1, for 198\.51\.100\.7 by X-F/)
  assert.equal(asked('192.0.2.1').client, '192.0.2.1')
})

test('a cookie that the proxy signed leads to its instance, also while that drains; another one does not', async t => {
  const origins = [await startOrigin(t), await startOrigin(t)]
  for (const origin of origins) origin.answers(ok('hello', 'Connection: close'))
  const ports = origins.map(({port}) => port)
  const proxy = await startProxy(t, {origins: ports, service: {stickyCookie: {name: 'at'}}})
  const client = proxy.client()
  client.send(get('/', 'Connection: close'))
  await client.closed
  const cookie = /set-cookie: (at=[^;]*)/i.exec(client.text)?.[1] ?? ''
  const at = `127.0.0.1:${origins.find(({connections}) => connections.length > 0)?.port}`
  const explained = async (value: string) => {
    const fields = [`Cookie: other=1; ${value}`]
    const found = await proxy.controller.explain({
      method: 'GET',
      url: 'http://api.test/',
      fields,
      from: '127.0.0.1',
    })
    return found.services[0]
  }
  for (let time = 0; time < 3; time++) {
    const bound = await explained(cookie)
    assert.deepEqual([bound?.picked, bound?.why], [at, `its cookie names ${at}`])
  }
  const forged = await explained(`${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`)
  assert.doesNotMatch(forged?.why ?? '', /cookie/)
  const set = (state: 'drain' | 'maintenance') =>
    proxy.controller.execute({type: 'set-operator-state', service: 'api', instance: at, state}, 'test')
  await set('drain')
  assert.equal((await explained(cookie))?.picked, at)
  await set('maintenance')
  const away = await explained(cookie)
  assert.notEqual(away?.picked, at)
  assert.match(away?.why ?? '', /, which is passed over: maintenance; /)
})

test('where nobody has room it says that the request waits, or that too many do already', async t => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, {origins: [origin.port], service: {queue: 1, maxConnections: 1}})
  const explained = () =>
    proxy.controller.explain({method: 'GET', url: 'http://api.test/', fields: [], from: '127.0.0.1'})
  const at = `127.0.0.1:${origin.port}`
  assert.equal((await explained()).services[0]?.picked, at)
  proxy.client().send(get('/'))
  await until(() => origin.connections.length === 1)
  const waits = await explained()
  assert.equal(waits.refused, undefined)
  assert.equal(waits.services[0]?.queue, 'waits')
  assert.match(explanationLines(waits).join('\n'), /passed over: full: 1 of 1 in flight/)
  proxy.client().send(get('/'))
  await until(() => proxy.controller.snapshot().services[0]?.queued === 1)
  const full = await explained()
  assert.deepEqual([full.refused?.code, full.services[0]?.queue], ['QUEUE_FULL', 'full'])
})

test('of instances by PEAK_EWMA, one of which nothing is known is next, as it then is', async t => {
  const origins = [await startOrigin(t), await startOrigin(t), await startOrigin(t)]
  for (const origin of origins) origin.answers(ok())
  const ports = origins.map(({port}) => port)
  const proxy = await startProxy(t, {origins: ports, service: {lbPolicy: 'PEAK_EWMA'}})
  const asked = async () => {
    const client = proxy.client()
    client.send(get('/', 'Connection: close'))
    await client.closed
    return (await proxy.records(++count)).toSorted((one, other) => one.at - other.at).at(-1)?.attempts[0]
      ?.instance
  }
  let count = 0
  const met = [await asked(), await asked()]
  const unknown = ports.map(port => `127.0.0.1:${port}`).filter(key => !met.includes(key))
  assert.equal(unknown.length, 1, 'the first two requests went to two of them')
  const question = {method: 'GET', url: 'http://api.test/', fields: [], from: '127.0.0.1'}
  const {services} = await proxy.controller.explain(question)
  assert.equal(services[0]?.picked, unknown[0])
  assert.equal(await asked(), unknown[0])
  await proxy.quiet()
})

test('in turn, but drawn while one of them is full, as requests then are', async t => {
  const origins = [await startOrigin(t), await startOrigin(t), await startOrigin(t)]
  const [full] = origins.map(({port}) => port)
  const all = origins.map(({port}) => ({
    address: '127.0.0.1',
    port,
    ...(port === full ? {maxConnections: 1} : {}),
  }))
  const proxy = await startProxy(t, {origins: [1], service: {hosts: all}})
  const explained = async () => {
    const request = {method: 'GET', url: 'http://api.test/', fields: [], from: '127.0.0.1'}
    return (await proxy.controller.explain(request)).services[0]
  }
  const before = await explained()
  assert.equal(before?.picked, `127.0.0.1:${full}`)
  assert.match(before?.why ?? '', /ROUND_ROBIN: its turn is next/)
  const client = proxy.client()
  client.send(get())
  const held = await origins[0]?.asked()
  const after = await explained()
  assert.equal(after?.picked, undefined)
  assert.match(after?.why ?? '', /ROUND_ROBIN: while one of them is full, the others are drawn by weight/)
  assert.deepEqual(
    after?.instances.map(({share}) => Math.round(share * 100)),
    [0, 50, 50],
  )
  held?.send(ok())
  await client.has(/hello$/)
  client.end()
  await proxy.quiet()
})
