/** Who asked: what a client claims counts only when it comes from a proxy that is trusted; no client can strip it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type Cleanups, get, ok, pair} from './harness.ts'

const claims = [
  'X-Forwarded-For: 6.6.6.6',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: evil.test',
  'X-Real-IP: 6.6.6.6',
  'X-Forwarded-Port: 666',
  'x-forwarded-Prefix: /evil',
  'Forwarded: for=6.6.6.6;proto=https',
]

/** The request as the instance saw it. */
async function seenWith(t: Cleanups, trustedProxies: string[], fields: string[]): Promise<string> {
  const {proxy, origin} = await pair(t, {trustedProxies})
  origin.answers(ok())
  await proxy.exchange(get('/', ...fields, 'Connection: close'))
  return origin.text
}

test('claims of a client that is not trusted are replaced, in every spelling and number', async t => {
  const seen = await seenWith(
    t,
    ['10.0.0.0/8', '::1'],
    [...claims, 'x-forwarded-for: 7.7.7.7', 'FORWARDED: for=7.7.7.7'],
  )
  assert.doesNotMatch(seen, /6\.6\.6\.6|7\.7\.7\.7|666|evil|https/)
  assert.match(seen, /\r\nX-Forwarded-For: 127\.0\.0\.1\r\n/)
  assert.match(seen, /\r\nX-Forwarded-Proto: http\r\n/)
  assert.match(seen, /\r\nX-Forwarded-Host: api\.test\r\n/)
  assert.match(seen, /\r\nForwarded: for=127\.0\.0\.1;host=api\.test;proto=http\r\n/)
})

for (const block of ['127.0.0.1', '127.0.0.0/8', '0.0.0.0/0']) {
  test(`claims of a client in ${block}, when that is trusted, are kept and appended to (RFC 7239 §4)`, async t => {
    const seen = await seenWith(t, [block], claims)
    assert.match(seen, /\r\nX-Forwarded-For: 6\.6\.6\.6, 127\.0\.0\.1\r\n/)
    assert.match(seen, /\r\nX-Forwarded-Proto: https\r\n/)
    assert.match(seen, /\r\nX-Forwarded-Host: evil\.test\r\n/)
    assert.match(
      seen,
      /\r\nForwarded: for=6\.6\.6\.6;proto=https, for=127\.0\.0\.1;host=api\.test;proto=http\r\n/,
    )
    assert.match(seen, /\r\nX-Real-IP: 6\.6\.6\.6\r\n/)
    assert.match(seen, /\r\nX-Forwarded-Port: 666\r\nx-forwarded-Prefix: \/evil\r\n/)
  })
}

test('a neighbour of a trusted block is not trusted', async t => {
  const seen = await seenWith(t, ['127.0.0.2/31', '128.0.0.0/1'], claims)
  assert.doesNotMatch(seen, /6\.6\.6\.6|evil/)
})

test('Connection cannot strip what identifies, routes or frames (RFC 9110 §7.6.1)', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const names =
    'Host, Content-Length, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, Forwarded, Via, close, X-Mine'
  await proxy.exchange(
    `POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\nConnection: ${names}\r\nX-Mine: 1\r\nVia: 1.1 other\r\n\r\nhello`,
  )
  for (const field of [
    'Host: api.test',
    'Content-Length: 5',
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-Host: api.test',
    'Forwarded: for=',
    'Via: 1.1 other',
    'Via: 1.1 revproxy-tui-',
  ])
    assert.ok(origin.text.includes(`\r\n${field}`), `${field} in ${origin.text}`)
  assert.doesNotMatch(origin.text, /X-Mine|\r\nConnection/)
})

test('TRACE goes on where the configuration says so (RFC 9110 §9.3.8)', async t => {
  const {proxy, origin} = await pair(t, {trace: 'forward'})
  origin.answers(ok())
  const answer = await proxy.exchange(get('/', 'Connection: close').replace('GET', 'TRACE'))
  assert.match(answer, /^HTTP\/1\.1 200 /)
  assert.match(origin.text, /^TRACE \/ HTTP\/1\.1\r\n/)
})
