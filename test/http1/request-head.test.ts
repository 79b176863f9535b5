/** What a request head may say and how it is understood; what it may not is in nasty.ts. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Framing} from '../../source/http1/framing.ts'
import {RequestHead, readRequestHead} from '../../source/http1/request-head.ts'
import {fieldList, LIMITS} from './read-messages.ts'

function read(line: string, ...fields: string[]): RequestHead {
  const head = new RequestHead()
  readRequestHead(`${[line, ...fields].join('\r\n')}\r\n\r\n`, LIMITS, head)
  return head
}

const HOST = 'Host: example.test'

test('origin-form passes to the letter (RFC 9112 §3.2.1)', () => {
  for (const target of [
    '/',
    '//',
    '//other.test/x',
    '/%zz',
    '/a?b\\c',
    '/*',
    '/a?http://x/',
    '/"<>^`{|}',
    '/:@!$&()',
  ]) {
    const head = read(`GET ${target} HTTP/1.1`, HOST)
    assert.deepEqual([head.target, head.authority, head.absolute], [target, 'example.test', false])
  }
})

test('absolute-form becomes origin-form, and its host counts (RFC 9112 §3.2.2)', () => {
  const rows = [
    ['GET', 'http://example.test', '/'],
    ['GET', 'http://example.test/', '/'],
    ['GET', 'http://example.test?q', '/?q'],
    ['GET', 'http://example.test/a/b?c=d\\e', '/a/b?c=d\\e'],
    ['GET', 'HTTP://EXAMPLE.test:80//a', '//a'],
    ['GET', 'http://example.test./a', '/a'],
    ['OPTIONS', 'http://example.test', '*'],
    ['OPTIONS', 'http://example.test/', '/'],
    ['OPTIONS', 'http://example.test?q', '/?q'],
  ] as const
  for (const [method, target, origin] of rows) {
    const head = read(`${method} ${target} HTTP/1.1`, HOST)
    assert.deepEqual([head.target, head.absolute], [origin, true], target)
    assert.equal(head.authority, target.split('/')[2]?.split('?')[0])
  }
})

test('`*` is for OPTIONS, authority-form for CONNECT (RFC 9112 §3.2.3, §3.2.4)', () => {
  assert.equal(read('OPTIONS * HTTP/1.1', HOST).target, '*')
  const connect = read('CONNECT example.test:443 HTTP/1.1', `${HOST}:443`)
  assert.deepEqual([connect.target, connect.authority], ['example.test:443', 'example.test:443'])
})

test('any token is a method, in its own case (RFC 9110 §9.1)', () => {
  for (const method of ['GET', 'get', 'PROPFIND', "!#$%&'*+-.^_`|~09aZ"]) {
    assert.equal(read(`${method} / HTTP/1.1`, HOST).method, method)
  }
})

test('valid Hosts pass as they are (RFC 9110 §7.2)', () => {
  const hosts = [
    'a',
    'A.b-c_d~e',
    'a:',
    'a:0',
    'a:65535',
    'a:00080',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:',
    '[::ffff:1.2.3.4]:8',
    'a.',
    'a,b',
  ]
  for (const host of hosts) assert.equal(read('GET / HTTP/1.1', `Host: \t${host} \t`).authority, host)
})

test('HTTP/1.0 needs no Host (RFC 9112 §3.2)', () => {
  assert.equal(read('GET / HTTP/1.0').authority, '')
  assert.equal(read('GET http://example.test/ HTTP/1.0').authority, 'example.test')
})

test('persistence follows version and Connection (RFC 9112 §9.3)', () => {
  const persistent = (version: string, ...connection: string[]) =>
    read(`GET / HTTP/${version}`, HOST, ...connection.map(value => `Connection: ${value}`)).persistent
  assert.equal(persistent('1.1'), true)
  assert.equal(persistent('1.1', 'close'), false)
  assert.equal(persistent('1.1', 'keep-alive, CLOSE'), false)
  assert.equal(persistent('1.1', 'keep-alive', 'x', ' ,, close,'), false)
  assert.equal(persistent('1.0'), false)
  assert.equal(persistent('1.0', 'Keep-Alive'), true)
  assert.equal(persistent('1.0', 'keep-alive', 'close'), false)
})

test('a request without framing fields, or of length 0, has no body (RFC 9112 §6.3)', () => {
  for (const method of ['GET', 'POST', 'HEAD']) {
    assert.equal(read(`${method} / HTTP/1.1`, HOST).framing, Framing.NONE)
    assert.equal(read(`${method} / HTTP/1.1`, HOST, 'Content-Length: 0').framing, Framing.NONE)
    assert.equal(read(`${method} / HTTP/1.1`, HOST, 'Content-Length: 1').framing, Framing.LENGTH)
    assert.equal(read(`${method} / HTTP/1.1`, HOST, 'Transfer-Encoding: CHUNKED').framing, Framing.CHUNKED)
  }
})

test('Content-Length is exact up to 15 digits (RFC 9110 §8.6)', () => {
  assert.equal(
    read('POST / HTTP/1.1', HOST, 'Content-Length: 999999999999999').contentLength,
    999_999_999_999_999,
  )
  assert.equal(read('POST / HTTP/1.1', HOST, 'Content-Length: 000000000000005').contentLength, 5)
})

test('100-continue is seen, but not in HTTP/1.0 (RFC 9110 §10.1.1)', () => {
  assert.equal(read('PUT / HTTP/1.1', HOST, 'Expect: 100-Continue').expectsContinue, true)
  assert.equal(read('PUT / HTTP/1.1', HOST, 'Expect: other').expectsContinue, false)
  assert.equal(read('PUT / HTTP/1.0', 'Expect: 100-continue').expectsContinue, false)
})

test('every octet that a value may hold is kept; the white space around it is not its own (RFC 9110 §5.5)', () => {
  const octets = Array.from({length: 256}, (_, octet) => octet).filter(octet => octet > 32 && octet !== 127)
  const value = `a \t${String.fromCharCode(...octets)}\t b`
  assert.deepEqual(
    fieldList(read('GET / HTTP/1.1', HOST, `X:\t ${value} \t`, 'Y:', 'Z: \t').fields).slice(1),
    [
      ['X', value],
      ['Y', ''],
      ['Z', ''],
    ],
  )
})

test('a head object that is filled again keeps nothing of the request before', () => {
  const head = new RequestHead()
  const rich =
    'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nConnection: close, Upgrade, x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n'
  const plain = 'GET / HTTP/1.1\r\nHost: b.test\r\n\r\n'
  readRequestHead(rich, LIMITS, head)
  readRequestHead(plain, LIMITS, head)
  const fresh = new RequestHead()
  readRequestHead(plain, LIMITS, fresh)
  const visible = (of: RequestHead) => ({...of, fields: fieldList(of.fields)})
  assert.deepEqual(visible(head), visible(fresh))
})
