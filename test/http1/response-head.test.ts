/** What a response head may say and how its body is framed; what it may not is in nasty.ts. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Framing, type FramingKind} from '../../source/http1/framing.ts'
import {ResponseHead, readResponseHead} from '../../source/http1/response-head.ts'

function read(method: string, line: string, ...fields: string[]): ResponseHead {
  const head = new ResponseHead()
  readResponseHead(`${[line, ...fields].join('\r\n')}\r\n\r\n`, method, head)
  return head
}

const LENGTH = 'Content-Length: 5'
const CHUNKED = 'Transfer-Encoding: chunked'

const framings: ReadonlyArray<
  readonly [why: string, FramingKind, persistent: boolean, method: string, line: string, ...string[]]
> = [
  ['HEAD has no body, whatever its length', Framing.NONE, true, 'HEAD', 'HTTP/1.1 200 OK', LENGTH],
  ['HEAD has no body, whatever its coding', Framing.NONE, true, 'HEAD', 'HTTP/1.1 200 OK', CHUNKED],
  ['HEAD has no body and needs no length', Framing.NONE, true, 'HEAD', 'HTTP/1.1 200 OK'],
  ['204 has no body', Framing.NONE, true, 'GET', 'HTTP/1.1 204 No Content'],
  [
    '204 with length 0 has no body',
    Framing.NONE,
    true,
    'GET',
    'HTTP/1.1 204 No Content',
    'Content-Length: 0',
  ],
  [
    '204 that claims a length has none, and ends its connection',
    Framing.NONE,
    false,
    'GET',
    'HTTP/1.1 204 No Content',
    LENGTH,
  ],
  [
    '204 that claims a coding has none, and ends its connection',
    Framing.NONE,
    false,
    'GET',
    'HTTP/1.1 204 No Content',
    CHUNKED,
  ],
  ['304 has no body, whatever its length', Framing.NONE, true, 'GET', 'HTTP/1.1 304 Not Modified', LENGTH],
  ['304 has no body, whatever its coding', Framing.NONE, true, 'GET', 'HTTP/1.1 304 Not Modified', CHUNKED],
  ['100 has no body', Framing.NONE, true, 'GET', 'HTTP/1.1 100 Continue'],
  ['101 has no body', Framing.NONE, true, 'GET', 'HTTP/1.1 101 Switching Protocols'],
  ['chunked', Framing.CHUNKED, true, 'GET', 'HTTP/1.1 200 OK', CHUNKED],
  ['a length', Framing.LENGTH, true, 'GET', 'HTTP/1.1 200 OK', LENGTH],
  ['a length of 0', Framing.NONE, true, 'GET', 'HTTP/1.1 200 OK', 'Content-Length: 0'],
  ['neither: until the connection ends', Framing.CLOSE, false, 'GET', 'HTTP/1.1 200 OK'],
  [
    'neither, and keep-alive: until the connection ends',
    Framing.CLOSE,
    false,
    'GET',
    'HTTP/1.1 200 OK',
    'Connection: keep-alive',
  ],
  [
    '205 without a length: until the connection ends',
    Framing.CLOSE,
    false,
    'GET',
    'HTTP/1.1 205 Reset Content',
  ],
  ['an error has a body like any other', Framing.LENGTH, true, 'POST', 'HTTP/1.1 500 No', LENGTH],
  ['Connection: close', Framing.LENGTH, false, 'GET', 'HTTP/1.1 200 OK', LENGTH, 'Connection: close'],
  ['HTTP/1.0', Framing.LENGTH, false, 'GET', 'HTTP/1.0 200 OK', LENGTH],
  ['HTTP/1.0 kept alive', Framing.LENGTH, true, 'GET', 'HTTP/1.0 200 OK', LENGTH, 'Connection: Keep-Alive'],
  ['HTTP/1.0 without a length', Framing.CLOSE, false, 'GET', 'HTTP/1.0 200 OK', 'Connection: keep-alive'],
]

for (const [why, framing, persistent, method, line, ...fields] of framings) {
  test(`framing: ${why} (RFC 9112 §6.3, §9.3)`, () => {
    const head = read(method, line, ...fields)
    assert.deepEqual([head.framing, head.persistent], [framing, persistent])
  })
}

test('a status line passes with any reason, an empty one, or none (RFC 9112 §4)', () => {
  for (const rest of ['', ' ', ' OK', '  two ', ' na\xefve\t"(quoted)"']) {
    assert.equal(read('GET', `HTTP/1.1 299${rest}`, LENGTH).status, 299)
  }
})

test('every status from 100 to 599 is read; 1xx is interim (RFC 9110 §15)', () => {
  for (let status = 100; status < 600; status++) {
    const head = read('GET', `HTTP/1.1 ${status} X`)
    assert.deepEqual([head.status, head.interim], [status, status < 200])
  }
})

test('1000 fields pass: an application is not an attacker', () => {
  assert.equal(read('GET', 'HTTP/1.1 200 OK', ...Array.from({length: 1000}, () => 'X: y')).fields.count, 1000)
})

test('Date is noticed (RFC 9110 §6.6.1)', () => {
  assert.equal(read('GET', 'HTTP/1.1 200 OK', 'date: x').hasDate, true)
  assert.equal(read('GET', 'HTTP/1.1 200 OK', 'Dates: x').hasDate, false)
})
