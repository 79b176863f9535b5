/** How the network cuts a stream into pieces changes nothing (RFC 9112 §2.1: a message is a sequence of octets). */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {Form} from '../../source/http1/chunked.ts'
import type {HeadKind} from '../../source/http1/head-collector.ts'
import {nastyRequests, nastyResponses} from './nasty.ts'
import {byteByByte, bytesOf, type ReadOptions, readMessages} from './read-messages.ts'
import {validRequests, validResponses} from './valid.ts'

/** `bytes` cut at the given offsets, which need be neither in order nor in range; empty pieces are left in. */
function cut(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const ends = [...offsets.map(offset => offset % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

function unmovedByCuts(name: string, bytes: Buffer, options: ReadOptions): void {
  const whole = readMessages([bytes], options)
  const same = (pieces: Buffer[], how: string) =>
    assert.deepEqual(readMessages(pieces, options), whole, `${name}, ${how}`)
  for (let at = 0; at <= bytes.length; at++) {
    same([bytes.subarray(0, at), bytes.subarray(at)], `cut at ${at}`)
  }
  same(byteByByte(bytes), 'byte by byte')
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), {maxLength: 12}), offsets =>
      same(cut(bytes, offsets), `cut at ${offsets}`),
    ),
    {seed: 9112, numRuns: 100},
  )
}

for (const [kind, streams] of [
  ['request', validRequests],
  ['response', validResponses],
] as const) {
  for (const {name, text, count, methods} of streams) {
    for (const form of [Form.WIRE, Form.PAYLOAD]) {
      test(`${kind}: ${name}: every cut gives the same messages (form ${form})`, () => {
        const options = {kind, form, methods: methods ?? []}
        const {messages, refusal, incomplete} = readMessages([bytesOf(text)], options)
        assert.deepEqual(
          {refusal, incomplete, count: messages.length},
          {refusal: undefined, incomplete: false, count},
        )
        unmovedByCuts(name, bytesOf(text), options)
      })
    }
  }
}

test('no beginning of a valid stream is refused: what is missing may still come', () => {
  for (const [kind, streams] of [
    ['request', validRequests],
    ['response', validResponses],
  ] as const) {
    for (const {name, text, methods} of streams) {
      const bytes = bytesOf(text)
      for (let end = 0; end < bytes.length; end++) {
        const {refusal} = readMessages([bytes.subarray(0, end)], {kind, methods: methods ?? []})
        assert.equal(refusal, undefined, `${name}, the first ${end} bytes`)
      }
    }
  }
})

test('a nasty message is refused wherever it is cut', () => {
  const refused = (kind: HeadKind, method: string, name: string, pieces: Buffer[]) => {
    const {refusal, messages} = readMessages(pieces, {kind, methods: [method]})
    assert.ok(refusal !== undefined && messages.length === 0, `${kind}: ${name}`)
  }
  for (const [kind, list] of [
    ['request', nastyRequests()],
    ['response', nastyResponses()],
  ] as const) {
    for (const {name, bytes, method} of list) {
      const step = Math.max(1, Math.floor(bytes.length / 200))
      for (let at = 1; at < bytes.length; at += step) {
        refused(kind, method, `${name}, cut at ${at}`, [bytes.subarray(0, at), bytes.subarray(at)])
      }
    }
  }
})
