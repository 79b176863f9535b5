/** Which targets are one route. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {pathOf, routeOf} from '../../source/requests/route-of.ts'

const uuid = '7f3c19a1-0b2d-4e5f-8a9b-0c1d2e3f4a5b'

const routes: ReadonlyArray<readonly [string, string]> = [
  ['/', '/'],
  ['', ''],
  ['*', '*'],
  ['example.test:443', 'example.test:443'],
  ['/login', '/login'],
  ['/v1/cart', '/v1/cart'],
  ['/v1/cart/8812', '/v1/cart/:id'],
  ['/v1/cart/8812/', '/v1/cart/:id/'],
  ['/v1/cart/8812/items/3', '/v1/cart/:id/items/:id'],
  ['/v1/cart/-5?x=1', '/v1/cart/:id'],
  ['/v1/search?q=8812', '/v1/search'],
  ['/v1/search#8812', '/v1/search'],
  ['http://api.test/v1/cart/8812?x', '/v1/cart/:id'],
  ['http://api.test', '/'],
  [`/users/${uuid}`, '/users/:uuid'],
  [`/users/${uuid.toUpperCase()}/posts`, '/users/:uuid/posts'],
  [`/users/${uuid}x`, `/users/${uuid}x`],
  ['/blobs/a8c1e94b2d3f4051', '/blobs/:hash'],
  ['/blobs/A8C1E94B2D3F4051A8C1E94B2D3F4051', '/blobs/:hash'],
  ['/blobs/a8c1e94b2d3f405', '/blobs/a8c1e94b2d3f405'],
  ['/o/507f1f77bcf86cd799439011', '/o/:hash'],
  ['/o/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/o/:hash'],
  ['/t/dGhpcyBpcyBhIHRva2VuMQ==', '/t/:hash'],
  ['/t/V1StGXR8_Z5jdHi6B-myT', '/t/:hash'],
  ['/posts/a-long-title-of-2026', '/posts/a-long-title-of-2026'],
  ['/posts/internationalization', '/posts/internationalization'],
  ['/posts/2026/10/a', '/posts/:id/:id/a'],
  ['/img/8812.png', '/img/:id.png'],
  ['/img/a8c1e94b2d3f4051.min.js', '/img/a8c1e94b2d3f4051.min.js'],
  ['/img/a8c1e94b2d3f4051.js', '/img/:hash.js'],
  ['/v2/api', '/v2/api'],
  ['/v1.2/api', '/v1.2/api'],
  ['//1//2', '//:id//:id'],
  [`/${'x'.repeat(600)}`, '/:hash'],
  [`/${'12'.repeat(300)}`, '/:id'],
]

for (const [target, route] of routes) {
  test(`${target.slice(0, 60)} is of ${route}`, () => {
    assert.equal(routeOf(target), route)
    assert.equal(routeOf(target), route, 'and again, from the cache')
    assert.equal(routeOf(route), route, 'a route is its own route')
  })
}

test('any target has a route, and as many segments as its path', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 80}), text => {
      const target = `/${text}`
      assert.equal(routeOf(target).split('/').length, pathOf(target).split('/').length)
    }),
    {seed: 8, numRuns: 2000},
  )
})

test('a hundred thousand different targets take little time each', t => {
  const before = performance.now()
  for (let index = 0; index < 100_000; index++)
    routeOf(`/blobs/${(index * 7919).toString(16).padStart(20, 'a')}`)
  const eachUs = (performance.now() - before) / 100
  t.diagnostic(`${eachUs.toFixed(2)} us each`)
  // A busy machine takes some; what grew with all that came before would take hundreds.
  assert.ok(eachUs < 50, `${eachUs} us`)
})
