/** A worker that stood still for a while: what its clients and instances did meanwhile counts, before any time-out does. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {get, ok, pair} from './harness.ts'
import {until} from './until.ts'
import {WorkerThreads} from './worker-thread.ts'

/** More than all time-outs here. */
const STILL_MS = 900

test('a request and a response that came while the worker stood still are not too late', async t => {
  const workers = new WorkerThreads()
  t.after(() => workers.end())
  const {proxy, origin} = await pair(t, {timeouts: {clientHead: 0.4, responseHead: 0.4}})
  await workers.running(1)
  const [asking, waiting] = [proxy.client(), proxy.client()]
  waiting.send(get('/waits'))
  const asked = await origin.asked()
  await until(async () => (await proxy.snapshot()).connections === 2)
  const release = await workers.hold()
  asking.send(get('/asks'))
  asked.send(ok('answered'))
  await sleep(STILL_MS)
  release()
  await waiting.has(/answered$/)
  const other = await origin.asked()
  other.send(ok('as well'))
  await asking.has(/as well$/)
  asking.end()
  waiting.end()
  await proxy.quiet()
  assert.deepEqual(await proxy.faults(), {})
})
