/** Every nasty message is refused under its own name, in one piece and in many, and every malformation has one. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {HeadKind} from '../../source/http1/head-collector.ts'
import {malformations} from '../../source/http1/malformed.ts'
import {type NastyMessage, nastyRequests, nastyResponses} from './nasty.ts'
import {byteByByte, readMessages} from './read-messages.ts'

function refuses(kind: HeadKind, {name, bytes, code, why, method}: NastyMessage): void {
  const options = {kind, methods: [method]}
  test(`${kind}: ${name} is refused as ${code} (${why})`, () => {
    const whole = readMessages([bytes], options)
    assert.equal(whole.refusal, code)
    assert.equal(whole.messages.length, 0)
    const slow = readMessages(byteByByte(bytes), options)
    assert.ok(slow.refusal !== undefined && slow.messages.length === 0, 'byte by byte: let through')
    if (kind === 'response') return // a 502 in any case
    assert.equal(
      malformations[slow.refusal].status,
      malformations[code].status,
      `byte by byte: ${slow.refusal}`,
    )
  })
}

for (const nasty of nastyRequests()) refuses('request', nasty)
for (const nasty of nastyResponses()) refuses('response', nasty)

test('every row of the table of malformations is reached by a nasty message', () => {
  // On connections over TLS, and before one is there: see test/tls.
  const secured = ['PLAIN_HTTP', 'SCHEME_PLAIN'] as const
  const reached = new Set([...[...nastyRequests(), ...nastyResponses()].map(({code}) => code), ...secured])
  assert.deepEqual(
    Object.keys(malformations).filter(code => !reached.has(code as keyof typeof malformations)),
    [],
  )
})

test('no two nasty messages have the same name or bytes', () => {
  for (const messages of [nastyRequests(), nastyResponses()]) {
    assert.equal(new Set(messages.map(({name}) => name)).size, messages.length)
    assert.equal(new Set(messages.map(({bytes}) => bytes.toString('latin1'))).size, messages.length)
  }
})
