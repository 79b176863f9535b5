/** Memory that a request takes from V8: to the byte, as no garbage is collected while it is counted. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setFlagsFromString} from 'node:v8'
import {type KindName, kinds, measured} from './requests.ts'
import type {Memory} from './worker-costs.ts'

/** Node's own streams allocate, too, and differently in each version: the bounds hold for the one that develops this. */
const NODE_MAJOR = 26
const isOther = Number(process.versions.node.split('.')[0]) !== NODE_MAJOR
const skip = isOther && `the bounds are those of Node ${NODE_MAJOR}`

/**
 * Bytes of heap a request, without optimising: then each object that the code asks for is made, whatever the machine
 * has had time to compile. When a change makes requests cheaper, lower these. Some 970 of them are the two turns of the
 * event loop whose writes wait for its end; here each turn has one, under load many share it.
 */
const bounds: Record<KindName, number> = {
  'small GET': 6540,
  'POST of 1 KiB': 11270,
  'chunked response': 8460,
  'new connection': 12650,
}
/** An object is 16 bytes or more, and one that holds something more than that. */
const SLACK = 24
const BATCHES = 9
const BATCH = 200

// For all threads that start from now on. The new generation must hold all batches, or they would be collected.
for (const flag of ['--no-opt', '--no-maglev', '--min-semi-space-size=64', '--max-semi-space-size=64'])
  setFlagsFromString(flag)

for (const name of Object.keys(kinds) as KindName[]) {
  test(`${name}: at most ${bounds[name]} bytes of heap a request`, {skip}, async t => {
    const {costs, make} = await measured(t, name)
    await make(600)
    const counts: Memory[] = []
    for (let batch = 0; batch < BATCHES; batch++) {
      const start = await costs.memory()
      // What the question costs, to take it off
      const before = await costs.memory()
      await make(BATCH)
      const after = await costs.memory()
      counts.push({
        heap: (after.heap - before.heap - (before.heap - start.heap)) / BATCH,
        buffers: (after.buffers - before.buffers) / BATCH,
      })
    }
    // The median: the first batches may meet code that is only then compiled, and one a collection after all.
    const heap = median(counts.map(count => count.heap))
    const buffers = median(counts.map(count => count.buffers))
    t.diagnostic(`${heap.toFixed(1)} bytes of heap, ${buffers.toFixed(1)} of buffers a request`)
    assert.ok(heap <= bounds[name] + SLACK, `${heap} bytes a request: something new is allocated`)
    assert.ok(heap > 500, `${heap} bytes a request: this counts something else`)
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}
