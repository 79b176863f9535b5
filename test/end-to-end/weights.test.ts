/** Weights through the real proxy: exact over all workers, changed while it runs, kept over a reload. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import type {Config} from '../../source/config/config.ts'
import {parseConfig} from '../../source/config/parse.ts'
import type {Controller} from '../../source/control/controller.ts'
import {startController} from '../proxy/harness.ts'
import {cleanupOf, namedInstance, serviceYaml} from './binary.ts'

interface Proxy {
  readonly controller: Controller
  readonly config: Config
  /** `address:port` of each */
  readonly keys: readonly string[]
  /** how many of so many requests each instance answered; 503s under that name */
  shares(requests: number): Promise<Record<string, number>>
  set(instance: number, weight: number): ReturnType<Controller['execute']>
}

/** A service with an instance for each weight, called a, b, c; two workers. */
async function proxied(t: TestContext, weights: readonly number[], backups = 0): Promise<Proxy> {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    weights.map(async (_, index) => (await namedInstance('abcdef'[index] ?? '', cleanup)).port),
  )
  const parsed = parseConfig(serviceYaml(0, ports), 'test.yaml').config
  assert.ok(parsed)
  const services = parsed.services.map(service => ({
    ...service,
    tcpHealthcheck: undefined,
    instances: service.instances.map((instance, index) => ({
      ...instance,
      weight: weights[index] ?? 1,
      backup: index >= weights.length - backups,
    })),
  }))
  const config: Config = {...parsed, services, workers: 2}
  const controller = await startController(cleanup, {config, configName: 'test.yaml'})
  const keys = ports.map(port => `127.0.0.1:${port}`)
  // A connection stays with its worker: many of them reach both.
  const pool = new Pool(`http://127.0.0.1:${controller.address.port}`, {connections: 16})
  cleanup.after(() => pool.close())
  const ask = async () => {
    const {statusCode, body} = await pool.request({path: '/', method: 'GET', headers: {host: 'api.test'}})
    const name = await body.text()
    return statusCode === 200 ? name : String(statusCode)
  }
  return {
    controller,
    config,
    keys,
    async shares(requests) {
      const counts: Record<string, number> = {}
      for (const name of await Promise.all(Array.from({length: requests}, ask)))
        counts[name] = (counts[name] ?? 0) + 1
      return counts
    },
    set: (instance, weight) =>
      controller.execute(
        {type: 'set-weight', service: 'api', instance: keys[instance] ?? '', weight},
        'test',
      ),
  }
}

/** A worker takes an order up a moment later. */
async function eventually(look: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round++) if (await look()) return
  assert.fail('it never came about')
}

test('5:1 is exactly 500 and 100 of 600 requests over two workers', async t => {
  const {shares} = await proxied(t, [5, 1])
  assert.deepEqual(await shares(600), {a: 500, b: 100})
})

test('weights change while it runs, with an event and an undo; 0 takes an instance out, and the last one gives 503', async t => {
  const {controller, shares, set, keys} = await proxied(t, [5, 1])
  const outcome = await set(0, 1)
  assert.ok(outcome.ok && outcome.undo !== undefined)
  assert.deepEqual(outcome.undo, {type: 'set-weight', service: 'api', instance: keys[0], weight: 5})
  assert.equal(controller.events.events.at(-1)?.text, 'weight 5 → 1')
  await eventually(async () => {
    const {a, b} = await shares(100)
    return a === 50 && b === 50
  })
  assert.ok((await set(1, 0)).ok)
  await eventually(async () => (await shares(20)).b === undefined)
  const {services} = controller.snapshot()
  assert.deepEqual(
    services[0]?.instances.map(({weight, selectable}) => [weight, selectable]),
    [
      [1, true],
      [0, false],
    ],
  )
  assert.ok((await set(0, 0)).ok)
  await eventually(async () => (await shares(20))['503'] === 20)
  assert.ok((await controller.execute(outcome.undo, 'test')).ok)
  await eventually(async () => (await shares(20)).a === 20)
})

test('what is no weight, and whose there is none, is refused', async t => {
  const {controller, set} = await proxied(t, [1])
  for (const weight of [-1, 1.5, 1001, Number.NaN]) assert.equal((await set(0, weight)).ok, false)
  const nobody = {type: 'set-weight', service: 'api', instance: '10.0.0.1:1', weight: 1} as const
  assert.equal((await controller.execute(nobody, 'test')).ok, false)
  assert.deepEqual(await set(0, 1), {
    ok: true,
    message: `127.0.0.1:${controller.snapshot().services[0]?.instances[0]?.port} has weight 1 already`,
  })
})

test('a weight set by the operator stays over a reload, until the file says another one', async t => {
  const {controller, config, shares, set} = await proxied(t, [1, 1])
  await set(0, 3)
  assert.ok(
    (await controller.apply({...config, timeouts: {...config.timeouts, clientIdleMs: 12_345}}, 'test')).ok,
  )
  assert.deepEqual(await shares(400), {a: 300, b: 100})
  const services = config.services.map(service => ({
    ...service,
    instances: service.instances.map((instance, index) =>
      index === 0 ? {...instance, weight: 9} : instance,
    ),
  }))
  assert.ok((await controller.apply({...config, services}, 'test')).ok)
  assert.deepEqual(await shares(400), {a: 360, b: 40})
})

test('a backup serves only while no other one can, by every strategy', async t => {
  const {controller, shares, keys} = await proxied(t, [1, 1, 1], 1)
  for (const strategy of ['ROUND_ROBIN', 'FIRST', 'LEAST_CONNECTIONS'] as const) {
    await controller.execute({type: 'set-strategy', service: 'api', strategy}, 'test')
    assert.equal((await shares(60)).c, undefined)
  }
  const state = async (index: number, to: 'drain' | 'ready') =>
    controller.execute(
      {type: 'set-operator-state', service: 'api', instance: keys[index] ?? '', state: to},
      'test',
    )
  await state(0, 'drain')
  assert.equal((await shares(60)).c, undefined)
  await state(1, 'drain')
  await eventually(async () => (await shares(20)).c === 20)
  await state(0, 'ready')
  await eventually(async () => (await shares(20)).a === 20)
})
