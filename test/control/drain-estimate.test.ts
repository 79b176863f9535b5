/** When will what is in flight have ended: told only where enough has ended to tell it from. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {DrainEstimate} from '../../source/control/drain-estimate.ts'
import {seededFractions} from '../random.ts'

/** `inFlight` requests of which each lasts `meanMs` on average, looked at every 250 ms; gives the estimate and what came of it. */
function drained(inFlight: number, meanMs: number, seed: number) {
  const random = seededFractions(seed)
  const ends = Array.from({length: inFlight}, () => -meanMs * Math.log(1 - random())).sort((a, b) => a - b)
  const estimate = new DrainEstimate(0, inFlight, 0)
  let early: {leftMs: number; at: number} | undefined
  let at = 0
  for (let left = inFlight; left > 0; ) {
    at += 250
    left = ends.filter(end => end > at).length
    estimate.observe(at, left, inFlight - left)
    const {leftMs} = estimate
    if (early === undefined && left > 0 && left <= inFlight / 2 && leftMs !== undefined) early = {leftMs, at}
  }
  return {early, tookMs: ends.at(-1) ?? 0, estimate}
}

test('requests that end at random: once half of them have, the estimate is right on average', () => {
  const ratios = Array.from({length: 200}, (_, seed) => {
    const {early, tookMs} = drained(60, 5000, seed + 1)
    assert.ok(early)
    return early.leftMs / (tookMs - early.at)
  }).sort((a, b) => a - b)
  const median = ratios[100] ?? 0
  assert.ok(median > 0.75 && median < 1.35, `half of the estimates are under ${median} of the truth`)
})

test('nothing has ended yet, or a single request: no estimate', () => {
  const estimate = new DrainEstimate(0, 2, 0)
  estimate.observe(1000, 2, 0)
  assert.equal(estimate.leftMs, undefined)
  estimate.observe(2000, 1, 1)
  assert.equal(estimate.leftMs, undefined)
})

test('short requests say nothing of the tunnels that remain: the estimate goes when nothing ends any more', () => {
  const estimate = new DrainEstimate(0, 12, 0)
  estimate.observe(250, 2, 10)
  assert.ok((estimate.leftMs ?? Number.POSITIVE_INFINITY) < 1000)
  for (let at = 500; at <= 60_000; at += 250) estimate.observe(at, 2, 10)
  assert.equal(estimate.leftMs, undefined)
})

test('a counter that wraps counts on, and nothing left is no time at all', () => {
  const estimate = new DrainEstimate(0, 4, 0xffff_fffe)
  estimate.observe(1000, 2, 0)
  // Two ended in three requests' seconds: 1500 ms each, and the last of two takes one and a half times that.
  assert.equal(estimate.leftMs, 2250)
  estimate.observe(2000, 0, 2)
  assert.equal(estimate.leftMs, 0)
})
