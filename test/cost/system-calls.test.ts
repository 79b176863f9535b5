/** Reads and writes of the data plane, as the kernel counts them: no more a request than the bytes have ways to go. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setFlagsFromString} from 'node:v8'
import {type KindName, kinds, measured} from './requests.ts'
import {uncountable} from './worker-costs.ts'

const REQUESTS = 1000
/** What the thread reads and writes beside the requests, errands of Node and V8: a tenth of a call more is found out. */
const BESIDE = 100

/** For a kept connection: from the client, to the instance, and back. */
const bounds: Record<KindName, {readonly reads: number; readonly writes: number}> = {
  'small GET': {reads: 2, writes: 2},
  'POST of 1 KiB': {reads: 2, writes: 2},
  'chunked response': {reads: 2, writes: 2},
  'new connection': {reads: 2, writes: 2},
}

// A collection of the old generation goes on in tasks, which V8 hands to the thread through a file: one read and one
// write for each, hundreds of them when it falls into the count. For all threads that start from now on: all at once.
setFlagsFromString('--no-incremental-marking')

for (const name of Object.keys(kinds) as KindName[]) {
  const {reads, writes} = bounds[name]
  test(`${name}: ${reads} reads and ${writes} writes a request`, {skip: uncountable}, async t => {
    const {costs, make} = await measured(t, name)
    await make(50)
    const before = costs.systemCalls()
    await make(REQUESTS)
    const after = costs.systemCalls()
    const made = {reads: after.reads - before.reads, writes: after.writes - before.writes}
    t.diagnostic(`${made.reads} reads, ${made.writes} writes for ${REQUESTS} requests`)
    // Fewer cannot be: it would mean that something else than this thread was counted.
    assert.ok(Math.abs(made.reads - reads * REQUESTS) <= BESIDE, `${made.reads} reads`)
    assert.ok(Math.abs(made.writes - writes * REQUESTS) <= BESIDE, `${made.writes} writes`)
  })
}
