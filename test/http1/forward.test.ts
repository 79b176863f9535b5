/** What a gateway passes on: its neighbours' own fields removed, all the rest to the letter (RFC 9110 §7.6). */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Field} from '../../source/http1/fields.ts'
import {combined, forwardedRequest, forwardedResponse, upgradeOf} from '../../source/http1/forward.ts'
import {RequestHead, readRequestHead} from '../../source/http1/request-head.ts'
import {ResponseHead, readResponseHead} from '../../source/http1/response-head.ts'
import {LIMITS} from './read-messages.ts'

const HOST = 'Host: example.test'

function request(line: string, ...fields: string[]): RequestHead {
  const head = new RequestHead()
  readRequestHead(`${[line, ...fields].join('\r\n')}\r\n\r\n`, LIMITS, head)
  return head
}

function response(line: string, ...fields: string[]): ResponseHead {
  const head = new ResponseHead()
  readResponseHead(`${[line, ...fields].join('\r\n')}\r\n\r\n`, 'GET', head)
  return head
}

/** The lines that go to the origin after GET / HTTP/1.1 and Host. */
function passed(...fields: string[]): string[] {
  const [line, host, ...rest] = forwardedRequest(request('GET / HTTP/1.1', HOST, ...fields), '').split('\r\n')
  assert.deepEqual([line, host, rest.slice(-2)], ['GET / HTTP/1.1', HOST, ['', '']])
  return rest.slice(0, -2)
}

function answered(head: ResponseHead, own = '', chunked = false): string[] {
  const lines = forwardedResponse(head, {own, chunked}).split('\r\n')
  assert.deepEqual(lines.slice(-2), ['', ''])
  return lines.slice(0, -2)
}

test('order, case, repetition and white space of all other fields are untouched (RFC 9110 §5.3)', () => {
  const fields = [
    'b:1',
    'A:  2 ',
    'b: 3',
    'X-Empty:',
    'COOKIE: a=b',
    'cookie: c=d',
    'x-8bit: \xe4\xff',
    'Transfer-Encodings: x',
    'Via: 1.1 before',
    'Content-Length: 3',
    'Trailer: X',
    'Max-Forwards: 5',
  ]
  assert.deepEqual(passed(...fields), fields)
  assert.deepEqual(answered(response('HTTP/1.1 200 Fine\tso ', ...fields)), [
    'HTTP/1.1 200 Fine\tso ',
    ...fields,
  ])
})

test('fields of one connection are removed wherever they stand (RFC 9110 §7.6.1)', () => {
  const hop = [
    'Connection: x',
    'KEEP-ALIVE: timeout=5',
    'Proxy-Connection: keep-alive',
    'TE: gzip',
    'Upgrade: websocket',
  ]
  for (let at = 0; at <= hop.length; at++) {
    const fields = [...hop.slice(0, at), 'A: 1', ...hop.slice(at), 'B: 2']
    assert.deepEqual(passed(...fields), ['A: 1', 'B: 2'])
    assert.deepEqual(answered(response('HTTP/1.1 200 OK', ...fields)), ['HTTP/1.1 200 OK', 'A: 1', 'B: 2'])
  }
  assert.deepEqual(passed('Proxy-Authorization: x', 'Proxy: http://evil.test', 'Proxy-Authenticate: x'), [
    'Proxy-Authenticate: x',
  ])
  assert.deepEqual(answered(response('HTTP/1.1 407 X', 'Proxy-Authenticate: x')), ['HTTP/1.1 407 X'])
})

test('fields that Connection nominates are removed, in any case and on any line (RFC 9110 §7.6.1)', () => {
  const fields = [
    'X-One: 1',
    'Connection: x-ONE,\t x-two',
    'x-two: 2',
    'X-One: again',
    'X-Three: 3',
    'connection: X-Four',
    'X-FOUR: 4',
  ]
  assert.deepEqual(passed(...fields), ['X-Three: 3'])
  assert.deepEqual(answered(response('HTTP/1.1 200 OK', ...fields)), ['HTTP/1.1 200 OK', 'X-Three: 3'])
})

test('what framing, routing and loop detection need cannot be nominated away', () => {
  const kept = ['Content-Length: 3', 'Via: 1.1 a', 'Max-Forwards: 3']
  assert.deepEqual(
    passed('Connection: host, content-length, via, max-forwards, transfer-encoding', ...kept),
    kept,
  )
  const chunked = request(
    'POST / HTTP/1.1',
    HOST,
    'Connection: Transfer-Encoding, Host',
    'Transfer-Encoding: chunked',
  )
  assert.equal(
    forwardedRequest(chunked, ''),
    `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
})

test("a client's own tale of where it comes from is removed; ours goes in at the end", () => {
  const told = [
    'Forwarded: for=x',
    'X-Forwarded-For: x',
    'X-FORWARDED-PROTO: x',
    'X-Forwarded-Host: x',
    'x-real-ip: x',
    'X-Forwarded-Port: x',
    'x-forwarded-tls-client-cert: x',
  ]
  const head = request('GET / HTTP/1.1', ...told, HOST, 'A: b')
  assert.equal(
    forwardedRequest(head, 'Via: 1.1 me\r\n'),
    `GET / HTTP/1.1\r\n${HOST}\r\nA: b\r\nVia: 1.1 me\r\n\r\n`,
  )
  assert.equal(combined(head.fields, Field.X_FORWARDED_FOR), 'x')
})

test('fields that are written anew are left out', () => {
  const head = request('OPTIONS * HTTP/1.1', HOST, 'Max-Forwards: 3', 'A: b')
  const text = forwardedRequest(head, 'Max-Forwards: 2\r\n', [Field.MAX_FORWARDS])
  assert.equal(text, `OPTIONS * HTTP/1.1\r\n${HOST}\r\nA: b\r\nMax-Forwards: 2\r\n\r\n`)
})

test('absolute-form goes on as origin-form, with the Host that it named (RFC 9112 §3.2.2)', () => {
  const head = request('GET http://Example.test:80?q HTTP/1.1', 'A: b', HOST, 'C: d')
  assert.equal(
    forwardedRequest(head, ''),
    'GET /?q HTTP/1.1\r\nHost: Example.test:80\r\nA: b\r\nC: d\r\n\r\n',
  )
  const options = request('OPTIONS http://example.test HTTP/1.1', HOST)
  assert.equal(forwardedRequest(options, ''), `OPTIONS * HTTP/1.1\r\n${HOST}\r\n\r\n`)
})

test('HTTP/1.0 goes on as HTTP/1.1, with a Host and without what it has not (RFC 9110 §10.1.1, §7.8)', () => {
  const fields = [
    'Connection: keep-alive, Upgrade, TE',
    'Upgrade: websocket',
    'TE: trailers',
    'Expect: 100-continue',
    'A: b',
  ]
  assert.equal(
    forwardedRequest(request('GET /x HTTP/1.0', ...fields), ''),
    'GET /x HTTP/1.1\r\nHost: \r\nA: b\r\n\r\n',
  )
  const hosted = request('GET /x HTTP/1.0', 'A: b', HOST)
  assert.equal(forwardedRequest(hosted, ''), `GET /x HTTP/1.1\r\n${HOST}\r\nA: b\r\n\r\n`)
})

test('Expect goes on in HTTP/1.1 (RFC 9110 §10.1.1)', () => {
  assert.deepEqual(passed('Expect: 100-continue'), ['Expect: 100-continue'])
})

test('Upgrade goes on only if Connection names it (RFC 9110 §7.8)', () => {
  const websocket = ['Connection: Upgrade', 'Upgrade: websocket']
  assert.deepEqual(passed('connection: keep-alive, upgrade', 'A: b', 'upgrade: websocket'), [
    'A: b',
    ...websocket,
  ])
  assert.deepEqual(passed('Upgrade: websocket'), [])
  assert.deepEqual(passed('Connection: upgrade'), [])
  assert.deepEqual(passed('Connection: upgrade', 'Upgrade: a/1, ,b', 'Upgrade: ', 'Upgrade: c'), [
    'Connection: Upgrade',
    'Upgrade: a/1, b, c',
  ])
})

test('no tunnel for HTTP itself or TLS: its requests would be judged by nobody (RFC 9113 §3.1)', () => {
  const asks = (...values: string[]) =>
    upgradeOf(
      request('GET / HTTP/1.1', HOST, 'Connection: Upgrade', ...values.map(value => `Upgrade: ${value}`)),
    )
  for (const value of [
    'h2c',
    'H2C',
    'h2',
    'HTTP/2.0',
    'TLS/1.0',
    'h2c, HTTP/1.1',
    'a b',
    'a/b/c',
    '/1',
    '"x"',
    '',
  ])
    assert.equal(asks(value), '', value)
  assert.equal(asks('h2c, websocket'), 'websocket')
  assert.equal(asks('h2c', 'http2-like/1'), 'http2-like/1')
  assert.deepEqual(
    passed('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    [],
  )
})

test('TE: trailers goes on with its Connection: TE, other codings do not (RFC 9110 §10.1.4)', () => {
  assert.deepEqual(passed('TE: gzip;q=0.5, Trailers', 'Connection: TE'), ['Connection: TE', 'TE: trailers'])
  assert.deepEqual(passed('TE: gzip', 'Connection: TE'), [])
  assert.deepEqual(passed('TE: trailersx, xtrailers', 'Connection: TE'), [])
  assert.deepEqual(passed('TE: trailers'), [])
  assert.deepEqual(passed('TE: trailers', 'Connection: x'), [])
})

test('a 204 loses its Content-Length, a 304 keeps it (RFC 9110 §8.6)', () => {
  assert.deepEqual(answered(response('HTTP/1.1 204 No Content', 'Content-Length: 0', 'A: b')), [
    'HTTP/1.1 204 No Content',
    'A: b',
  ])
  const kept = ['HTTP/1.1 304 Not Modified', 'Content-Length: 5']
  assert.deepEqual(answered(response('HTTP/1.1 304 Not Modified', 'Content-Length: 5')), kept)
})

test('the framing and the fields of ours stand where they are asked for', () => {
  const head = response('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'A: b')
  assert.deepEqual(answered(head, 'Via: 1.1 me\r\n'), ['HTTP/1.1 200 OK', 'A: b', 'Via: 1.1 me'])
  const chunked = ['HTTP/1.1 200 OK', 'A: b', 'Transfer-Encoding: chunked', 'Via: 1.1 me']
  assert.deepEqual(answered(head, 'Via: 1.1 me\r\n', true), chunked)
})

test('a response goes on as HTTP/1.1 with a complete status line (RFC 9112 §4)', () => {
  assert.deepEqual(answered(response('HTTP/1.0 200 Old one', 'A: b')), ['HTTP/1.1 200 Old one', 'A: b'])
  assert.deepEqual(answered(response('HTTP/1.0 200', 'A: b')), ['HTTP/1.1 200 ', 'A: b'])
  assert.deepEqual(answered(response('HTTP/1.1 200', 'A: b')), ['HTTP/1.1 200 ', 'A: b'])
  assert.deepEqual(answered(response('HTTP/1.1 200 ', 'A: b')), ['HTTP/1.1 200 ', 'A: b'])
})

test('a head without any field is forwarded', () => {
  assert.equal(
    forwardedRequest(request('GET / HTTP/1.0'), 'Via: x\r\n'),
    'GET / HTTP/1.1\r\nHost: \r\nVia: x\r\n\r\n',
  )
  assert.deepEqual(answered(response('HTTP/1.1 200 OK'), 'Via: x\r\n'), ['HTTP/1.1 200 OK', 'Via: x'])
})
