/** What a worker records is what a reader sees, however full the ring is. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {faultIndex} from '../../source/faults.ts'
import {FinishedRequest} from '../../source/recorder/facts.ts'
import {newRecorderCells, recentShape} from '../../source/recorder/layout.ts'
import {ringReaders} from '../../source/recorder/reader.ts'
import {RecorderWriter} from '../../source/recorder/writer.ts'

const WORKERS = 100 // small rings: 200 recent, 20 problems

function recorder() {
  const cells = newRecorderCells(WORKERS)
  const {recent, problems} = ringReaders(cells, WORKERS, 3)
  const all = (ring: typeof recent) =>
    Array.from({length: ring.slots}, (_, slot) => ring.read(slot))
      .filter(record => record !== undefined)
      .sort((one, other) => one.sequence - other.sequence)
  return {
    cells,
    writer: new RecorderWriter(cells, WORKERS),
    recent: () => all(recent),
    problems: () => all(problems),
  }
}

function request(target: string): FinishedRequest {
  const facts = new FinishedRequest()
  facts.startedAt = performance.now()
  facts.endedAt = facts.startedAt + 94.25
  facts.respondedAt = facts.startedAt + 88
  facts.status = 200
  facts.service = 2
  facts.requestHead = `GET ${target} HTTP/1.1\r\nHost: caf\xe9.test\r\n\r\n`
  facts.responseHead = 'HTTP/1.1 200 OK\r\n\r\n'
  facts.address = '127.0.0.1'
  Object.assign(facts.last, {
    instance: 1,
    status: 200,
    startedAt: facts.startedAt + 27,
    connectedAt: facts.startedAt + 27,
    endedAt: facts.endedAt,
    selection: 7,
    uses: 41,
  })
  return facts
}

test('a record comes back with its times, texts, client and attempts', () => {
  const {writer, recent, problems} = recorder()
  const facts = request('/login')
  facts.earlier = [
    {
      instance: 0,
      fault: faultIndex('CONNECT_REFUSED') + 1,
      status: 502,
      startedAt: facts.startedAt + 0.5,
      connectedAt: -1,
      endedAt: facts.startedAt + 1.5,
      uses: 1,
      selection: 6,
    },
  ]
  writer.record(facts)
  const [record] = recent()
  assert.ok(record)
  assert.equal(record.id, '3.1')
  assert.deepEqual([record.method, record.target, record.status], ['GET', '/login', 200])
  assert.ok(Math.abs(record.duration - 94.25) < 0.001)
  assert.equal(record.service, 1)
  assert.equal(record.requestHead, facts.requestHead)
  assert.equal(record.responseHead, facts.responseHead)
  assert.equal(record.clientAddress, '127.0.0.1')
  const [first, second] = record.attempts
  assert.deepEqual([first?.fault, first?.connected], ['CONNECT_REFUSED', undefined])
  assert.ok(Math.abs((first?.started ?? 0) - 0.5) < 0.001)
  assert.deepEqual([first?.selection, second?.selection], [6, 7])
  assert.deepEqual([second?.fault, second?.uses], [undefined, 41])
  assert.ok(Math.abs((second?.connected ?? 0) - 27) < 0.001)
  assert.equal(problems().length, 1)
})

test('the newest stay, and traffic cannot push a problem out', () => {
  const {writer, recent, problems} = recorder()
  const failed = request('/failed')
  failed.status = 502
  failed.fault = faultIndex('RESET') + 1
  writer.record(failed)
  const {slots} = recentShape(WORKERS)
  for (let index = 1; index <= slots + 5; index++) writer.record(request(`/${index}`))
  const kept = recent()
  assert.equal(kept.length, slots)
  assert.equal(kept.at(-1)?.target, `/${slots + 5}`)
  assert.equal(kept[0]?.target, '/6')
  assert.deepEqual(
    problems().map(({target, fault}) => [target, fault]),
    [['/failed', 'RESET']],
  )
})

test('a head larger than its slot is cut, and says how long it was', () => {
  const {writer, recent} = recorder()
  const facts = request(`/${'x'.repeat(30_000)}`)
  writer.record(facts)
  const [record] = recent()
  assert.ok(record)
  assert.equal(record.requestHeadLength, facts.requestHead.length)
  assert.ok(record.requestHead.length > 500 && record.requestHead.length < 2000)
  assert.ok(facts.requestHead.startsWith(record.requestHead))
  assert.equal(record.responseHead, facts.responseHead)
})

test('a worker that replaces another goes on with its numbers', () => {
  const {cells, writer, recent} = recorder()
  writer.record(request('/1'))
  writer.record(request('/2'))
  new RecorderWriter(cells, WORKERS).record(request('/3'))
  assert.deepEqual(
    recent().map(({sequence}) => sequence),
    [1, 2, 3],
  )
})

test('news is found by walking, whatever has been written over since the last look', () => {
  const {cells, writer} = recorder()
  const {recent: ring} = ringReaders(cells, WORKERS, 3)
  assert.equal(ring.countFrom(1, ring.newestSlot()), 0)
  let written = 0
  for (const more of [1, 3, 196, 1, 199, 200, 201, 450, 1]) {
    for (let index = 0; index < more; index++) writer.record(request(`/${++written}`))
    const newest = ring.newestSlot()
    assert.equal(ring.sequenceAt(newest), written)
    const held = Math.min(written, ring.slots)
    assert.equal(ring.countFrom(1, newest), held)
    assert.equal(ring.countFrom(written, newest), 1)
    assert.equal(ring.countFrom(written + 1, newest), 0)
    assert.equal(ring.find(written - held + 1)?.target, `/${written - held + 1}`)
    assert.equal(ring.find(written - held), undefined)
  }
})

test('while the slot after the newest is written, the newest is still found, and the oldest is gone', () => {
  const {cells, writer} = recorder()
  const {recent: ring} = ringReaders(cells, WORKERS, 3)
  for (let index = 1; index <= ring.slots; index++) writer.record(request(`/${index}`))
  assert.equal(ring.sequenceAt(ring.newestSlot()), ring.slots)
  new Float64Array(cells.recent)[0] = 0
  assert.equal(ring.sequenceAt(ring.newestSlot()), ring.slots)
  assert.equal(ring.countFrom(1, ring.newestSlot()), ring.slots - 1)
})

test('a slot that is being written is not read', () => {
  const {cells, writer, recent} = recorder()
  writer.record(request('/1'))
  new Float64Array(cells.recent)[0] = 0
  assert.deepEqual(recent(), [])
})
