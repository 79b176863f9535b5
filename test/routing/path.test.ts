/** Paths as rules see them: what lies below a prefix, and every reading of what can be read in several ways. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isBelow, pathOf, readingsOf} from '../../source/routing/path.ts'

test('a prefix is whole segments', () => {
  for (const [path, prefix] of [
    ['/api', '/api'],
    ['/api/', '/api'],
    ['/api/x', '/api'],
    ['/api/x', '/'],
    ['/', '/'],
    ['*', '/'],
  ] as const)
    assert.ok(isBelow(path, prefix), `${path} is below ${prefix}`)
  for (const [path, prefix] of [
    ['/apix', '/api'],
    ['/ap', '/api'],
    ['/', '/api'],
    ['/x/api', '/api'],
    ['/API', '/api'],
    ['*', '/api'],
  ] as const)
    assert.ok(!isBelow(path, prefix), `${path} is not below ${prefix}`)
})

test('the query is no part of the path, whatever it holds', () => {
  assert.equal(pathOf('/a?b=/api/../x'), '/a')
  assert.equal(pathOf('/?'), '/')
  assert.deepEqual(readingsOf('/a?b=/api/..//%2f;x'), ['/a'])
})

test('an ordinary path has one reading, which is itself', () => {
  for (const path of [
    '/',
    '/api/v1/x.json',
    '/.well-known/acme',
    '/a.b/..c/...',
    '/a/',
    '*',
    '/~me/(x)!$&=,',
  ])
    assert.deepEqual(readingsOf(path), [path])
})

test('percent-encoding is undone once, and what is none stays', () => {
  assert.deepEqual(readingsOf('/%61pi'), ['/api'])
  assert.deepEqual(readingsOf('/caf%C3%A9'), ['/caf\u00c3\u00a9'])
  assert.deepEqual(readingsOf('/%2561'), ['/%61'])
  assert.deepEqual(readingsOf('/100%'), ['/100%'])
  assert.deepEqual(readingsOf('/%zz%2'), ['/%zz%2'])
})

const several: ReadonlyArray<readonly [target: string, readings: readonly string[]]> = [
  ['/a/../b', ['/b', '/a/../b']],
  ['/a/./b', ['/a/b', '/a/./b']],
  ['/a/..', ['/', '/a/..']],
  ['/../../x', ['/x', '/../../x']],
  ['/a/%2e%2e/b', ['/b', '/a/../b']],
  ['/a/%2E%2e/b', ['/b', '/a/../b']],
  ['//admin', ['//admin', '/admin']],
  ['/a//b', ['/a//b', '/a/b']],
  ['/a%2fb', ['/a%2fb', '/a/b']],
  ['/a%5Cb', ['/a%5Cb', '/a/b']],
  ['/a;x=1/b', ['/a;x=1/b', '/a/b']],
  ['/admin;', ['/admin;', '/admin']],
  ['/a/..;/b', ['/a/..;/b', '/b', '/a/../b']],
  ['/x/..%2fadmin', ['/x/..%2fadmin', '/admin', '/x/../admin']],
]
for (const [target, readings] of several)
  test(`${target} can be read as ${readings.join(', ')}`, () => {
    assert.deepEqual(new Set(readingsOf(target)), new Set(readings))
  })

test('the longest path is read in a moment, however nasty', () => {
  const nasty = '/..;//%2f.'.repeat(800)
  const begun = performance.now()
  assert.ok(readingsOf(nasty).length > 1)
  assert.ok(performance.now() - begun < 1000)
})
