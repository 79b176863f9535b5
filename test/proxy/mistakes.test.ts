/** A mistake of the proxy's own costs the connection that met it: the worker, and all others on it, go on. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {get, ok, startOrigin, startProxy, type TestProxy} from './harness.ts'
import {until} from './until.ts'
import {WorkerThreads} from './worker-thread.ts'

/** The answers that the proxy makes itself carry a Date: where making it throws, so does whatever led to the answer. */
const sabotage = 'Date.prototype.toUTCString = () => { throw new Error("sabotaged") }; 1'

async function sabotaged(t: TestContext, timeouts = {}) {
  const threads = new WorkerThreads()
  const [working, gone] = [await startOrigin(t), await startOrigin(t)]
  working.answers(ok('hello', 'Date: Thu, 01 Jan 2026 00:00:00 GMT'))
  const proxy = await startProxy(t, {origins: [gone.port, working.port], timeouts})
  await threads.running(1)
  await threads.evaluate(sabotage)
  threads.end()
  return {proxy, gone}
}

async function goesOn(proxy: TestProxy) {
  await until(() => proxy.controller.events.events.some(({text}) => /cost one connection/.test(text)))
  assert.equal(
    proxy.controller.events.events.some(({text}) => /died/.test(text)),
    false,
  )
  // In turn: of two requests one is for the instance that works.
  const clients = [proxy.client(), proxy.client()]
  for (const client of clients) client.send(get())
  await until(() => clients.some(client => /hello$/.test(client.text)))
  for (const client of clients) client.end()
  await until(
    async () => (await proxy.snapshot()).connections === 0,
    () => 'a connection is left',
  )
  const {total, services} = await proxy.snapshot()
  assert.equal(total.inFlight, 0)
  assert.deepEqual(
    services[0]?.instances.map(({traffic}) => traffic.inFlight),
    [0, 0],
  )
}

test('a mistake in an event of a socket to an instance: one connection', async t => {
  const {proxy, gone} = await sabotaged(t)
  await gone.stop()
  const client = proxy.client()
  client.send(get())
  await client.closed
  assert.equal(client.text, '')
  await goesOn(proxy)
})

test('a mistake when a time is up: one connection', async t => {
  const {proxy, gone} = await sabotaged(t, {responseHead: 0.2})
  const client = proxy.client()
  client.send(get())
  await gone.asked()
  await client.closed
  await goesOn(proxy)
})

test('a mistake while the clock of all time-outs goes round does not keep the others from theirs', async t => {
  const {proxy} = await sabotaged(t, {responseHead: 0.2})
  const clients = Array.from({length: 8}, () => proxy.client())
  for (const client of clients) client.send(get())
  await until(() => clients.filter(client => client.over !== undefined).length === 4)
  assert.equal(clients.filter(client => /hello$/.test(client.text)).length, 4)
  for (const client of clients) client.end()
  await goesOn(proxy)
})
