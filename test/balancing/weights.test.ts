/** Weights: exact where turns are taken, in proportion where dice are thrown, and without moving what need not move. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {smoothSlots} from '../../source/balancing/smooth-slots.ts'
import {seededRandom} from '../random.ts'
import {addresses, candidates, chiSquare, picker, weighted} from './candidates.ts'

const letters = (slots: Uint32Array) => [...slots].map(slot => 'abcdefgh'[slot]).join('')

/** The longest run of one instance, over the seam of two cycles as well. */
function longestRun(cycle: string): number {
  return Math.max(...[...`${cycle}${cycle}`.matchAll(/(.)\1*/g)].map(([run]) => run.length))
}

for (const [weights, cycle] of [
  [[1, 1, 1], 'abc'],
  [[4, 4], 'ab'],
  [[2, 1], 'aba'],
  [[5, 1], 'aaabaa'],
  [[5, 1, 1], 'abaaaca'],
  [[3, 2, 1], 'abacba'],
  [[10, 4], 'abaaaba'],
  [[0.5, 1], 'bab'],
] as const) {
  test(`weights ${weights.join(':')} go ${cycle}`, () => assert.equal(letters(smoothSlots(weights)), cycle))
}

test('5:1:1 is never five in a row, nor is any heavy one among light ones', () => {
  assert.ok(longestRun(letters(smoothSlots([5, 1, 1]))) < 5)
  assert.ok(longestRun(letters(smoothSlots([50, 10, 10, 10, 10, 10]))) <= 2)
})

test('any weights: each gets exactly its share in a cycle, and is never far from it on the way', () => {
  const random = seededRandom(11)
  for (let round = 0; round < 200; round++) {
    const weights = Array.from({length: 1 + random(8)}, () => 1 + random(20))
    const slots = smoothSlots(weights)
    const whole = weights.reduce((sum, weight) => sum + weight, 0)
    const counts = weights.map(() => 0)
    slots.forEach((slot, place) => {
      counts[slot] = (counts[slot] ?? 0) + 1
      weights.forEach((weight, index) => {
        const due = ((place + 1) * weight) / whole
        const off = Math.abs((counts[index] ?? 0) - due)
        assert.ok(off < 2, `${weights}: instance ${index} is ${off.toFixed(2)} off after ${place + 1}`)
      })
    })
    assert.deepEqual(
      counts.map(count => (count * whole) / slots.length),
      weights,
    )
  }
})

test('10,000 instances with weights up to 1,000 fit a bounded cycle, each within 1 % of its share or one slot', () => {
  const random = seededRandom(5)
  const weights = Array.from({length: 10_000}, () => 1 + random(1000))
  const slots = smoothSlots(weights)
  assert.ok(slots.length < 1.1 * 2 ** 20, `${slots.length} slots`)
  const counts = weights.map(() => 0)
  for (const slot of slots) counts[slot] = (counts[slot] ?? 0) + 1
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  counts.forEach((count, index) => {
    const due = (slots.length * (weights[index] ?? 0)) / whole
    assert.ok(Math.abs(count - due) <= 1 + due / 100, `${count} slots of ${due}`)
  })
})

for (const name of ['ROUND_ROBIN', 'WEIGHTED_ROUND_ROBIN'] as const) {
  test(`${name}: two workers together give 5:1:1 exactly, and a change of weights goes on smoothly`, () => {
    const turns = new Uint32Array(new SharedArrayBuffer(4))
    const workers = [picker(name, turns), picker(name, turns, 8)]
    const served = (list: ReturnType<typeof weighted>, requests: number) => {
      const counts = list.map(() => 0)
      for (let request = 0; request < requests; request++) {
        const index = Number(workers[(request * 7) % 3 === 0 ? 0 : 1]?.(list)?.name)
        counts[index] = (counts[index] ?? 0) + 1
      }
      return counts
    }
    assert.deepEqual(served(weighted(5, 1, 1), 700), [500, 100, 100])
    const [a = 0, b = 0] = served(weighted(1, 3, 0.5), 45)
    assert.ok(Math.abs(a - 10) <= 1 && Math.abs(b - 30) <= 1, `${a} and ${b} of 45`)
  })
}

test('ROUND_ROBIN: a retry is drawn by weight, and takes no turn of the lasting list', () => {
  const pick = picker('ROUND_ROBIN')
  const lasting = weighted(5, 1)
  const rest = weighted(3, 1)
  const counts = [0, 0]
  let cycles = ''
  for (let turn = 0; turn < 6000; turn++) {
    cycles += pick(lasting)?.name
    const index = Number(pick(rest, undefined, true)?.name)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.ok(Math.abs((counts[0] ?? 0) - 4500) < 150, `${counts} of 6,000 by 3:1`)
  assert.equal(cycles, '000100'.repeat(1000))
})

for (const name of ['RANDOM', 'POWER_OF_TWO', 'LEAST_CONNECTIONS'] as const) {
  test(`${name}: an instance of weight 0.1 beside others of 1 gets about a tenth of theirs, for a slow start`, () => {
    const pick = picker(name)
    const three = weighted(0.1, 1, 1)
    const counts = [0, 0, 0]
    const busy: number[] = []
    for (let request = 0; request < 21_000; request++) {
      const index = Number(pick(three)?.name)
      counts[index] = (counts[index] ?? 0) + 1
      const chosen = three[index]
      if (chosen !== undefined) chosen.inFlight++
      busy.push(index)
      // 40 are in flight at any time
      const done = busy.length > 40 ? three[busy.shift() ?? 0] : undefined
      if (done !== undefined) done.inFlight--
    }
    const [small = 0, one = 0, other = 0] = counts
    assert.ok(small > 600 && small < 1400, `${small}`)
    assert.ok(Math.abs(one - other) < 700, `${one} and ${other}`)
  })
}

test('RANDOM: chi-square of 60,000 draws by 5:3:1:1 is below the 0.1 % bound', () => {
  const pick = picker('RANDOM')
  const four = weighted(5, 3, 1, 1)
  const counts = [0, 0, 0, 0]
  for (let draw = 0; draw < 60_000; draw++) {
    const index = Number(pick(four, undefined, draw % 2 === 0)?.name)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.ok(chiSquare(counts, [5, 3, 1, 1]) < 16.27, `chi-square ${chiSquare(counts, [5, 3, 1, 1])}`)
})

test('LEAST_CONNECTIONS: with 60 in flight, 4:1:1 has 40, 10 and 10 of them', () => {
  const pick = picker('LEAST_CONNECTIONS')
  const three = weighted(4, 1, 1)
  for (let request = 0; request < 60; request++) {
    const chosen = pick(three)
    if (chosen !== undefined) chosen.inFlight++
  }
  assert.deepEqual(
    three.map(({inFlight}) => inFlight),
    [40, 10, 10],
  )
})

test('IP_HASH: addresses spread as 4:2:1:1', () => {
  const pick = picker('IP_HASH')
  const four = weighted(4, 2, 1, 1)
  const counts = [0, 0, 0, 0]
  for (const address of addresses) {
    const index = Number(pick(four, address)?.name)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.ok(chiSquare(counts, [4, 2, 1, 1]) < 16.27, `chi-square ${chiSquare(counts, [4, 2, 1, 1])}`)
})

test('IP_HASH: a weight that rises takes addresses from others, and none moves between those', () => {
  const pick = picker('IP_HASH')
  const before = candidates(5)
  const after = candidates(5, [1, 1, 3, 1, 1])
  let moved = 0
  for (const address of addresses) {
    const now = pick(after, address)?.name
    if (pick(before, address)?.name === now) continue
    assert.equal(now, '2')
    moved++
  }
  // from 1/5 of them to 3/7
  assert.ok(Math.abs(moved / addresses.length - (3 / 7 - 1 / 5)) < 0.01, `${moved} moved`)
})

test('IP_HASH: weights that become equal leave each address where rendezvous without weights puts it', () => {
  const pick = picker('IP_HASH')
  for (const address of addresses.slice(0, 2000))
    assert.equal(pick(candidates(5, [3, 3, 3, 3, 3]), address)?.name, pick(candidates(5), address)?.name)
})
