/** Which service a request is for: precedence, fields, and paths that nobody gets round. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {RequestHead, readRequestHead} from '../../source/http1/request-head.ts'
import {headerRule} from '../../source/routing/header-rule.ts'
import {RouteTable, type RoutingRules, routed} from '../../source/routing/routes.ts'

function request(target: string, ...fields: string[]): RequestHead {
  const head = new RequestHead()
  const method = target === '*' ? 'OPTIONS' : 'GET'
  const text = `${[`${method} ${target} HTTP/1.1`, 'Host: a.test', ...fields].join('\r\n')}\r\n\r\n`
  readRequestHead(text, {requestLine: 8192, head: 32_768, fields: 100}, head)
  return head
}

type Draft = Partial<Omit<RoutingRules, 'headers'>> & {readonly headers?: Readonly<Record<string, string>>}

function table(services: Readonly<Record<string, Draft>>): RouteTable<string> {
  return new RouteTable(
    Object.entries(services).map(([service, {domains = ['a.test'], paths = ['/'], headers = {}}]) => ({
      service,
      rules: {
        domains,
        paths,
        headers: Object.entries(headers).map(([name, value]) => headerRule(name, value)),
      },
    })),
  )
}

function serviceFor(services: RouteTable<string>, host: string, target: string, ...fields: string[]): string {
  const found = routed(services.routesFor(host), request(target, ...fields))
  return typeof found === 'string' ? found : found.service
}

test('an exact name wins over the longest wildcard, that over a shorter one, that over *', () => {
  const services = table({
    any: {domains: ['*']},
    short: {domains: ['*.test']},
    long: {domains: ['*.b.test']},
    exact: {domains: ['a.b.test']},
  })
  assert.equal(serviceFor(services, 'a.b.test', '/'), 'exact')
  assert.equal(serviceFor(services, 'x.b.test', '/'), 'long')
  assert.equal(serviceFor(services, 'b.test', '/'), 'short')
  assert.equal(serviceFor(services, 'test', '/'), 'any')
  assert.equal(serviceFor(services, '', '/'), 'any')
  assert.equal(serviceFor(table({exact: {domains: ['b.test']}}), 'c.test', '/'), 'NO_SERVICE')
})

test('the longest path wins, in whatever order the file has them', () => {
  const drafts: Record<string, Draft> = {
    all: {},
    api: {paths: ['/api', '/rest']},
    v2: {paths: ['/api/v2']},
  }
  for (const order of [
    ['all', 'api', 'v2'],
    ['v2', 'all', 'api'],
  ]) {
    const services = table(Object.fromEntries(order.map(name => [name, drafts[name] ?? {}])))
    assert.equal(serviceFor(services, 'a.test', '/'), 'all')
    assert.equal(serviceFor(services, 'a.test', '/apix'), 'all')
    assert.equal(serviceFor(services, 'a.test', '/api'), 'api')
    assert.equal(serviceFor(services, 'a.test', '/api?/api/v2'), 'api')
    assert.equal(serviceFor(services, 'a.test', '/rest/x'), 'api')
    assert.equal(serviceFor(services, 'a.test', '/api/v2/x'), 'v2')
    assert.equal(serviceFor(services, 'a.test', '/api/v22'), 'api')
  }
})

test('the host comes before the path: a path of a wildcard does not take from an exact name', () => {
  const services = table({exact: {}, wild: {domains: ['*'], paths: ['/api/v2']}})
  assert.equal(serviceFor(services, 'a.test', '/api/v2'), 'exact')
})

test('what no rule of the nearer host is for goes to the farther one', () => {
  const services = table({exact: {paths: ['/api']}, wild: {domains: ['*.test']}})
  assert.equal(serviceFor(services, 'a.test', '/api'), 'exact')
  assert.equal(serviceFor(services, 'a.test', '/other'), 'wild')
  assert.equal(serviceFor(table({api: {paths: ['/api']}}), 'a.test', '/other'), 'NO_ROUTE')
})

test('header fields: a value, a beginning, or that it is there; all of them have to hold', () => {
  const services = table({
    canary: {headers: {'x-env': 'canary'}},
    beta: {headers: {'x-env': 'beta*'}},
    both: {headers: {'x-env': 'canary', 'x-user': '*'}},
    all: {},
  })
  assert.equal(serviceFor(services, 'a.test', '/'), 'all')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: canary'), 'canary')
  assert.equal(serviceFor(services, 'a.test', '/', 'x-ENV:canary  '), 'canary')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: Canary'), 'all')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: canary, x'), 'all')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: x', 'X-Env: canary'), 'canary')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: beta-2'), 'beta')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: bet'), 'all')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env: canary', 'X-User:'), 'both')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-Env-2: canary'), 'all')
})

test('a longer path wins over header fields, and the file over what is equal', () => {
  const services = table({
    one: {headers: {'x-a': '*'}},
    two: {headers: {'x-b': '*'}},
    path: {paths: ['/api']},
    all: {},
  })
  assert.equal(serviceFor(services, 'a.test', '/', 'X-B: 1', 'X-A: 1'), 'one')
  assert.equal(serviceFor(services, 'a.test', '/', 'X-B: 1'), 'two')
  assert.equal(serviceFor(services, 'a.test', '/api', 'X-A: 1'), 'path')
})

test('letters beyond ASCII in paths and values', () => {
  const services = table({cafe: {paths: ['/café']}, name: {headers: {'x-name': 'Zoë'}}, all: {}})
  assert.equal(serviceFor(services, 'a.test', '/caf%C3%A9/x'), 'cafe')
  assert.equal(serviceFor(services, 'a.test', '/caf%c3%a9'), 'cafe')
  assert.equal(serviceFor(services, 'a.test', '/caf%E9'), 'all')
  assert.equal(
    serviceFor(services, 'a.test', '/', `X-Name: ${Buffer.from('Zoë').toString('latin1')}`),
    'name',
  )
})

test('OPTIONS * and absolute targets', () => {
  const services = table({api: {paths: ['/api']}, all: {}})
  assert.equal(serviceFor(services, 'a.test', '*'), 'all')
  assert.equal(serviceFor(services, 'a.test', 'http://a.test/api'), 'api')
  assert.equal(serviceFor(services, 'a.test', 'http://a.test'), 'all')
  assert.equal(serviceFor(services, 'a.test', 'http://a.test?/api'), 'all')
  assert.equal(serviceFor(table({api: {paths: ['/api']}}), 'a.test', '*'), 'NO_ROUTE')
})

const guarded = table({admin: {paths: ['/admin']}, all: {}})

for (const target of [
  '/admin',
  '/admin/',
  '/admin/users',
  '/%61dmin',
  '/%61%64min/x',
  '/admin/x;y=1',
  '/admin//x',
])
  test(`${target} is for the rule of /admin`, () => {
    assert.equal(serviceFor(guarded, 'a.test', target), 'admin')
  })

for (const target of [
  '/',
  '/x/../y',
  '/x//y',
  '/a%2fb',
  '/a;b=c',
  '/%2561dmin',
  '/administrator',
  '/Admin',
  '/x/%2e/y',
])
  test(`${target} is for the rest, in each of its readings`, () => {
    assert.equal(serviceFor(guarded, 'a.test', target), 'all')
  })

for (const target of [
  '/x/../admin',
  '/./admin',
  '//admin',
  '/x/%2e%2e/admin',
  '/%2e/admin',
  '/%2fadmin',
  '/%5cadmin',
  '/x/..%2fadmin',
  '/x%2f..%2fadmin',
  '/admin;',
  '/admin;a=b/users',
  '/;/admin',
  '/x/..;/admin',
  '/x/.%2e;/admin',
  '/admin%2fusers',
  '/admin%3b/users',
  '/admin/../x',
  '/admin/..',
  '/admin/..%2fx',
  'http://a.test/x/../admin',
  'http://a.test//admin',
])
  test(`${target} would be for one service to some and for another one to others: refused`, () => {
    assert.equal(serviceFor(guarded, 'a.test', target), 'PATH_AMBIGUOUS')
  })
