/** Changes while requests run: strategy and drain, again and again, and not one request fails. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Pool} from 'undici'
import {strategyNames} from '../../source/balancing/strategies.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {Controller} from '../../source/control/controller.ts'
import {Cleanup, namedInstance, serviceYaml} from './binary.ts'

const CLIENTS = 32

test('100 strategy switches and 50 drain/ready cycles under load fail not one request', async t => {
  const cleanup = new Cleanup()
  t.after(() => cleanup.run())
  const ports = await Promise.all(
    ['a', 'b', 'c'].map(async name => (await namedInstance(name, cleanup)).port),
  )
  const {config} = parseConfig(serviceYaml(0, ports, ', hashHeader: x-user'), 'test.yaml')
  assert.ok(config)
  const controller = await Controller.start({config, configName: 'test.yaml'})
  cleanup.add(async () => {
    await controller.execute({type: 'stop', force: true}, 'test')
    await controller.stopped
  })
  const {port} = controller.address
  const pool = new Pool(`http://127.0.0.1:${port}`, {connections: CLIENTS})
  cleanup.add(() => pool.close())

  let done = false
  const statuses = new Map<number, number>()
  const failures: unknown[] = []
  const client = async () => {
    while (!done) {
      try {
        const {statusCode, body} = await pool.request({path: '/', method: 'GET', headers: {host: 'api.test'}})
        await body.dump()
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  const clients = Array.from({length: CLIENTS}, client)
  /** so much traffic that the change before has been felt */
  const requests = async (more: number) => {
    const wanted = (statuses.get(200) ?? 0) + more
    while ((statuses.get(200) ?? 0) < wanted && failures.length === 0) await new Promise(setImmediate)
  }
  for (let change = 0; change < 100; change++) {
    const strategy = strategyNames[change % strategyNames.length] ?? 'RANDOM'
    assert.ok((await controller.execute({type: 'set-strategy', service: 'api', strategy}, 'test')).ok)
    await requests(20)
  }
  for (let cycle = 0; cycle < 50; cycle++) {
    const instance = `127.0.0.1:${ports[cycle % ports.length]}`
    for (const state of ['drain', 'ready'] as const) {
      const command = {type: 'set-operator-state', service: 'api', instance, state} as const
      assert.ok((await controller.execute(command, 'test')).ok)
      await requests(20)
    }
  }
  done = true
  await Promise.all(clients)
  assert.deepEqual(failures, [])
  assert.deepEqual([...statuses.keys()], [200])
  t.diagnostic(`${statuses.get(200)} requests`)
})
