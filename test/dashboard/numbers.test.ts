/** Numbers as they are read on screen. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {
  age,
  millis,
  millisWithUnit,
  percent,
  si,
  upTime,
  wholePercent,
} from '../../source/dashboard/numbers.ts'

test('a count keeps three digits and gets a prefix', () => {
  const expected: [number | undefined, string][] = [
    [undefined, '-'],
    [Number.NaN, '-'],
    [-3, '-'],
    [0, '0'],
    [0.01, '<0.1'],
    [2.5, '2.5'],
    [3, '3'],
    [9.96, '10'],
    [812, '812'],
    [999.6, '1.00k'],
    [1240, '1.24k'],
    [12_400, '12.4k'],
    [999_600, '1.00M'],
    [1e12, '1.00T'],
    [1e30, '>999E'],
  ]
  for (const [value, text] of expected) assert.equal(si(value), text, String(value))
})

test('milliseconds lose their decimals first and become seconds late', () => {
  const expected: [number, string][] = [
    [0.4, '0.4'],
    [7.24, '7.2'],
    [9.97, '10'],
    [740, '740'],
    [9870, '9870'],
    [12_400, '12.4s'],
    [120_000, '2m'],
  ]
  for (const [value, text] of expected) assert.equal(millis(value), text)
  assert.equal(millisWithUnit(212), '212ms')
  assert.equal(millisWithUnit(12_400), '12.4s')
  assert.equal(millisWithUnit(undefined), '-')
})

test('shares are in per cent', () => {
  assert.equal(percent(0.0042), '0.42')
  assert.equal(percent(0.00001), '<.01')
  assert.equal(percent(0.125), '12.5')
  assert.equal(percent(0.9997), '99.9', 'the few that are missing are not denied')
  assert.equal(percent(1), '100')
  assert.equal(percent(undefined), '-')
  assert.equal(wholePercent(0.333), '33%')
  assert.equal(wholePercent(0.001), '<1%')
})

test('ages have one unit, and up time ticks each second in the first minute only', () => {
  assert.equal(age(12_400), '12s')
  assert.equal(age(125_000), '2m')
  assert.equal(age(7_300_000), '2h')
  assert.equal(upTime(32_000), '32s')
  assert.equal(upTime(872_000), '14m')
  assert.equal(upTime(3_720_000), '1h02m')
})

test('no number is wider than its column', () => {
  const any = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(Number.NaN, 1e12, -1, 0.999, 9.949, 99.95, 999.5),
  )
  fc.assert(
    fc.property(any, value => {
      assert.ok(si(value).length <= 5, si(value))
      assert.ok(millis(value).length <= 5, millis(value))
      assert.ok(percent(value).length <= 4, percent(value))
      assert.ok(wholePercent(value).length <= 4, wholePercent(value))
      assert.ok(age(value).length <= 5, age(value))
    }),
    {numRuns: 1000},
  )
})
