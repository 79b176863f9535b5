/** Each strategy gives the shares that it promises. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {strategyNames} from '../../source/balancing/strategies.ts'
import {addresses, candidates, chiSquare, type Named, picker} from './candidates.ts'

for (const name of strategyNames) {
  test(`${name}: nobody to choose from gives nobody, one gives that one`, () => {
    const pick = picker(name)
    assert.equal(pick([]), undefined)
    const [only] = candidates(1)
    assert.ok(only)
    assert.equal(pick([only]), only)
  })
}

test('ROUND_ROBIN is strictly in turn, over all workers together', () => {
  const turns = new Uint32Array(new SharedArrayBuffer(4))
  const [one, other] = [picker('ROUND_ROBIN', turns), picker('ROUND_ROBIN', turns)]
  const three = candidates(3)
  const names = [one(three), one(three), other(three), one(three), other(three), other(three)].map(
    chosen => chosen?.name,
  )
  assert.deepEqual(names, ['0', '1', '2', '0', '1', '2'])
})

test('ROUND_ROBIN goes on when its turn wraps', () => {
  const turns = new Uint32Array(new SharedArrayBuffer(4)).fill(2 ** 32 - 1)
  const pick = picker('ROUND_ROBIN', turns)
  const four = candidates(4)
  assert.deepEqual(
    [pick(four), pick(four), pick(four)].map(chosen => chosen?.name),
    ['3', '0', '1'],
  )
})

test('RANDOM: chi-square of 30,000 draws over 5 is below the 0.1 % bound, and draws do not depend on each other', () => {
  const pick = picker('RANDOM')
  const five = candidates(5)
  const counts = new Map<string, number>()
  let repeats = 0
  let before = ''
  for (let draw = 0; draw < 30_000; draw++) {
    const name = pick(five)?.name ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
    if (name === before) repeats++
    before = name
  }
  const value = chiSquare([...counts.values()])
  assert.ok(value < 18.47, `chi-square ${value}`) // 4 degrees of freedom
  assert.ok(Math.abs(repeats - 6000) < 5 * Math.sqrt(6000 * 0.8), `${repeats} repeats`)
})

test('LEAST_CONNECTIONS takes the one with the fewest in flight, and spreads ties', () => {
  const pick = picker('LEAST_CONNECTIONS')
  const three = candidates(3)
  const [a, b, c] = three
  assert.ok(a && b && c)
  Object.assign(a, {inFlight: 4})
  Object.assign(b, {inFlight: 2})
  Object.assign(c, {inFlight: 3})
  for (let draw = 0; draw < 20; draw++) assert.equal(pick(three), b)
  const seen = new Set(Array.from({length: 60}, () => pick(candidates(3))?.name))
  assert.equal(seen.size, 3)
})

test('LEAST_CONNECTIONS among 10,000 looks at 16, and four of five picks are of the least busy tenth', () => {
  const pick = picker('LEAST_CONNECTIONS')
  let looks = 0
  const many = candidates(10_000).map(({name, identity, weight, learned}, index) => ({
    name,
    identity,
    weight,
    learned,
    get inFlight() {
      looks++
      return 1 + (index % 10)
    },
  }))
  const picks = 2000
  let least = 0
  for (let draw = 0; draw < picks; draw++) if (Number(pick(many)?.name) % 10 === 0) least++
  const expected = 1 - 0.9 ** 16
  const deviation = Math.sqrt(picks * expected * (1 - expected))
  assert.ok(Math.abs(least - picks * expected) < 4 * deviation, `${least} of ${picks} picks`)
  assert.equal(looks, 16 * picks)
})

test('LEAST_CONNECTIONS among 10,000 that are idle looks at one, and draws them evenly; a heavier idle one comes first', () => {
  let looks = 0
  const many = candidates(10_000).map(({name, identity, learned}, index) => ({
    name,
    identity,
    weight: index < 5000 ? 2 : 1,
    learned,
    get inFlight() {
      looks++
      return 0
    },
  }))
  const light = many.slice(5000)
  const even = picker('LEAST_CONNECTIONS')
  const picks = 2000
  let lower = 0
  for (let draw = 0; draw < picks; draw++) if (Number(even(light)?.name) < 7500) lower++
  assert.equal(looks, picks)
  assert.ok(Math.abs(lower - picks / 2) < 4 * Math.sqrt(picks / 4), `${lower} of ${picks} picks`)
  const weighted = picker('LEAST_CONNECTIONS')
  for (let draw = 0; draw < 50; draw++) {
    looks = 0
    // Of 16 draws, all are of the lighter half once in 65,536 picks.
    const heavy = Number(weighted(many)?.name) < 5000
    assert.ok(heavy || looks === 16, 'a heavier idle one was passed over')
  }
})

test('LEAST_CONNECTIONS: a slow instance gets less, the others share the rest', () => {
  const pick = picker('LEAST_CONNECTIONS')
  const three = candidates(3)
  const served = new Map<Named, number>()
  const busy: Named[] = []
  for (let step = 0; step < 3000; step++) {
    const chosen = pick(three)
    assert.ok(chosen)
    chosen.inFlight++
    served.set(chosen, (served.get(chosen) ?? 0) + 1)
    busy.push(chosen)
    // instance 0 finishes a request every tenth step, the others in the next one
    for (const instance of busy.splice(0)) {
      if (instance.name !== '0' || step % 10 === 0) instance.inFlight--
      else busy.push(instance)
    }
  }
  const [slow, ...fast] = three.map(instance => served.get(instance) ?? 0)
  assert.ok((slow ?? 0) < 400, `the slow one served ${slow}`)
  for (const count of fast) assert.ok(count > 1200, `a fast one served ${count}`)
})

test('POWER_OF_TWO: with two, the one with fewer in flight; never the busiest of three', () => {
  const pick = picker('POWER_OF_TWO')
  const [a, b, c] = candidates(3)
  assert.ok(a && b && c)
  a.inFlight = 2
  c.inFlight = 1
  for (let draw = 0; draw < 50; draw++) assert.equal(pick([a, b]), b)
  const seen = new Set(Array.from({length: 100}, () => pick([a, b, c])))
  assert.deepEqual(seen, new Set([b, c]))
})

test('POWER_OF_TWO: among idle ones, 30,000 draws over 5 are even', () => {
  const pick = picker('POWER_OF_TWO')
  const five = candidates(5)
  const counts = five.map(() => 0)
  for (let draw = 0; draw < 30_000; draw++) {
    const index = Number(pick(five)?.name)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.ok(chiSquare(counts) < 18.47, `chi-square ${chiSquare(counts)}`)
})

test('IP_HASH: an address stays with its instance in every worker, and neighbours spread evenly over 5', () => {
  const [one, other] = [picker('IP_HASH'), picker('IP_HASH')]
  const five = candidates(5)
  const counts = five.map(() => 0)
  for (const address of addresses) {
    const chosen = one(five, address)
    assert.equal(other(five.toReversed(), address), chosen)
    const index = Number(chosen?.name)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.ok(chiSquare(counts) < 18.47, `chi-square ${chiSquare(counts)}`)
})

test('IP_HASH: when an instance leaves, only its own addresses move', () => {
  const pick = picker('IP_HASH')
  const ten = candidates(10)
  const gone = ten[3]
  const nine = ten.filter(each => each !== gone)
  let moved = 0
  for (const address of addresses) {
    const before = pick(ten, address)
    const after = pick(nine, address)
    if (before === gone) moved++
    else assert.equal(after, before)
  }
  assert.ok(moved > 1500 && moved < 2500, `${moved} addresses moved`)
})

test('FIRST takes the first of those that may be used', () => {
  const pick = picker('FIRST')
  const three = candidates(3)
  for (let draw = 0; draw < 5; draw++) assert.equal(pick(three)?.name, '0')
  assert.equal(pick(three.slice(1))?.name, '1')
})

test('HEADER_HASH: a value stays with its instance, values spread evenly, and who has none goes in turn', () => {
  const [one, other] = [picker('HEADER_HASH'), picker('HEADER_HASH')]
  const five = candidates(5)
  const counts = five.map(() => 0)
  for (let user = 0; user < 20_000; user++) {
    const chosen = one(five, `user-${user}`)
    assert.equal(other(five.toReversed(), `user-${user}`), chosen)
    const index = Number(chosen?.name)
    counts[index] = (counts[index] ?? 0) + 1
  }
  assert.ok(chiSquare(counts) < 18.47, `chi-square ${chiSquare(counts)}`)
  const names = Array.from({length: 10}, () => one(five, '')?.name)
  assert.deepEqual(names.toSorted(), ['0', '0', '1', '1', '2', '2', '3', '3', '4', '4'])
})
