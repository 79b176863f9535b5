/** The chunked coding: what passes is passed on as the same payload, and nothing of it that could mislead goes along. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {ChunkedReader, Form, type FormKind} from '../../source/http1/chunked.ts'
import {MalformedMessage} from '../../source/http1/malformed.ts'
import {byteByByte, bytesOf, decodedChunks} from './read-messages.ts'

function pass(text: string, form: FormKind, nominated?: readonly string[]): string {
  const reader = new ChunkedReader(form, nominated)
  const out: Buffer[] = []
  assert.equal(reader.read(bytesOf(text), 0, out), text.length)
  assert.ok(reader.done)
  return Buffer.concat(out).toString('latin1')
}

function refusal(text: string): string | undefined {
  try {
    new ChunkedReader(Form.WIRE).read(bytesOf(text), 0, [])
  } catch (error) {
    assert.ok(error instanceof MalformedMessage)
    return error.code
  }
  return undefined
}

test('plain chunks pass without a copy, as one view of the piece they came in', () => {
  const piece = bytesOf('5\r\nhello\r\nA\r\n0123456789\r\n')
  const out: Buffer[] = []
  const reader = new ChunkedReader(Form.WIRE)
  assert.equal(reader.read(piece, 0, out), piece.length)
  assert.deepEqual(out, [piece])
  assert.equal(out[0], piece)
  assert.deepEqual([reader.payload, reader.done], [15, false])
})

test('valid extensions pass and are cut out (RFC 9112 §7.1.1)', () => {
  const extensions = [
    ';a',
    ';a=b',
    ';a="b"',
    ';a=""',
    ' ;\ta = b',
    ';a;b=c;d="e;f=\\"g\\\\"',
    ';a="\x80\xff\t "',
    `;${'x'.repeat(200)}`,
  ]
  for (const extension of extensions) {
    const text = `5${extension}\r\nhello\r\n0${extension}\r\n\r\n`
    assert.equal(pass(text, Form.WIRE), '5\r\nhello\r\n0\r\n\r\n', extension)
    assert.equal(pass(text, Form.PAYLOAD), 'hello', extension)
  }
})

test('sizes may have zeros in front and letters of either case, up to 13 digits (RFC 9112 §7.1)', () => {
  assert.equal(pass('0000000000005\r\nhello\r\n0000000000000\r\n\r\n', Form.PAYLOAD), 'hello')
  assert.equal(pass(`aB\r\n${'x'.repeat(0xab)}\r\n0\r\n\r\n`, Form.PAYLOAD).length, 0xab)
  assert.equal(refusal('fffffffffffff\r\n'), undefined)
})

test('payload that looks like chunks is payload', () => {
  const inner = '0\r\n\r\nGET / HTTP/1.1\r\n\r\n5\r\n'
  const text = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`
  assert.equal(pass(text, Form.PAYLOAD), inner)
  assert.equal(pass(text, Form.WIRE), text)
})

test('bytes after the body are left alone, and a reader that is done takes no more', () => {
  const text = 'x5\r\nhello\r\n0\r\n\r\nGET /'
  for (const form of [Form.WIRE, Form.PAYLOAD]) {
    const reader = new ChunkedReader(form)
    const out: Buffer[] = []
    const end = reader.read(bytesOf(text), 1, out)
    assert.equal(text.slice(end), 'GET /')
    assert.equal(reader.read(bytesOf(text), end, out), end)
    assert.equal(Buffer.concat(out).toString('latin1'), form === Form.WIRE ? text.slice(1, end) : 'hello')
  }
})

test('trailers pass to the letter, but for those that may not stand there (RFC 9110 §6.5.1)', () => {
  const good = 'X-Sum:  a \r\nx-sum: b\r\nServer-Timing: c\r\nGrpc-Status: 0\r\n'
  const bad = [
    'Content-Length: 5',
    'TRANSFER-ENCODING: chunked',
    'Host: x',
    'Trailer: x',
    'Connection: close',
    'TE: trailers',
    'Set-Cookie: a=b',
    'Cookie: a',
    'Authorization: x',
    'Content-Type: x',
    'Content-Encoding: x',
    'Content-Range: x',
    'Cache-Control: x',
    'Expect: x',
    'X-Forwarded-For: x',
    'Forwarded: x',
    'Via: x',
    'Location: x',
    'Upgrade: x',
    'Keep-Alive: x',
    'Max-Forwards: 1',
    'Date: x',
    'Proxy-Authorization: x',
    'Proxy-Connection: x',
    'WWW-Authenticate: x',
    'Vary: x',
    'Range: x',
    'If-Match: x',
    'Age: 1',
  ]
  const trailers = bad.map((line, index) => `${line}\r\n${index === 3 ? good : ''}`).join('')
  assert.equal(pass(`0\r\n${trailers}\r\n`, Form.WIRE), `0\r\n${good}\r\n`)
  assert.equal(pass(`0\r\n${trailers}\r\n`, Form.PAYLOAD), '')
})

test('trailers that Connection named are for this connection only (RFC 9110 §7.6.1)', () => {
  const text = '0\r\nX-Hop: 1\r\nX-End: 2\r\n\r\n'
  assert.equal(pass(text, Form.WIRE, ['x-hop']), '0\r\nX-End: 2\r\n\r\n')
})

test('a size line of 256 bytes passes, one of 257 does not; nor do more than 16 KiB of extensions', () => {
  const line = (length: number) => `0;${'a'.repeat(length - 4)}\r\n\r\n`
  assert.equal(refusal(line(256)), undefined)
  assert.equal(refusal(line(257)), 'CHUNK_SIZE_TOO_LONG')
  const chunk = `1;${'a'.repeat(127)}\r\nx\r\n`
  assert.equal(refusal(chunk.repeat(128)), undefined)
  assert.equal(refusal(`${chunk.repeat(128)}0;a\r\n\r\n`), 'CHUNK_EXTENSIONS')
})

test('a trailer section of 16 KiB with its empty line passes, one byte more does not', () => {
  const trailers = (length: number) => `0\r\nX: ${'a'.repeat(length - 7)}\r\n\r\n`
  assert.equal(refusal(trailers(16_384)), undefined)
  assert.equal(refusal(trailers(16_385)), 'TRAILER_TOO_LARGE')
  assert.equal(refusal(`0\r\n${'X: y\r\n'.repeat(100)}\r\n`), undefined)
  assert.equal(refusal(`0\r\n${'X: y\r\n'.repeat(101)}\r\n`), 'TOO_MANY_FIELDS')
})

test('what can never become a size line is refused at its first wrong byte', () => {
  for (const text of [
    'g',
    '5g',
    '-',
    '5\0',
    '5;\x01',
    '5;\x7f',
    '5\rx',
    '5;a\rx',
    '\r',
    ' ',
    ';',
    '\n',
    '5x',
  ]) {
    assert.equal(refusal(text), 'CHUNK_SIZE', JSON.stringify(text))
  }
})

const token = fc.string({minLength: 1, maxLength: 6, unit: fc.constantFrom(...'abzAZ09!#-_~')})
const quoted = fc
  .string({maxLength: 6, unit: fc.constantFrom('a', ';', '=', ' ', '\t', '\\"', '\\\\', '\x80')})
  .map(text => `"${text}"`)
const extension = fc
  .tuple(token, fc.option(fc.oneof(token, quoted)))
  .map(([name, value]) => (value === null ? `;${name}` : `;${name}=${value}`))
const data = fc.string({minLength: 1, maxLength: 40, unit: fc.constantFrom(...'\r\n0aF;: \0\xff')})
const chunk = fc.tuple(data, fc.array(extension, {maxLength: 2}), fc.nat(3), fc.boolean())
const body = fc.tuple(
  fc.array(chunk, {maxLength: 6}),
  fc.array(
    token.map(value => `X-${value}: ${value}\r\n`),
    {maxLength: 3},
  ),
)

test('property: PAYLOAD is the data joined; WIRE read by another reader is the same payload and trailers', () => {
  fc.assert(
    fc.property(body, ([chunks, trailers]) => {
      const payload = chunks.map(([text]) => text).join('')
      const size = (text: string, zeros: number, upper: boolean) => {
        const digits = '0'.repeat(zeros) + text.length.toString(16)
        return upper ? digits.toUpperCase() : digits
      }
      const coded = chunks.map(
        ([text, extensions, zeros, upper]) =>
          `${size(text, zeros, upper)}${extensions.join('')}\r\n${text}\r\n`,
      )
      coded.push(`0\r\n${trailers.join('')}\r\n`)
      assert.equal(pass(coded.join(''), Form.PAYLOAD), payload)
      const wire = pass(coded.join(''), Form.WIRE)
      assert.deepEqual(decodedChunks(wire), {payload, trailers: trailers.join(''), end: wire.length})
      const slow = new ChunkedReader(Form.WIRE)
      const out: Buffer[] = []
      for (const piece of byteByByte(bytesOf(coded.join('')))) slow.read(piece, 0, out)
      assert.deepEqual([Buffer.concat(out).toString('latin1'), slow.payload], [wire, payload.length])
    }),
    {seed: 9112, numRuns: 1000},
  )
})
