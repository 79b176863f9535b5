/** X-Request-Id and traceparent: what an instance gets, and what the record says of it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isSaneId, isTraceparent} from '../../source/requests/ids.ts'
import {type Cleanups, get, ok, startOrigin, startProxy} from './harness.ts'

interface Settings {
  readonly requestId?: string
  readonly traceparent?: string
  readonly trustedProxies?: readonly string[]
}

/** What the instance was asked, and the record, for a request with these fields. */
async function asked(t: Cleanups, settings: Settings, ...fields: string[]) {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startProxy(t, {origins: [origin.port], proxy: {...settings}})
  await proxy.exchange(get('/', 'Connection: close', ...fields))
  const [request] = await proxy.records(1)
  assert.ok(request)
  const text = origin.connections[0]?.text ?? ''
  const valuesOf = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}: (.*)\\r$`, 'gim'))].map(([, value]) => value)
  return {
    ids: valuesOf('x-request-id'),
    parents: valuesOf('traceparent'),
    states: valuesOf('tracestate'),
    request,
  }
}

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('off, which is the default: both are fields like any other, and the record has what came', async t => {
  const {ids, parents, request} = await asked(t, {}, 'X-Request-Id: a b', `traceparent: ${parent}`)
  assert.deepEqual(ids, ['a b'])
  assert.deepEqual(parents, [parent])
  assert.equal(request.requestId, 'a b')
  assert.equal(request.traceId, '4bf92f3577b34da6a3ce929d0e0e4736')
  const bare = await asked(t, {})
  assert.deepEqual([bare.ids, bare.parents], [[], []])
  assert.equal(bare.request.requestId, undefined)
  assert.equal(bare.request.traceId, undefined)
})

test('keep: a sane id passes, any other and several are replaced by one, and the record has the one that the instance got', async t => {
  const kept = await asked(t, {requestId: 'keep'}, 'X-Request-ID: 7b/Z_9-.~+=:@')
  assert.deepEqual(kept.ids, ['7b/Z_9-.~+=:@'])
  assert.equal(kept.request.requestId, '7b/Z_9-.~+=:@')
  for (const fields of [
    [],
    ['X-Request-Id: a b'],
    ['X-Request-Id: <script>'],
    [`X-Request-Id: ${'a'.repeat(129)}`],
    ['X-Request-Id:'],
    ['X-Request-Id: one', 'X-Request-Id: two'],
  ]) {
    const {ids, request} = await asked(t, {requestId: 'keep'}, ...fields)
    assert.equal(ids.length, 1, fields.join())
    assert.match(ids[0] ?? '', /^[0-9a-f]{32}$/)
    assert.equal(request.requestId, ids[0])
  }
})

test("replace: an id that a stranger chose is replaced, a trusted proxy's is kept", async t => {
  const stranger = await asked(t, {requestId: 'replace'}, 'X-Request-Id: mine')
  assert.match(stranger.ids.join(), /^[0-9a-f]{32}$/)
  assert.equal(stranger.request.requestId, stranger.ids[0])
  const trusted = await asked(t, {requestId: 'replace', trustedProxies: ['127.0.0.1']}, 'X-Request-Id: mine')
  assert.deepEqual(trusted.ids, ['mine'])
})

test('traceparent: a valid one passes with its state, else one is made that says what was configured', async t => {
  const kept = await asked(t, {traceparent: 'sampled'}, `traceparent: ${parent}`, 'tracestate: a=b')
  assert.deepEqual([kept.parents, kept.states], [[parent], ['a=b']])
  const replaced = await asked(t, {traceparent: 'sampled'}, 'traceparent: nonsense', 'tracestate: a=b')
  assert.equal(replaced.parents.length, 1)
  assert.ok(isTraceparent(replaced.parents[0] ?? ''))
  assert.match(replaced.parents[0] ?? '', /-01$/)
  assert.deepEqual(replaced.states, [])
  assert.equal(replaced.request.traceId, replaced.parents[0]?.slice(3, 35))
  const made = await asked(t, {traceparent: 'unsampled', requestId: 'keep'})
  assert.match(made.parents[0] ?? '', /-00$/)
  assert.equal(made.request.requestId, made.request.traceId, 'one number for both')
})

test('which ids are sane, and which texts are a traceparent', () => {
  for (const text of ['a', 'A-1_2.3~4+5/6=7:8@9', 'x'.repeat(128)]) assert.ok(isSaneId(text), text)
  for (const text of ['', ' ', 'a b', 'a"b', 'a,b', 'é', 'x'.repeat(129), 'a\tb'])
    assert.ok(!isSaneId(text), text)
  assert.ok(isTraceparent(parent))
  assert.ok(isTraceparent(`01${parent.slice(2)}-more`), 'a later version may have more')
  for (const text of [
    '',
    parent.toUpperCase(),
    `${parent}-more`,
    `ff${parent.slice(2)}`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
    parent.slice(0, -1),
    ` ${parent}`,
  ])
    assert.ok(!isTraceparent(text), text)
})

test('no two requests get the same id', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startProxy(t, {origins: [origin.port], workers: 2, proxy: {requestId: 'keep'}})
  await Promise.all(Array.from({length: 50}, () => proxy.exchange(get('/', 'Connection: close'))))
  await proxy.quiet()
  const {requests} = await proxy.controller.requests.since(undefined, 100)
  assert.equal(new Set(requests.map(({requestId}) => requestId)).size, 50)
})
