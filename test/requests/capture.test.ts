/** What is kept of bodies stays within its bounds, whatever comes. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Capture, type CapturedExchange} from '../../source/proxy/capture.ts'
import {plainRequest, sampleRequest} from './samples.ts'

const MIB = 1_048_576

function taken(capture: Capture, size: number): CapturedExchange {
  const exchange = capture.begin(plainRequest)
  assert.ok(exchange)
  exchange.requestPieces([Buffer.alloc(size / 2, 'a')], false)
  exchange.responsePieces([Buffer.alloc(size / 2, 'b')], false)
  return exchange
}

test('the oldest give way when there is no more room', () => {
  // 64 workers: 2 MiB each.
  const capture = new Capture('', 64)
  for (let sequence = 1; sequence <= 100; sequence++) taken(capture, 65_536).end(sequence, plainRequest)
  const kept = (sequence: number) => capture.bodies(sequence).responseBody !== undefined
  assert.ok(kept(100) && kept(80) && !kept(1) && !kept(60))
  const held = Array.from(
    {length: 100},
    (_, index) => capture.bodies(index + 1).responseBody?.bytes.length ?? 0,
  )
  const total = held.reduce((sum, bytes) => sum + bytes * 2, 0)
  assert.ok(total <= 2 * MIB && total > 1.8 * MIB, String(total))
})

test('what is under way counts too: without room it is cut, not kept anyway', () => {
  const capture = new Capture('', 64)
  const underWay = Array.from({length: 40}, () => taken(capture, 131_072))
  const bytes = underWay.reduce((sum, exchange) => sum + exchange.bytes, 0)
  assert.ok(bytes <= 2 * MIB, String(bytes))
  const last = underWay.at(-1)
  assert.deepEqual([last?.response?.body.bytes.length, last?.response?.body.length], [0, 65_536])
  for (const [index, exchange] of underWay.entries()) exchange.end(index + 1, plainRequest)
  const next = taken(capture, 65_536)
  assert.equal(next.bytes, 65_536)
})

test('what does not match in the end gives its room back', () => {
  const capture = new Capture('status>=500', 64)
  for (let sequence = 1; sequence <= 1000; sequence++) taken(capture, 65_536).end(sequence, plainRequest)
  const failed = taken(capture, 65_536)
  failed.end(1001, sampleRequest({status: 500}))
  assert.equal(capture.bodies(1).requestBody, undefined)
  assert.equal(capture.bodies(1001).requestBody?.bytes.length, 32_768)
})

test('what cannot match is not begun, and a filter that cannot be read matches nothing', () => {
  assert.equal(new Capture('method:POST', 1).begin(plainRequest), undefined)
  assert.equal(new Capture('(', 1).begin(plainRequest), undefined)
})

test('a copy is kept, because the memory that was read into is used again', () => {
  const capture = new Capture('', 1)
  const exchange = capture.begin(plainRequest)
  const memory = Buffer.from('hello')
  exchange?.responsePieces([memory], false)
  memory.fill('x')
  exchange?.end(1, plainRequest)
  assert.equal(Buffer.from(capture.bodies(1).responseBody?.bytes ?? []).toString(), 'hello')
})
