/** Hostile text from the network: it reaches no event, no log line and no answer of the proxy's own as it came. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {eventLine, readyLine, summary} from '../../source/commands/headless.ts'
import {pair} from './harness.ts'

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/** Bytes that a terminal or a log would act on, as latin1. */
const hostile: readonly string[] = [
  ...[...Array(0x20).keys(), 0x7f, ...Array.from({length: 0x20}, (_, index) => 0x80 + index)].map(octet =>
    String.fromCharCode(octet),
  ),
  '\x1b[2J\x1b[31mred',
  '\x1b]0;title\x07',
  '\x1b]52;c;ZXZpbA==\x07',
  '\x1b]8;;http://evil.test\x1b\\link',
  '\x1bP+q544e\x1b\\',
  '\x9b31m',
  utf8('\u202eevil\u202c'),
  utf8('\u2066evil\u2069'),
  utf8('\u200b\ufeff\u2028'),
  '\xc0\x8a\xe0\x80\x9b', // overlong LF and ESC
  '\xed\xa0\x80', // a lone surrogate
  '\xff\xfe',
  '\r\n2026-01-01T00:00:00.000Z ERROR proxy: forged (nobody)',
  'x'.repeat(65_536),
]
const marker = 'M4RKER'

test('control bytes, escape sequences, bidi overrides, broken UTF-8 and 64 KiB values come nowhere unfiltered', async t => {
  const {proxy, origin} = await pair(t)
  const answers: string[] = []
  for (const text of hostile) {
    const evil = `${marker}${text}${marker}`
    for (const request of [
      `GET /${evil} HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${evil}\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: other.test\r\nX: ${evil}\r\nConnection: close\r\n\r\n`,
      `${evil} / HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n`,
    ]) {
      const client = proxy.client()
      client.send(request)
      client.end()
      // A field value that is well-formed, if ugly, may be passed on: then there is no answer of ours.
      origin.script = peer => peer.socket.on('data', () => peer.reset())
      await client.closed
      answers.push(client.text)
    }
    const client = proxy.client()
    origin.script = peer =>
      peer.socket.once('data', () => {
        peer.send(Buffer.from(`HTTP/1.1 2000 ${evil}\r\nX: ${evil}\r\n\r\n`, 'latin1'))
        peer.end()
      })
    client.send('GET / HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n')
    await client.closed
    answers.push(client.text)
  }
  for (const answer of answers) {
    if (answer === '') continue
    assert.doesNotMatch(answer, new RegExp(marker), 'an answer repeats what it was given')
    assert.match(answer, /^(?:[\x20-\x7e]|\r\n|\n)*$/)
  }
  await proxy.quiet()
  const snapshot = proxy.controller.snapshot()
  const lines = [readyLine(snapshot), summary(snapshot)]
  for (const event of snapshot.events) lines.push(eventLine(event), JSON.stringify(event))
  for (const line of lines) {
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    assert.ok(line.length < 2500)
  }
})

test('every event text is neutralised, whoever wrote it, and cut to a length', async t => {
  const {proxy} = await pair(t)
  for (const text of hostile) proxy.controller.events.add('bad', text, text, text)
  for (const event of proxy.controller.events.events) {
    for (const line of [eventLine(event), JSON.stringify(event)]) {
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      assert.ok(line.length < 2500)
    }
  }
})

test('an answer in HTML or JSON repeats nothing of the request either', async t => {
  const {proxy} = await pair(t)
  const markup = '<script>alert(1)</script>"\'&'
  for (const accept of ['text/html', 'application/json', 'application/problem+json']) {
    const answer = await proxy.exchange(
      `GET /?${markup.replaceAll(/[<> ]/g, '')} HTTP/1.1\r\nHost: nobody.test\r\nAccept: ${accept}, ${markup}\r\nX: ${markup}\r\nConnection: close\r\n\r\n`,
    )
    assert.match(answer, /^HTTP\/1\.1 421 /)
    assert.doesNotMatch(answer, /script|alert|nobody/)
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    if (accept.includes('json')) assert.equal((JSON.parse(body) as {status: number}).status, 421)
  }
})
