/** What a meter says of counters that workers wrote: rates, histories, percentiles, shares of errors. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {faultIndex} from '../../source/faults.ts'
import {BUCKETS, bucketOf, middleOf, percentileMs} from '../../source/metrics/histogram.ts'
import {Lane, Lanes, newLanes} from '../../source/metrics/lane.ts'
import {Meter} from '../../source/metrics/meter.ts'

function counters(workers = 2) {
  const cells = newLanes(workers)
  const lanes = new Lanes(cells)
  return {
    lanes,
    workers: Array.from({length: workers}, (_, index) => new Lane(cells, index)),
    meter: new Meter([lanes], 0),
  }
}

test('a bucket is right within 6.25 % from 8 µs to two minutes', () => {
  for (let micros = 8; micros < 2 ** 27; micros = Math.ceil(micros * 1.013)) {
    const error = Math.abs(middleOf(bucketOf(micros)) - micros) / micros
    assert.ok(error <= 0.0625, `${micros} µs is off by ${error}`)
  }
  assert.equal(bucketOf(1e12), BUCKETS - 1)
  assert.equal(bucketOf(-1), 0)
})

test('percentiles of known samples', () => {
  const counts = new Uint32Array(BUCKETS)
  for (let ms = 1; ms <= 1000; ms++) counts[bucketOf(ms * 1000)] = (counts[bucketOf(ms * 1000)] ?? 0) + 1
  for (const share of [0.5, 0.95, 0.99]) {
    const value = percentileMs(counts, 1000, share) ?? 0
    assert.ok(Math.abs(value - share * 1000) / (share * 1000) < 0.07, `p${share * 100} is ${value}`)
  }
  assert.equal(percentileMs(counts, 0, 0.5), undefined)
})

test('requests of all workers are one rate, and what has not finished is in flight', () => {
  const {workers, meter} = counters()
  for (const lane of workers) {
    for (let count = 0; count < 50; count++) {
      lane.start()
      lane.finish(count % 10 === 0 ? 502 : 200, 5000, 100, 1000)
    }
    lane.start()
  }
  const traffic = meter.read(1000)
  assert.equal(traffic.requests, 100)
  assert.equal(traffic.perSecond, 100)
  assert.equal(traffic.inFlight, 2)
  assert.equal(traffic.errorShare, 0.1)
  assert.deepEqual(traffic.byClass, [0, 0, 90, 0, 0, 10])
  assert.equal(traffic.bytesOutPerSecond, 100_000)
  assert.ok(traffic.p99 !== undefined && Math.abs(traffic.p99 - 5) < 0.4)
})

test('percentiles wait for enough samples', () => {
  const {workers, meter} = counters(1)
  for (let count = 0; count < 19; count++) workers[0]?.finish(200, 1000, 0, 0)
  const {p50, p95, p99} = meter.read(250)
  assert.ok(p50 !== undefined)
  assert.deepEqual([p95, p99], [undefined, undefined])
})

test('the history has a number a second, and errors are forgotten after a minute', () => {
  const {workers, meter} = counters(1)
  const [lane] = workers
  assert.ok(lane)
  for (let second = 1; second <= 90; second++) {
    for (let count = 0; count < second; count++) {
      lane.start()
      lane.finish(second <= 5 ? 500 : 200, 1000, 0, 0)
    }
    if (second <= 5) lane.fault(faultIndex('RESET'))
    const traffic = meter.read(second * 1000)
    if (second === 6)
      assert.deepEqual(
        traffic.faults.map(({code, count}) => [code, count]),
        [['RESET', 5]],
      )
  }
  const traffic = meter.read(90_000)
  assert.equal(traffic.history.length, 60)
  assert.deepEqual(traffic.history.slice(-3), [88, 89, 90])
  assert.equal(traffic.errorShare, 0)
  assert.deepEqual(traffic.faults, [])
})

test('counters that wrap at 2^32 are read right', () => {
  const {lanes, workers, meter} = counters(1)
  lanes.cells[0] = 2 ** 32 - 2 // STARTED
  lanes.cells[1] = 2 ** 32 - 2 // FINISHED
  const {requests: before} = meter.read(1000)
  for (let count = 0; count < 4; count++) {
    workers[0]?.start()
    workers[0]?.finish(200, 1000, 2 ** 31, 2 ** 31)
  }
  const traffic = meter.read(2000)
  assert.equal(traffic.requests - before, 4)
  assert.equal(traffic.inFlight, 0)
  assert.equal(lanes.wideSum(9), 2 ** 33) // BYTES_IN
})

test('a dead worker has nothing in flight any more', () => {
  const {lanes, workers} = counters()
  workers[0]?.start()
  workers[1]?.start()
  lanes.settle(1)
  assert.equal(lanes.inFlight, 1)
})

test('nothing happening costs no new picture', () => {
  const {meter} = counters()
  for (let second = 1; second <= 100; second++) meter.read(second * 1000)
  assert.equal(meter.read(101_000), meter.read(101_250))
})
