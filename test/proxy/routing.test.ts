/** Several services on one domain, told apart by path and header fields; and a split that moves while it runs. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {type Cleanups, get, ok, startConfigured, startOrigin, type TestProxy} from './harness.ts'

/** A service for each entry, with an origin that answers with the service's name. */
async function startServices(
  t: Cleanups,
  services: Readonly<Record<string, object>>,
  settings: object = {},
): Promise<{proxy: TestProxy; text: string}> {
  const described = []
  for (const [name, rules] of Object.entries(services)) {
    const origin = await startOrigin(t)
    origin.answers(ok(name))
    described.push({name, domain: 'api.test', hosts: [{address: '127.0.0.1', port: origin.port}], ...rules})
  }
  const text = JSON.stringify({proxy: {listen: {port: 0}, workers: 1, services: described, ...settings}})
  return {proxy: await startConfigured(t, text), text}
}

async function answerTo(proxy: TestProxy, request: string): Promise<string> {
  const answer = await proxy.exchange(request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
  const status = answer.slice(9, 12)
  return status === '200' ? answer.slice(answer.indexOf('\r\n\r\n') + 4) : status
}

test('paths and header fields decide between services of one domain, on one connection too', async t => {
  const {proxy} = await startServices(t, {
    web: {},
    api: {path: '/api'},
    canary: {path: '/api', headers: {'X-Env': 'canary'}},
  })
  const client = proxy.client()
  for (const [request, body] of [
    [get('/'), 'web'],
    [get('/api/x'), 'api'],
    [get('/api/x', 'X-Env: canary'), 'canary'],
    [get('/apix'), 'web'],
    [get('/%61pi'), 'api'],
  ] as const) {
    client.text = ''
    client.send(request)
    await client.has(`\r\n\r\n${body}`)
  }
  client.end()
  await proxy.quiet()
})

test('a path for nobody is a 404, another host a 421, a path in two readings a 400; each is recorded as what it is', async t => {
  const {proxy} = await startServices(t, {api: {path: '/api'}, admin: {path: '/admin'}})
  assert.equal(await answerTo(proxy, get('/other')), '404')
  assert.equal(await answerTo(proxy, get('/').replace('api.test', 'other.test')), '421')
  assert.equal(await answerTo(proxy, get('/api/..%2fadmin')), '400')
  assert.equal(await answerTo(proxy, get('/api/../admin')), '400')
  await proxy.recorded('NO_ROUTE', 'NO_SERVICE', 'PATH_AMBIGUOUS', 'PATH_AMBIGUOUS')
  const {requests} = await proxy.controller.requests.since(undefined, 10)
  assert.deepEqual(
    requests.map(({service}) => service),
    [undefined, undefined, undefined, undefined],
  )
  await proxy.quiet()
})

test('the target goes on as it came, whatever was read into it', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok('x'))
  const hosts = [{address: '127.0.0.1', port: origin.port}]
  const services = [{name: 'a', domain: 'api.test', path: '/api', hosts}]
  const proxy = await startConfigured(t, JSON.stringify({proxy: {listen: {port: 0}, services}}))
  assert.equal(await answerTo(proxy, get('/%61pi//x;y/%2f?q=/..')), 'x')
  assert.match(origin.text, /^GET \/%61pi\/\/x;y\/%2f\?q=\/\.\. HTTP\/1\.1\r\n/)
})

test('a reload with other paths decides anew, on a connection that stays', async t => {
  const {proxy, text} = await startServices(t, {web: {}, api: {path: '/api'}})
  const client = proxy.client()
  client.send(get('/v2'))
  await client.has('\r\n\r\nweb')
  const {config} = parseConfig(text.replace('"/api"', '"/v2"'), 'test.yaml')
  assert.ok(config)
  assert.ok((await proxy.controller.apply(config, 'test')).ok)
  client.send(get('/v2'))
  await client.has('\r\n\r\napi')
  client.end()
  await proxy.quiet()
})

/** How many of so many requests went to `canary`, four connections at a time. */
async function across(proxy: TestProxy, count: number): Promise<number> {
  const one = async () => {
    const client = proxy.client()
    let canaries = 0
    for (let n = 0; n < count / 4; n++) {
      client.text = ''
      client.send(get('/'))
      await client.has(/\r\n\r\n(api|canary)$/)
      if (client.text.endsWith('canary')) canaries++
    }
    client.end()
    return canaries
  }
  const counts = await Promise.all([one(), one(), one(), one()])
  return counts.reduce((sum, each) => sum + each, 0)
}

test('a split gives its share away, moves at a command, and is taken back; the record says who served', async t => {
  const {proxy} = await startServices(
    t,
    {api: {split: {to: 'canary', percent: 30}}, canary: {domain: 'canary.test'}},
    {workers: 2},
  )
  const {controller} = proxy
  const some = await across(proxy, 400)
  // Chi-square with one degree of freedom, p = 0.0001: once in ten thousand runs.
  assert.ok((some - 120) ** 2 / 120 + (some - 120) ** 2 / 280 < 15.14, `${some} of 400`)
  const requests = await proxy.records(400)
  assert.equal(requests.filter(({service}) => service === 'canary').length, some)
  for (const {service, splitFrom} of requests)
    assert.equal(splitFrom, service === 'canary' ? 'api' : undefined)

  const outcome = await controller.execute({type: 'set-split', service: 'api', percent: 100}, 'test')
  assert.deepEqual(outcome, {
    ok: true,
    message: 'api: 30 % → 100 % to canary',
    undo: {type: 'set-split', service: 'api', percent: 30},
  })
  assert.equal(await across(proxy, 40), 40)
  assert.deepEqual((await proxy.snapshot()).services[0]?.split, {to: 'canary', percent: 100, by: 'request'})

  await controller.execute({type: 'set-split', service: 'api', percent: 0}, 'test')
  assert.equal(await across(proxy, 40), 0)
  await proxy.quiet()
})

test('the other service without an instance that could answer gives its share back', async t => {
  const {proxy} = await startServices(t, {
    api: {split: {to: 'canary', percent: 100}},
    canary: {domain: 'canary.test'},
  })
  assert.equal(await answerTo(proxy, get('/')), 'canary')
  const [, canary] = proxy.controller.snapshot().services
  const instance = canary?.instances[0]?.key ?? ''
  await proxy.controller.execute(
    {type: 'set-operator-state', service: 'canary', instance, state: 'drain'},
    'test',
  )
  assert.equal(await answerTo(proxy, get('/')), 'api')
  await proxy.quiet()
})

test('a split that cannot be set says why, and a reload keeps what was set until the file says otherwise', async t => {
  const {proxy, text} = await startServices(t, {
    api: {split: {to: 'canary', percent: 0, by: 'client'}},
    canary: {domain: 'canary.test'},
  })
  const {controller} = proxy
  const set = (service: string, percent: number) =>
    controller.execute({type: 'set-split', service, percent}, 'test')
  assert.match((await set('none', 1)).message, /there is no service none/)
  assert.match((await set('canary', 1)).message, /canary has no split/)
  for (const percent of [-1, 101, 1.5, Number.NaN]) assert.equal((await set('api', percent)).ok, false)
  assert.ok((await set('api', 100)).ok)
  const apply = async (changed: string) => {
    const {config} = parseConfig(changed, 'test.yaml')
    assert.ok(config)
    assert.ok((await controller.apply(config, 'test')).ok)
  }
  await apply(text.replace('"listen"', '"trace":"forward","listen"'))
  assert.equal(await answerTo(proxy, get('/')), 'canary')
  await apply(text.replace('"percent":0', '"percent":0,"by":"request"').replace(',"by":"client"', ''))
  assert.equal(await answerTo(proxy, get('/')), 'api')
})
