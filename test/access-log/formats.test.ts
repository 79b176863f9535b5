/** The lines of the access log: what common tools parse, and nothing in them that could do something to a terminal. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type Entry, entryOf} from '../../source/access-log/entry.ts'
import {logFormats} from '../../source/access-log/formats.ts'
import {RingTail} from '../../source/access-log/ring-tail.ts'
import {faultIndex} from '../../source/faults.ts'
import {FinishedRequest} from '../../source/recorder/facts.ts'
import {Flag, newRecorderCells} from '../../source/recorder/layout.ts'
import {ringReaders} from '../../source/recorder/reader.ts'
import {RecorderWriter} from '../../source/recorder/writer.ts'

const WORKERS = 100 // small rings: 200 recent

const names = {
  idPrefix: '0123456789abcdef0123',
  serviceName: (service: number) => ['api', 'web'][service],
  instanceKey: (_: number, instance: number) => `10.0.0.${instance}:80`,
}

function facts(head: string): FinishedRequest {
  const request = new FinishedRequest()
  request.startedAt = Date.UTC(2099, 10, 27, 9, 5, 7, 250) - performance.timeOrigin
  request.endedAt = request.startedAt + 12.5
  request.respondedAt = request.startedAt + 11
  request.status = 200
  request.service = 1
  request.bytesIn = 120
  request.bytesOut = 345
  request.address = '192.0.2.7'
  request.clientPort = 40_000
  request.requestHead = head
  Object.assign(request.last, {
    instance: 2,
    status: 200,
    startedAt: request.startedAt + 2,
    connectedAt: request.startedAt + 3,
    endedAt: request.endedAt,
    uses: 1,
  })
  return request
}

/** As the log has it: written by a worker and read from its ring. */
function recorded(request: FinishedRequest): Entry {
  const cells = newRecorderCells(WORKERS)
  const tail = new RingTail(ringReaders(cells, WORKERS, 0).recent, 'now')
  new RecorderWriter(cells, WORKERS).record(request)
  const entries: Entry[] = []
  tail.read(10, record => entries.push(entryOf(record, names)))
  assert.equal(entries.length, 1)
  return entries[0] as Entry // there is one
}

const plain =
  'GET /a?b=c HTTP/1.1\r\nHost: x.test\r\nUser-Agent: curl/8\r\nReferer: http://y/\r\nX-Request-Id: q1\r\n\r\n'

test('common, combined and extended are what the tools of httpd read', () => {
  const entry = recorded(facts(plain))
  const common = '192.0.2.7 - - [27/Nov/2099:09:05:07 +0000] "GET /a?b=c HTTP/1.1" 200 345'
  assert.equal(logFormats.common(entry), common)
  assert.equal(logFormats.combined(entry), `${common} "http://y/" "curl/8"`)
  assert.equal(logFormats.extended(entry), `${common} "http://y/" "curl/8" 0.012500 "api" 10.0.0.2:80 - "q1"`)
  const bare = recorded({...facts('GET / HTTP/1.1\r\n\r\n'), bytesOut: 0})
  assert.match(logFormats.combined(bare), /" 200 - "-" "-"$/)
})

test('json has times, attempts, fault and blame', () => {
  const request = facts(plain)
  request.status = 502
  request.fault = faultIndex('RESET') + 1
  request.detail = 'ECONNRESET'
  request.earlier = [
    {
      instance: 1,
      fault: faultIndex('CONNECT_REFUSED') + 1,
      status: 502,
      startedAt: request.startedAt,
      connectedAt: -1,
      endedAt: request.startedAt + 1.5,
      uses: 1,
      selection: 0,
    },
  ]
  Object.assign(request.last, {fault: faultIndex('RESET') + 1, status: 502})
  const line = JSON.parse(logFormats.json(recorded(request))) as Record<string, unknown>
  assert.equal(line.time, '2099-11-27T09:05:07.250Z')
  assert.equal(line.duration, 0.0125)
  assert.equal(line.responded, 0.011)
  assert.equal(line.service, 'api')
  assert.equal(line.instance, '10.0.0.2:80')
  assert.equal(line.fault, 'RESET')
  assert.equal(line.blame, 'upstream')
  assert.equal(line.phase, 'wait')
  assert.equal(line.detail, 'ECONNRESET')
  assert.equal(line.requestId, 'q1')
  assert.deepEqual(line.attempts, [
    {instance: '10.0.0.1:80', status: 502, fault: 'CONNECT_REFUSED', started: 0, ended: 0.0015, uses: 1},
    {
      instance: '10.0.0.2:80',
      status: 502,
      fault: 'RESET',
      started: 0.002,
      connected: 0.003,
      ended: 0.0125,
      uses: 1,
    },
  ])
  assert.equal('broken' in line || 'onPurpose' in line, false)
  request.flags = Flag.ON_PURPOSE
  assert.match(logFormats.json(recorded(request)), /,"onPurpose":true,/)
})

test('whatever a request holds, a line is ASCII without controls, one line, and its quotes are closed', () => {
  const nasty = '"\\\x1b]0;x\x07\x9b31m\x7f\xe9'
  const head = `GET /${nasty.replace('"', '%22')} HTTP/1.1\r\nHost: ${nasty}\r\nUser-Agent: ${nasty}\r\nReferer: ${nasty}\r\nX-Request-Id: ${nasty}\r\n\r\n`
  const entry = {...recorded(facts(head)), service: 'ünï "s"'}
  for (const [name, lineOf] of Object.entries(logFormats)) {
    const line = lineOf(entry)
    assert.match(line, /^[ -~]+$/, name)
  }
  const {userAgent, service} = JSON.parse(logFormats.json(entry)) as Record<string, unknown>
  assert.equal(userAgent, nasty)
  assert.equal(service, 'ünï "s"')
  assert.ok(logFormats.combined(entry).endsWith(' "\\"\\\\\\x1b]0;x\\x07\\x9b31m\\x7f\\xe9"'))
})

test('a tail tells each record once, in order, and counts those that were gone before it looked', () => {
  const cells = newRecorderCells(WORKERS)
  const writer = new RecorderWriter(cells, WORKERS)
  const {recent} = ringReaders(cells, WORKERS, 0)
  for (let count = 0; count < 7; count++) writer.record(facts(plain))
  const tail = new RingTail(recent, 'now')
  const seen: number[] = []
  const read = (limit: number) => tail.read(limit, ({sequence}) => seen.push(sequence))
  assert.deepEqual(read(10), {missed: 0, more: false}, 'what was before is not told')
  for (let count = 0; count < 5; count++) writer.record(facts(plain))
  assert.deepEqual(read(3), {missed: 0, more: true})
  assert.deepEqual(read(3), {missed: 0, more: false})
  assert.deepEqual(seen.splice(0), [8, 9, 10, 11, 12])
  for (let count = 0; count < 1000; count++) writer.record(facts(plain))
  let missed = 0
  for (let more = true; more; ) {
    const result = read(50)
    missed += result.missed
    more = result.more
  }
  assert.equal(missed + seen.length, 1000)
  assert.equal(seen.length, recent.slots - 1)
  assert.deepEqual(
    seen,
    Array.from({length: seen.length}, (_, index) => 1012 - seen.length + 1 + index),
  )
})
