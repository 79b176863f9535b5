/** Requests through a real proxy, and what its records say of whom each pick passed over. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import type {RequestDetail} from '../../source/control/requests.ts'
import {freePort} from '../free-port.ts'
import {configText, get, ok, startOrigin, startProxy, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'

/** Resolves when the workers have obeyed what they were told before. */
async function drain(proxy: TestProxy, port: number, state: 'drain' | 'ready' = 'drain'): Promise<void> {
  const instance = `127.0.0.1:${port}`
  await proxy.controller.execute({type: 'set-operator-state', service: 'api', instance, state}, 'test')
  await proxy.controller.requests.inFlight()
}

async function details(proxy: TestProxy, count: number): Promise<readonly RequestDetail[]> {
  const {requests} = proxy.controller
  await until(async () => (await requests.since(undefined, 100)).requests.length >= count)
  const batch = await requests.since(undefined, 100)
  const found = await Promise.all(batch.requests.map(({id}) => requests.detail(id, false)))
  return found.filter(detail => detail !== undefined)
}

function told({skipped}: RequestDetail): unknown {
  return skipped.map(then => then?.named.map(({instance, reason}) => `${instance} ${reason}`))
}

test('each pick of a request says who was skipped and why, and later changes do not alter it', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok('hello'))
  const [dead, drained] = [await freePort(), await freePort()]
  const proxy = await startProxy(t, {origins: [dead, origin.port, drained], retries: 1})
  const client = proxy.client()
  await drain(proxy, drained)
  client.send(get('/one'))
  await client.answered()
  await drain(proxy, drained, 'ready')
  await drain(proxy, dead)
  const [one] = await details(proxy, 1)
  assert.ok(one)
  assert.equal(one.request.attempts.length, 2)
  assert.deepEqual(told(one), [[`127.0.0.1:${drained} drain`], [`127.0.0.1:${drained} drain`]])
})

test('a request that found nobody says of everybody why', async t => {
  const [first, second] = [await freePort(), await freePort()]
  const proxy = await startProxy(t, {origins: [first, second], retries: 1})
  await drain(proxy, first)
  const service = proxy.controller.services.get('api')
  const model = service?.instances.get(`127.0.0.1:${second}`)
  assert.ok(service && model)
  model.health = {...model.health, verdict: 'down'}
  model.lastCheck = {at: Date.now(), passed: false, tookMs: 1, reason: 'connection refused', found: ''}
  proxy.controller.applySelectable(service, model)
  await proxy.controller.requests.inFlight()
  const client = proxy.client()
  client.send(get('/none'))
  await client.answered()
  const [none] = await details(proxy, 1)
  assert.ok(none)
  assert.deepEqual([none.request.fault, none.request.candidates], ['NO_INSTANCE', 0])
  assert.deepEqual(told(none), [[`127.0.0.1:${first} drain`, `127.0.0.1:${second} down: connection refused`]])
})

test('a worker that starts late is told the state that holds', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok('hello'))
  const drained = await freePort()
  const settings = {origins: [origin.port, drained], workers: 2}
  const proxy = await startProxy(t, settings)
  await drain(proxy, drained)
  // All workers are told everything anew, as one that starts is.
  for (const origins of [[drained], settings.origins]) {
    const {config} = parseConfig(configText({...settings, origins}), 'test.yaml')
    assert.ok(config)
    assert.ok((await proxy.controller.apply(config, 'test')).ok)
  }
  const client = proxy.client()
  client.send(get('/'))
  await client.answered()
  const [one] = await details(proxy, 1)
  assert.ok(one)
  assert.deepEqual(told(one), [[`127.0.0.1:${drained} drain`]])
})
