/** Rate limits as they are written: what is read, what is not, and that what is written is read again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseRate, rateForm} from '../source/rates.ts'

test('rates are read as people write them', () => {
  for (const [text, requests, perMs, burst] of [
    ['10/s', 10, 1000, 10],
    ['10', 10, 1000, 10],
    ['600/m burst 1000', 600, 60_000, 1000],
    ['5 / 250ms, burst 9', 5, 250, 9],
    ['1/2H', 1, 7_200_000, 1],
  ] as const)
    assert.deepEqual(parseRate(text), {limit: {requests, perMs, burst}}, text)
  for (const text of ['off', 'none', ' 0 ', 'no limit'])
    assert.deepEqual(parseRate(text), {limit: undefined}, text)
  for (const text of ['', 'often', '10/x', '-1/s', '10/s burst', '10 / s burst 1 2', '12345678/s'])
    assert.equal(parseRate(text), undefined, text)
})

test('what is written is read as it was', () => {
  for (const requests of [1, 10, 1_000_000])
    for (const perMs of [1, 250, 1000, 2000, 60_000, 90_000, 3_600_000])
      for (const burst of [requests, requests + 1]) {
        const limit = {requests, perMs, burst}
        assert.deepEqual(parseRate(rateForm(limit)), {limit}, rateForm(limit))
      }
  assert.equal(rateForm({requests: 10, perMs: 60_000, burst: 10}), '10/m')
  assert.equal(rateForm(undefined), 'off')
})
