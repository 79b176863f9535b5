/** Stickiness through the real proxy, two workers: a client goes back where its cookie says, and no further. */
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import {parseConfig} from '../../source/config/parse.ts'
import {startController} from '../proxy/harness.ts'
import {cleanupOf, serviceYaml} from './binary.ts'

/** Three instances that set a cookie of their own and say their place. */
async function proxied(t: TestContext, more = '{}', trusted = false) {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    [0, 1, 2].map(async place => {
      const server = createServer((request, response) => {
        response.setHeader('Set-Cookie', 'own=1')
        response.setHeader('X-Cookie', request.headers.cookie ?? '')
        response.writeHead(request.url === '/fail' ? 500 : 200).end(String(place))
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      cleanup.after(() => {
        server.closeAllConnections()
        server.close()
      })
      return (server.address() as AddressInfo).port
    }),
  )
  const yaml = serviceYaml(0, ports, `, stickyCookie: ${more}`)
  const parsed = parseConfig(yaml, 'test.yaml').config
  assert.ok(parsed)
  const config = {...parsed, workers: 2, trustedProxies: trusted ? ['127.0.0.1'] : []}
  const controller = await startController(cleanup, {config, configName: 'test.yaml'})
  const pool = new Pool(`http://127.0.0.1:${controller.address.port}`, {connections: 8})
  cleanup.after(() => pool.close())
  const ask = async (cookie = '', path = '/', headers: Readonly<Record<string, string>> = {}) => {
    const answer = await pool.request({
      path,
      method: 'GET',
      headers: {host: 'api.test', ...(cookie === '' ? {} : {cookie}), ...headers},
    })
    const given = [answer.headers['set-cookie'] ?? []].flat()
    return {
      place: Number(await answer.body.text()),
      seen: answer.headers['x-cookie'],
      own: given.filter(line => line.startsWith('own=')),
      line: given.find(line => !line.startsWith('own=')),
      cookie: given.find(line => !line.startsWith('own='))?.split(';')[0] ?? '',
    }
  }
  const many = (cookie: string) => Promise.all(Array.from({length: 12}, () => ask(cookie)))
  const set = (place: number, state: 'drain' | 'maintenance' | 'ready') =>
    controller.execute(
      {type: 'set-operator-state', service: 'api', instance: `127.0.0.1:${ports[place]}`, state},
      'test',
    )
  return {controller, config, ask, many, set}
}

async function eventually(look: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round++) if (await look()) return
  assert.fail('it never came about')
}

test('the first answer binds the client, the next ones go there over both workers and give no cookie again', async t => {
  const {ask, many} = await proxied(t)
  const first = await ask()
  assert.match(first.line ?? '', /^revproxy=[0-9a-f]+\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  assert.deepEqual(first.own, ['own=1'])
  for (const answer of await many(`a=b; ${first.cookie}; c=d`)) {
    assert.equal(answer.place, first.place)
    assert.equal(answer.line, undefined)
    assert.deepEqual(answer.own, ['own=1'])
    assert.equal(answer.seen, `a=b; ${first.cookie}; c=d`)
  }
  const places = new Set((await many('')).map(({place}) => place))
  assert.equal(places.size, 3)
})

test('a cookie that we did not sign is worth nothing, and is replaced', async t => {
  const {ask, many} = await proxied(t)
  const {cookie} = await ask()
  const [id = '', signature = ''] = cookie.split('.')
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
  for (const bad of [
    `${id}.${flipped}`,
    `${id}.`,
    `${id}.${signature}x`,
    'revproxy=',
    'revproxy=.',
    `x${cookie}`,
  ]) {
    const answers = await many(bad)
    assert.ok(new Set(answers.map(({place}) => place)).size > 1, `${bad} binds`)
    assert.ok(
      answers.every(({line}) => line !== undefined),
      bad,
    )
  }
})

test('while its instance drains a client goes on, others do not come; in maintenance it is bound to another one', async t => {
  const {ask, many, set} = await proxied(t)
  const {cookie, place} = await ask()
  await set(place, 'drain')
  await eventually(async () => (await many('')).every(answer => answer.place !== place))
  for (const answer of await many(cookie)) assert.equal(answer.place, place)
  await set(place, 'maintenance')
  await eventually(async () => (await many(cookie)).every(answer => answer.place !== place))
  const next = await ask(cookie)
  assert.notEqual(next.cookie, '')
  for (const answer of await many(next.cookie)) assert.equal(answer.place, next.place)
})

test('a reload keeps cookies good, and so does another start with the same secret', async t => {
  const {controller, config, ask, many} = await proxied(t)
  const {cookie, place} = await ask()
  assert.ok(
    (await controller.apply({...config, timeouts: {...config.timeouts, clientIdleMs: 12_345}}, 'test')).ok,
  )
  for (const answer of await many(cookie)) assert.equal(answer.place, place)
})

test('an error binds nobody; name, age and Secure are as asked for', async t => {
  const {ask} = await proxied(t, '{name: LB-Id, maxAge: 1h, secret: "0123456789abcdef"}', true)
  assert.equal((await ask('', '/fail')).line, undefined)
  assert.match((await ask()).line ?? '', /^LB-Id=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/)
  const secure = await ask('', '/', {'x-forwarded-proto': 'https'})
  assert.match(secure.line ?? '', /; Max-Age=3600; Secure$/)
})

test('a short secret is a finding', () => {
  const {findings} = parseConfig(serviceYaml(0, [1], ', stickyCookie: {secret: short}'), 'test.yaml')
  assert.match(findings?.[0]?.message ?? '', /secret is .*; expected a text of 16 to 1000/)
})

test('the record says that the cookie decided', async t => {
  const {controller, ask} = await proxied(t)
  const {cookie} = await ask()
  await ask(cookie)
  await eventually(async () => {
    const {requests} = await controller.requests.since(undefined, 10)
    return requests.length === 2 && requests.filter(({sticky}) => sticky).length === 1
  })
})
