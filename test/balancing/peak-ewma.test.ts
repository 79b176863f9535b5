/** PEAK_EWMA: goes by how instances answer, forgets with time, starves nobody, and no herd runs to one instance. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {DECAY_MS, PROBE_MS, STALE_MS} from '../../source/balancing/learned.ts'
import {strategies} from '../../source/balancing/strategies.ts'
import type {AttemptResult, Candidate} from '../../source/balancing/strategy.ts'
import {seededFractions, seededRandom} from '../random.ts'
import {candidates, type Named, weighted} from './candidates.ts'

/** Several workers with one clock; what they learn is in the candidates, which they share. */
class Workers {
  now = 1_000_000
  readonly #workers: ReturnType<typeof strategies.PEAK_EWMA>[]
  #next = 0

  constructor(count: number) {
    this.#workers = Array.from({length: count}, (_, index) =>
      strategies.PEAK_EWMA({
        turns: new Uint32Array(new SharedArrayBuffer(4)),
        random: seededFractions(index + 3),
        lasting: () => [],
        now: () => this.now,
        hashHeader: () => '',
      }),
    )
  }

  get worker() {
    const worker = this.#workers[this.#next++ % this.#workers.length]
    assert.ok(worker)
    return worker
  }

  pick<C extends Candidate>(list: readonly C[]): C {
    const chosen = this.worker.pick(list, {address: '', field: () => undefined})
    assert.ok(chosen)
    return chosen
  }

  learn(candidate: Candidate, ms: number, result: AttemptResult = 'answered'): void {
    this.worker.learn?.(candidate, ms, result)
  }
}

/** Open arrivals, one each `everyMs`; how each instance answers, by its place. Gives how many each got. */
function run(
  workers: Workers,
  list: readonly Named[],
  {requests, everyMs}: {requests: number; everyMs: number},
  answer: (place: number) => {ms: number; result: AttemptResult},
): number[] {
  const counts = list.map(() => 0)
  const under: Array<{at: number; ms: number; of: Named; result: AttemptResult}> = []
  for (let request = 0; request < requests; request++) {
    workers.now += everyMs
    for (const one of under.filter(({at}) => at <= workers.now)) {
      under.splice(under.indexOf(one), 1)
      one.of.inFlight--
      workers.learn(one.of, one.ms, one.result)
    }
    const of = workers.pick(list)
    const place = Number(of.name)
    counts[place] = (counts[place] ?? 0) + 1
    of.inFlight++
    const {ms, result} = answer(place)
    under.push({at: workers.now + ms, ms, of, result})
  }
  return counts
}

test('alike instances share evenly over four workers: none is starved, none is flooded', () => {
  const random = seededRandom(1)
  const counts = run(new Workers(4), candidates(5), {requests: 10_000, everyMs: 2}, () => ({
    ms: 5 + random(30),
    result: 'answered',
  }))
  for (const count of counts) assert.ok(count > 1000 && count < 3500, `${counts}`)
})

test('a slow one of three gets little, one that fails fast next to nothing, and both are still asked now and then', () => {
  const counts = run(new Workers(2), candidates(5), {requests: 60_000, everyMs: 1}, place =>
    place === 0
      ? {ms: 400, result: 'answered'}
      : place === 1
        ? {ms: 1, result: 'failed'}
        : {ms: 10, result: 'answered'},
  )
  const [slow = 0, failing = 0, ...good] = counts
  assert.ok(slow > 1 && slow < 1500, `the slow one got ${slow}`)
  assert.ok(failing > 0 && failing < 300, `the failing one got ${failing} of 60,000`)
  for (const count of good) assert.ok(count > 17_000, `${counts}`)
})

test('a herd: of 64 requests that come at once to four workers, none of four alike instances gets more than twice its share', () => {
  const workers = new Workers(4)
  const four = candidates(4)
  for (const each of four) workers.learn(each, 20)
  const [best] = four
  assert.ok(best)
  // One looks a little better than the others, which is what a herd runs after.
  workers.now += 1000
  workers.learn(best, 15)
  for (let request = 0; request < 64; request++) workers.pick(four).inFlight++
  for (const {name, inFlight} of four) assert.ok(inFlight >= 8 && inFlight <= 32, `${name}: ${inFlight}`)
})

test('a new instance beside busy ones is tried once a second, and gets its share once it has answered', () => {
  const workers = new Workers(2)
  const [known, fresh] = candidates(2)
  assert.ok(known && fresh)
  workers.learn(known, 5)
  const tries = () =>
    Array.from({length: 50}, () => workers.pick([known, fresh])).filter(each => each === fresh)
  assert.equal(tries().length, 1)
  workers.now += PROBE_MS - 1
  assert.equal(tries().length, 0)
  workers.now += 1
  assert.equal(tries().length, 1)
  workers.learn(fresh, 1)
  assert.equal(tries().length, 50)
})

test('at the start, when nothing is known, the first requests go to one each, the next to the least busy', () => {
  const workers = new Workers(1)
  const three = candidates(3)
  for (let request = 0; request < 9; request++) workers.pick(three).inFlight++
  assert.deepEqual(
    three.map(({inFlight}) => inFlight),
    [3, 3, 3],
  )
})

test('a peak fades with time, and not with the number of answers', () => {
  const costs = [10, 1000].map(answers => {
    const workers = new Workers(1)
    const [one, other] = candidates(2)
    assert.ok(one && other)
    workers.learn(one, 1000)
    for (let answer = 0; answer < answers; answer++) {
      workers.now += DECAY_MS / answers
      workers.learn(one, 10)
    }
    return one.learned[0] ?? 0
  })
  for (const cost of costs) assert.ok(Math.abs(cost / 1e6 - (0.01 + 0.99 / Math.E)) < 0.02, `${costs} µs`)
})

test('after a bad time an instance comes back by itself', () => {
  const workers = new Workers(1)
  const [one, other] = candidates(2)
  assert.ok(one && other)
  for (let failure = 0; failure < 100; failure++) workers.learn(one, 2, 'failed')
  workers.learn(other, 5)
  assert.equal(workers.pick([one, other]), other)
  workers.now += STALE_MS
  workers.learn(other, 5)
  assert.equal(workers.pick([one, other]), one)
})

test('a client that gave up after seconds makes an instance dearer, one that gave up at once does not make it cheaper', () => {
  const workers = new Workers(1)
  const [one] = candidates(1)
  assert.ok(one)
  workers.learn(one, 50)
  workers.now += 5000
  const before = one.learned[0]
  workers.learn(one, 1, 'abandoned')
  assert.equal(one.learned[0], before)
  workers.learn(one, 8000, 'abandoned')
  assert.equal(one.learned[0], 8_000_000)
})

test('weights count: by 3:1, alike ones have 3:1 in flight', () => {
  const workers = new Workers(1)
  const two = weighted(3, 1)
  for (const each of two) workers.learn(each, 10)
  for (let request = 0; request < 40; request++) workers.pick(two).inFlight++
  const [three, one] = two
  assert.ok(Math.abs((three?.inFlight ?? 0) - 30) <= 1 && Math.abs((one?.inFlight ?? 0) - 10) <= 1)
})

test('among 10,000 the eight drawn are known ones and new ones, and the best of them wins', () => {
  const workers = new Workers(1)
  const many = candidates(10_000)
  for (const [place, each] of many.entries()) workers.learn(each, place % 2 === 0 ? 5 : 50)
  let fast = 0
  for (let request = 0; request < 2000; request++) if (Number(workers.pick(many).name) % 2 === 0) fast++
  assert.ok(fast > 1980, `${fast} of 2,000 on fast ones`)
})

test('the clock may wrap and may be set back', () => {
  const workers = new Workers(1)
  const [one, other] = candidates(2)
  assert.ok(one && other)
  workers.now = 2 ** 32 - 100
  workers.learn(one, 5)
  workers.learn(other, 500)
  workers.now += 200
  assert.equal(workers.pick([one, other]), one)
  workers.now -= 1000
  assert.equal(workers.pick([one, other]), one)
})
