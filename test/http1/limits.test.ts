/** Limits hold to the byte, however the bytes come, and nothing that a peer can send costs more than its length. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {readConnectionOptions} from '../../source/http1/connection-options.ts'
import {FieldSpans, readFields} from '../../source/http1/fields.ts'
import {HeadCollector} from '../../source/http1/head-collector.ts'
import {MalformedMessage} from '../../source/http1/malformed.ts'
import {byteByByte, bytesOf, LIMITS, readMessages, UPSTREAM_HEAD} from './read-messages.ts'

const HOST = 'Host: a'

/** In one piece, byte by byte, and cut around each CR and LF of the first line and of the end. */
function refusals(text: string): Array<string | undefined> {
  const bytes = bytesOf(text)
  const lineEnd = text.indexOf('\r\n')
  const cuts = [
    lineEnd - 1,
    lineEnd,
    lineEnd + 1,
    lineEnd + 2,
    ...[5, 4, 3, 2, 1].map(back => bytes.length - back),
  ]
  const ways = [[bytes], byteByByte(bytes), ...cuts.map(at => [bytes.subarray(0, at), bytes.subarray(at)])]
  return [...new Set(ways.map(pieces => readMessages(pieces, {kind: 'request'}).refusal))]
}

function padded(before: string, length: number, after: string): string {
  return before + 'a'.repeat(length - before.length - after.length) + after
}

test('a request line of exactly the limit passes, one byte more is a 414 (RFC 9112 §3)', () => {
  const line = (length: number) => `${padded('GET /', length, ' HTTP/1.1')}\r\n${HOST}\r\n\r\n`
  assert.deepEqual(refusals(line(LIMITS.requestLine)), [undefined])
  assert.deepEqual(refusals(line(LIMITS.requestLine + 1)), ['REQUEST_LINE_TOO_LONG'])
})

test('a head of exactly the limit passes, one byte more is a 431 (RFC 9110 §5.4)', () => {
  const head = (length: number) => padded(`GET / HTTP/1.1\r\n${HOST}\r\nX: `, length, '\r\n\r\n')
  assert.deepEqual(refusals(head(LIMITS.head)), [undefined])
  assert.deepEqual(refusals(head(LIMITS.head + 1)), ['HEAD_TOO_LARGE'])
})

test('as many fields as the limit pass, one more is a 431 (RFC 9110 §5.4)', () => {
  const fields = (count: number) => `GET / HTTP/1.1\r\n${HOST}\r\n${'X: y\r\n'.repeat(count - 1)}\r\n`
  assert.deepEqual(refusals(fields(LIMITS.fields)), [undefined])
  assert.deepEqual(refusals(fields(LIMITS.fields + 1)), ['TOO_MANY_FIELDS'])
})

test('four empty lines before a request line are ignored, five are not (RFC 9112 §2.2)', () => {
  const get = `GET / HTTP/1.1\r\n${HOST}\r\n\r\n`
  assert.deepEqual(refusals('\r\n'.repeat(4) + get), [undefined])
  assert.deepEqual(refusals('\r\n'.repeat(5) + get), ['EMPTY_LINES'])
})

test('a response head may be as long as its own limit, its status line included', () => {
  for (const [before, after] of [
    ['HTTP/1.1 200 ', '\r\n\r\n'],
    ['HTTP/1.1 200 \r\nX: ', '\r\n\r\n'],
  ] as const) {
    for (const [length, refusal] of [
      [UPSTREAM_HEAD, undefined],
      [UPSTREAM_HEAD + 1, 'HEAD_TOO_LARGE'],
    ] as const) {
      const bytes = bytesOf(padded(before, length, after))
      for (const at of [bytes.length, 9000, bytes.length - 1, bytes.length - 3]) {
        const pieces = [bytes.subarray(0, at), bytes.subarray(at)]
        assert.equal(readMessages(pieces, {kind: 'response'}).refusal, refusal)
      }
    }
  }
})

test('a collector that was cleared starts anew', () => {
  const collector = new HeadCollector('request')
  const limits = {firstLine: 100, head: 200}
  for (const begun of ['\r\n', 'GET / HT', '\r\n\r', '\r']) {
    assert.equal(collector.take(bytesOf(begun), 0, limits), undefined)
    assert.equal(collector.begun, true)
    collector.clear()
    assert.equal(collector.begun, false)
    assert.equal(collector.take(bytesOf('..GET / HTTP/1.1\r\n\r\n..'), 2, limits), 'GET / HTTP/1.1\r\n\r\n')
    assert.equal(collector.next, 20)
  }
})

test('100 nominated fields pass, 101 do not (RFC 9110 §7.6.1)', () => {
  const fields = new FieldSpans()
  const into = {close: false, keepAlive: false, upgrade: false, nominated: undefined}
  const read = (count: number) => {
    readFields(`Connection: ${Array.from({length: count}, () => 'x').join()}\r\n\r\n`, 0, 1, fields)
    readConnectionOptions(fields, into)
  }
  read(100)
  assert.throws(() => read(101), MalformedMessage)
})

/** Ten times more than any limit lets in, so that quadratic time shows as seconds and linear time as nothing. */
const HUGE = 400_000

function quick(name: string, work: () => void): void {
  test(`${name} takes linear time`, () => {
    const start = performance.now()
    work()
    assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`)
  })
}

for (const [what, value] of [
  ['white space in the middle', `a${' \t'.repeat(HUGE / 2)}b`],
  ['nothing but commas', ','.repeat(HUGE)],
  ['white space and commas', ' ,'.repeat(HUGE / 2)],
] as const) {
  quick(`Connection with ${what}`, () => {
    const fields = new FieldSpans()
    readFields(`Connection: ${value}\r\n\r\n`, 0, 1, fields)
    const into = {close: false, keepAlive: false, upgrade: false, nominated: undefined}
    try {
      readConnectionOptions(fields, into)
    } catch (error) {
      assert.ok(error instanceof MalformedMessage)
    }
  })
}

for (const name of ['Transfer-Encoding', 'TE', 'Upgrade', 'Content-Length', 'Expect', 'Host']) {
  quick(`${name} with white space and commas in the middle`, () => {
    const long = `${name}: trailers${' \t'.repeat(HUGE / 4)}${' ,'.repeat(HUGE / 4)}x`
    const host = name === 'Host' ? '' : `${HOST}\r\n`
    const text = `GET / HTTP/1.1\r\n${host}${long}\r\n\r\n`
    readMessages([bytesOf(text)], {kind: 'request', limits: {...LIMITS, head: HUGE * 2}})
  })
}

quick('a head byte by byte', () => {
  const text = `GET / HTTP/1.1\r\n${HOST}\r\n${'X: y\r\n'.repeat(30_000)}\r\n`
  const limits = {requestLine: 100, head: HUGE, fields: HUGE}
  assert.equal(readMessages(byteByByte(bytesOf(text)), {kind: 'request', limits}).messages.length, 1)
})

quick('trailers byte by byte', () => {
  const text = `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${'y'.repeat(16_000)}\r\n\r\n`
  assert.equal(readMessages(byteByByte(bytesOf(text)), {kind: 'request'}).messages.length, 1)
})
