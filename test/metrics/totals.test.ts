/** Totals never wrap and never fall, and their histogram's bounds are exact. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {headOf, histogram, labelsOf, sample} from '../../source/metrics/exposition.ts'
import {bucketOf} from '../../source/metrics/histogram.ts'
import {Cell, LANE_CELLS, Lane, Lanes, newLanes} from '../../source/metrics/lane.ts'
import {bounds, Totals} from '../../source/metrics/totals.ts'

function twoWorkers() {
  const memory = newLanes(2)
  return {
    memory,
    one: new Lane(memory, 0),
    other: new Lane(memory, 1),
    totals: new Totals(new Lanes(memory)),
  }
}

test('a cell that wraps goes on in the total, whatever the other worker has counted', () => {
  const {memory, one, other, totals} = twoWorkers()
  const cells = new Uint32Array(memory)
  const nearTheEnd = 2 ** 32 - 3
  const bucket = Cell.LATENCY + bucketOf(1000)
  for (const cell of [Cell.STARTED, Cell.FINISHED, Cell.CLASSES + 2, bucket]) cells[cell] = nearTheEnd
  totals.read()
  assert.equal(totals.count(Cell.CLASSES + 2), nearTheEnd)
  for (let count = 0; count < 10; count++) {
    for (const lane of [one, other]) {
      lane.start()
      lane.finish(200, 1000, 100, 1000)
    }
  }
  assert.ok((cells[Cell.CLASSES + 2] ?? 0) < 10, 'the first lane has wrapped')
  totals.read()
  assert.equal(totals.count(Cell.CLASSES + 2), nearTheEnd + 20)
  assert.equal(totals.cumulative().at(-1), nearTheEnd + 20)
  assert.equal(totals.bytesIn, 2000)
  assert.equal(totals.bytesOut, 20_000)
})

test('what a dead worker leaves unfinished changes no count of requests', () => {
  const {memory, one, totals} = twoWorkers()
  one.start()
  one.start()
  one.finish(200, 500, 1, 1)
  totals.read()
  new Lanes(memory).settle(0)
  totals.read()
  assert.equal(totals.count(Cell.CLASSES + 2), 1)
  assert.equal(totals.cumulative().at(-1), 1)
})

test('a latency lies under exactly the bounds that are above it', () => {
  for (const bound of bounds) {
    for (const micros of [bound * 1e6 - 1, bound * 1e6]) {
      const {one, totals} = twoWorkers()
      one.start()
      one.finish(200, Math.round(micros), 0, 0)
      totals.read()
      const cumulative = totals.cumulative()
      bounds.forEach((other, index) => {
        assert.equal(
          cumulative[index],
          Math.round(micros) < Math.round(other * 1e6) ? 1 : 0,
          `${micros} ${other}`,
        )
      })
      assert.equal(cumulative.at(-1), 1)
      assert.ok(Math.abs(totals.seconds / (micros / 1e6) - 1) < 0.07)
    }
  }
})

test('connections are counted without any request', () => {
  const {one, totals} = twoWorkers()
  one.connectionOpened()
  totals.read()
  assert.equal(totals.count(Cell.CONNECTIONS_OPENED), 1)
  assert.ok(LANE_CELLS > Cell.LATENCY)
})

test('the text format: what a label or a help text cannot hold is escaped', () => {
  const labels = labelsOf({service: 'a"b\\c\nd', upstream: '[::1]:80'})
  assert.equal(labels, 'service="a\\"b\\\\c\\nd",upstream="[::1]:80"')
  assert.equal(sample('x_total', labels, 3), `x_total{${labels}} 3\n`)
  assert.equal(sample('x', '', Number.POSITIVE_INFINITY), 'x +Inf\n')
  assert.equal(sample('x', '', Number.NaN), 'x NaN\n')
  assert.equal(headOf('x', 'gauge', 'a\\b\nc'), '# HELP x a\\\\b\\nc\n# TYPE x gauge\n')
  assert.equal(
    histogram('h', '', [0.5, 1], [1, 3, 4], 2.5),
    'h_bucket{le="0.5"} 1\nh_bucket{le="1"} 3\nh_bucket{le="+Inf"} 4\nh_sum 2.5\nh_count 4\n',
  )
})
