/** The small pure parts behind the screens of requests: bars, heat, what is kept, pictures, the mouse. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {HeatLog, heatBounds, heatKey} from '../../source/dashboard/heat-log.ts'
import {KeptSnapshots, snapshotAfter, snapshotBefore} from '../../source/dashboard/kept-snapshots.ts'
import {mouseEvents} from '../../source/dashboard/mouse.ts'
import {bytes, count, duration, tenths} from '../../source/dashboard/numbers.ts'
import {svgOfLines} from '../../source/dashboard/painted-svg.ts'
import {theme} from '../../source/dashboard/theme.ts'
import {ordinal} from '../../source/dashboard/timing-bars.ts'
import {cellsOf, spansOf, whereBar} from '../../source/dashboard/where.ts'
import {attempt, request, retriedLogin} from './request-samples.ts'
import {instance, NOW, service, snapshot} from './samples.ts'

const signs = glyphs(false)
const bar = (values: Parameters<typeof whereBar>[0], width = 10) =>
  whereBar(values, width, signs)
    .map(([, text]) => text)
    .join('')

test('the bar says where the time went, and how it ended', () => {
  assert.equal(bar(retriedLogin), '╍···─────━')
  assert.equal(bar(request(1, {duration: 100, responded: 50})), '─────━━━━━')
  const slow = attempt(1, {connected: 60, ended: 100, fault: 'RESPONSE_TIMEOUT'})
  assert.equal(bar(request(1, {duration: 100, fault: 'RESPONSE_TIMEOUT', attempts: [slow]})), '╍╍╍╍╍╍───T')
  assert.equal(bar(request(1, {duration: 100, broken: true, responded: 10})), '─━━━━━━━━✕')
  assert.equal(bar(request(1, {attempts: [], fault: 'NO_INSTANCE', status: 503})), 'no inst.')
})

test('the parts of a request follow each other and fill its time', () => {
  const spans = spansOf(retriedLogin)
  assert.deepEqual(
    spans.map(({is}) => is),
    ['connect', 'pause', 'wait', 'body'],
  )
  for (const [index, span] of spans.entries()) assert.ok(span.from >= (spans[index - 1]?.to ?? 0))
  assert.equal(spans.at(-1)?.to, retriedLogin.duration)
})

test('cells are shared out by weight to the last one', () => {
  assert.deepEqual(cellsOf([1, 98, 1], 10), [1, 8, 1])
  fc.assert(
    fc.property(
      fc.array(fc.double({min: 0.001, max: 1e9, noNaN: true}), {minLength: 1, maxLength: 12}),
      fc.integer({min: 1, max: 60}),
      (weights, width) => {
        assert.equal(
          cellsOf(weights, width).reduce((sum, cells) => sum + cells, 0),
          width,
        )
      },
    ),
  )
})

test('heat counts by second and latency, of a service and of each instance, and forgets', () => {
  const heat = new HeatLog()
  heat.add(request(1, {at: NOW - 1500, duration: 120, attempts: [attempt(3001)]}))
  heat.add(request(2, {at: NOW - 1500, duration: 130, attempts: [attempt(3002)]}))
  const row = heatBounds.indexOf(100)
  assert.equal(heat.read('api', NOW, 3)[1]?.[row], 2)
  assert.equal(heat.read(heatKey('api', '127.0.0.1:3001'), NOW, 3)[1]?.[row], 1)
  assert.equal(heat.read('api', NOW, 3)[0], undefined)
  heat.add(request(3, {at: NOW - 1500 + 300_000, duration: 120, attempts: [attempt(3001)]}))
  assert.equal(heat.read('api', NOW, 3)[1], undefined)
})

test('a quarter of an hour of snapshots is kept, ten seconds apart', () => {
  const kept = new KeptSnapshots()
  for (let second = 0; second <= 1200; second++) kept.offer(snapshot({at: NOW + second * 1000}))
  assert.equal(kept.all.length, 90)
  const times = kept.all.map(({at}) => at)
  assert.ok(times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) === 10_000))
  const now = NOW + 1_200_000
  assert.equal(snapshotBefore(kept.all, now)?.at, now - 10_000)
  assert.equal(snapshotBefore(kept.all, now - 10_000)?.at, now - 20_000)
  assert.equal(snapshotAfter(kept.all, now - 20_000)?.at, now - 10_000)
  assert.equal(snapshotAfter(kept.all, now), undefined)
  kept.offer(snapshot({at: NOW + 600_000}))
  assert.equal(kept.all.at(-1)?.at, NOW + 600_000)
})

test('of ten thousand instances a snapshot a minute is kept, for just as long', () => {
  const kept = new KeptSnapshots()
  const instances = Array.from({length: 10_000}, (_, index) => instance(index))
  const services = [service('many', instances)]
  for (let second = 0; second <= 1200; second += 5) kept.offer(snapshot({at: NOW + second * 1000, services}))
  assert.equal(kept.all.length, 15)
  assert.equal((kept.all.at(-1)?.at ?? 0) - (kept.all[0]?.at ?? 0), 14 * 60_000)
})

test('reports of the mouse are read out of anything', () => {
  assert.deepEqual(mouseEvents('x\x1b[<0;10;5Mjj\x1b[<0;10;5m\x1b[<65;1;1M\x1b[<64;2;3M\x1b[<2;1;1M'), [
    {is: 'click', column: 9, row: 4},
    {is: 'down', column: 0, row: 0},
    {is: 'up', column: 1, row: 2},
  ])
})

test('numbers of requests in their columns', () => {
  assert.deepEqual([0, 0.4, 94.2, 999, 5003, 42_000, 720_000, Number.NaN].map(duration), [
    '0ms',
    '0.4ms',
    '94ms',
    '999ms',
    '5.0s',
    '42s',
    '12m',
    '-',
  ])
  assert.deepEqual([0.3, 94.2, 5012, 12_400, undefined].map(tenths), ['0.3', '94.2', '5012', '12.4s', ''])
  assert.deepEqual([0, 1204, 48_120, 481_000].map(count), ['0', '1,204', '48,120', '481k'])
  assert.deepEqual([0, 132, 1100, 4_100_000].map(bytes), ['0B', '132B', '1.10kB', '4.10MB'])
  assert.deepEqual([1, 2, 3, 11, 12, 21, 41, 112].map(ordinal), [
    '1st',
    '2nd',
    '3rd',
    '11th',
    '12th',
    '21st',
    '41st',
    '112th',
  ])
  fc.assert(
    fc.property(fc.double(), value => {
      assert.ok(duration(value).length <= 5 && tenths(value).length <= 6 && bytes(value).length <= 6)
    }),
  )
})

test('painted lines become a picture with the same text and colours', () => {
  const {role, selected} = theme(24)
  const line = selected(`${role('bad', '502')} ${role('text', 'a<b')}`)
  const svg = svgOfLines([line, role('heat5', '█')], 10)
  assert.match(svg, /fill="#f7768e">502</)
  assert.match(svg, /a&lt;b/)
  assert.match(svg, /fill="#242a3d"/)
  assert.match(svg, /fill="#d3e2ff"/)
  assert.match(svgOfLines([theme(1).role('bad', 'x')], 1), /font-weight="bold">x</)
})

test('every theme paints every text without changing it', () => {
  for (const name of ['dark', 'light', 'colour-blind safe', 'none'] as const) {
    for (const depth of [1, 4, 8, 24] as const) {
      const painted = theme(depth, name).selected(theme(depth, name).role('warn.strong', 'text'))
      assert.equal(painted.replace(/\x1b\[[\d;]*m/g, ''), 'text')
    }
  }
  assert.equal(theme(24, 'none').role('bad', 'x'), '\x1b[1mx\x1b[22m')
})
