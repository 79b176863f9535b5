/** After a switch of strategy the snapshot tells shares, percentiles and errors before and after it, counted by real workers. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import type {StrategyName} from '../../source/balancing/strategies.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {Controller} from '../../source/control/controller.ts'
import {ok, startOrigin} from '../proxy/harness.ts'
import {serviceYaml} from './binary.ts'

async function started(t: TestContext) {
  const origins = [await startOrigin(t), await startOrigin(t)]
  for (const origin of origins) origin.answers(ok())
  const ports = origins.map(({port}) => port)
  const {config} = parseConfig(serviceYaml(0, ports, ', lbPolicy: FIRST'), 'test.yaml')
  assert.ok(config)
  const controller = await Controller.start({config: {...config, workers: 2}, configName: 'test.yaml'})
  const pool = new Pool(`http://127.0.0.1:${controller.address.port}`, {connections: 4})
  t.after(async () => {
    await pool.close()
    await controller.execute({type: 'stop', force: true}, 'test')
    await controller.stopped
  })
  let finished = 0
  const ask = async (count: number) => {
    const one = async () => {
      const {statusCode, body} = await pool.request({path: '/', method: 'GET', headers: {host: 'api.test'}})
      await body.dump()
      assert.equal(statusCode, 200)
    }
    for (let request = 0; request < count; request += 4) await Promise.all([one(), one(), one(), one()])
    finished += count
    await settled(controller, finished)
  }
  const to = (strategy: StrategyName) =>
    controller.execute({type: 'set-strategy', service: 'api', strategy}, 'a test')
  return {controller, config, ports, ask, to}
}

/** A request is counted after its answer has left. */
async function settled(controller: Controller, finished: number): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>()
  const leave = controller.subscribe(({services}) => {
    const [api] = services
    const attempts = api?.instances.reduce((sum, {traffic}) => sum + traffic.requests, 0)
    if (api?.traffic.requests === finished && attempts === finished) resolve()
  })
  await promise
  leave()
}

function lastSwitchOf(controller: Controller) {
  return controller.snapshot().services[0]?.lastSwitch
}

test('from FIRST to ROUND_ROBIN: all went to one before, half to each after', async t => {
  const {controller, ports, ask, to} = await started(t)
  assert.equal(lastSwitchOf(controller), undefined)
  await ask(40)
  await to('ROUND_ROBIN')
  await ask(200)
  const change = lastSwitchOf(controller)
  assert.ok(change)
  const {from, to: now, by, before, after} = change
  assert.deepEqual([from, now, by], ['FIRST', 'ROUND_ROBIN', 'a test'])
  const keys = ports.map(port => `127.0.0.1:${port}`)
  assert.deepEqual(
    before.instances.map(({key, share, requests}) => [key, share, requests]),
    [
      [keys[0], 1, 40],
      [keys[1], 0, 0],
    ],
  )
  assert.deepEqual([before.requests, before.errorShare, after.requests, after.errorShare], [40, 0, 200, 0])
  assert.ok(before.ms > 0 && before.ms <= 61_000)
  assert.ok(before.p50 !== undefined && before.p95 !== undefined && after.p95 !== undefined)
  const [one, other] = after.instances
  assert.equal((one?.requests ?? 0) + (other?.requests ?? 0), 200)
  // A worker may hear of the switch after the first request that follows it.
  for (const side of [one, other]) assert.ok(Math.abs((side?.share ?? 0) - 0.5) < 0.1, `${side?.share}`)
})

test('taking it back is a switch of its own, and what was before the first one is not counted again', async t => {
  const {controller, ask, to} = await started(t)
  await ask(40)
  await to('RANDOM')
  await ask(20)
  await to('FIRST')
  const change = lastSwitchOf(controller)
  assert.deepEqual([change?.from, change?.to], ['RANDOM', 'FIRST'])
  assert.deepEqual([change?.before.requests, change?.after.requests], [20, 0])
  assert.equal(change?.after.instances[0]?.share, undefined)
})

test('another strategy in the file is a switch too, and an instance that comes later counts from then on', async t => {
  const {controller, config, ports, ask} = await started(t)
  await ask(20)
  const late = await startOrigin(t)
  late.answers(ok())
  const next = parseConfig(serviceYaml(0, [...ports, late.port], ', lbPolicy: ROUND_ROBIN'), 'test.yaml')
  assert.ok(next.config)
  assert.ok((await controller.apply({...next.config, workers: config.workers}, 'test')).ok)
  await ask(120)
  const change = lastSwitchOf(controller)
  assert.deepEqual([change?.from, change?.to, change?.by], ['FIRST', 'ROUND_ROBIN', 'reload'])
  assert.deepEqual(
    change?.before.instances.map(({requests}) => requests),
    [20, 0],
  )
  assert.deepEqual(
    change?.after.instances.map(({requests}) => requests),
    [40, 40, 40],
  )
})
