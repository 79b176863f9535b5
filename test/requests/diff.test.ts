/** Two answers side by side: what differs is shown, what does not is there to hold on to. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {capturedBody} from '../../source/control/captured-body.ts'
import type {CapturedBody, RequestDetail} from '../../source/control/requests.ts'
import {bodyLines} from '../../source/requests/body-lines.ts'
import {type DiffLine, diffOf, replaySide, sideOf} from '../../source/requests/diff.ts'
import {changedLines} from '../../source/requests/line-diff.ts'
import {sampleRequest} from './samples.ts'

function body(bytes: Buffer | string, length?: number): CapturedBody {
  const buffer = Buffer.from(bytes)
  return capturedBody(new Uint8Array(buffer), length ?? buffer.length)
}

const marks = {title: '#', same: ' ', one: '-', other: '+'} as const

function drawn(lines: readonly DiffLine[]): readonly string[] {
  return lines.map(({is, text}) => `${marks[is]}${text}`)
}

test('two requests: facts, heads field by field, and bodies line by line', () => {
  const one: RequestDetail = {
    request: sampleRequest(),
    skipped: [],
    requestBody: undefined,
    responseBody: body('{"a":1,"b":[1,2]}'),
  }
  const other: RequestDetail = {
    request: sampleRequest({
      status: 500,
      duration: 120,
      requestHead: 'GET /v1/cart/8812?full=1 HTTP/1.1\r\naccept: */*\r\nHOST: api.test\r\nX-New: 1\r\n\r\n',
      responseHead: 'HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\n\r\n',
    }),
    skipped: [],
    requestBody: undefined,
    responseBody: body('{"a":1,"b":[1,3]}'),
  }
  assert.deepEqual(drawn(diffOf(sideOf(one), sideOf(other))), [
    '#summary',
    '-status: 200',
    '+status: 500',
    ' fault: none',
    ' instance: 127.0.0.1:9091',
    ' attempts: 1',
    '-took: 94 ms',
    '+took: 120 ms',
    ' first byte: 88 ms',
    ' bytes to the client: 1.1 kB',
    '#request',
    ' GET /v1/cart/8812?full=1 HTTP/1.1',
    ' host: api.test',
    ' accept: */*',
    '+x-new: 1',
    '#response',
    '-HTTP/1.1 200 OK',
    '+HTTP/1.1 500 Oh',
    ' content-type: application/json',
    '-content-length: 12',
    '#response body, 17 B and 17 B',
    ' {',
    '   "a": 1,',
    '   "b": [',
    '     1,',
    '-    2',
    '+    3',
    '   ]',
    ' }',
  ])
})

test('a replay beside its original', () => {
  const original: RequestDetail = {
    request: sampleRequest(),
    skipped: [],
    requestBody: undefined,
    responseBody: undefined,
  }
  const result = {
    instance: '127.0.0.1:9092',
    status: 200,
    duration: 20,
    head: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n',
    body: body('x'),
    error: undefined,
  }
  const lines = drawn(diffOf(sideOf(original), replaySide(result, original)))
  assert.ok(lines.includes('+instance: 127.0.0.1:9092') && lines.includes(' status: 200'))
  assert.ok(lines.includes('-content-type: application/json') && lines.includes('+content-type: text/plain'))
  const dead = replaySide({...result, status: 0, head: '', body: undefined, error: 'refused'}, original)
  assert.ok(drawn(diffOf(sideOf(original), dead)).includes('+fault: refused'))
})

test('bodies are JSON, text or hexadecimal, unpacked where they were packed', () => {
  const head = (coding: string) => `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\n\r\n`
  assert.deepEqual(bodyLines(body('{"a":[]}'), ''), {as: 'json', lines: ['{', '  "a": []', '}']})
  assert.deepEqual(bodyLines(body('a\r\nb\n'), ''), {as: 'text', lines: ['a', 'b']})
  assert.deepEqual(bodyLines(body('{"a":'), ''), {as: 'text', lines: ['{"a":']})
  assert.deepEqual(bodyLines(body(''), ''), {as: 'text', lines: ['']})
  assert.deepEqual(bodyLines(body(Buffer.from([0, 65, 0xff])), ''), {
    as: 'hex',
    lines: [`00000000  00 41 ff${' '.repeat(39)}  .A.`],
  })
  assert.equal(bodyLines(body(gzipSync('{"a":1}')), head('gzip')).as, 'json')
  const cut = gzipSync(Array.from({length: 2000}, (_, index) => `hello ${index * 7919}`).join(' ')).subarray(
    0,
    5000,
  )
  assert.match(bodyLines(body(cut, 9999), head('gzip')).lines[0] ?? '', /^hello 0 hello 7919/)
  assert.equal(bodyLines(body('not packed'), head('gzip')).lines[0], 'not packed')
  assert.equal(bodyLines(body(gzipSync(Buffer.alloc(3_000_000))), head('gzip')).as, 'hex')
  assert.deepEqual(bodyLines(body(Buffer.from('caf\u00e9').subarray(0, 4), 5), ''), {
    as: 'text',
    lines: ['caf'],
  })
})

test('a diff holds both texts, each in its order, and no more changes than it must', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), {maxLength: 12})
  fc.assert(
    fc.property(text, text, (one, other) => {
      const lines = changedLines(one, other)
      const of = (side: 'one' | 'other') =>
        lines.filter(({is}) => is === 'same' || is === side).map(line => line.text)
      assert.deepEqual([of('one'), of('other')], [one, other])
      if (JSON.stringify(one) === JSON.stringify(other)) assert.ok(lines.every(({is}) => is === 'same'))
    }),
    {seed: 7, numRuns: 2000},
  )
})

test('texts of very many lines are still compared in little time', () => {
  const many = (prefix: string) => Array.from({length: 60_000}, (_, index) => `${prefix}${index}`)
  const before = performance.now()
  assert.equal(changedLines(many('a'), many('b')).length, 120_000)
  assert.ok(performance.now() - before < 1000)
})
