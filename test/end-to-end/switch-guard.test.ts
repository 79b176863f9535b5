/** A switch of strategy that makes errors double is taken back by itself, with an event that says why. */
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import {parseConfig} from '../../source/config/parse.ts'
import {isHarm} from '../../source/control/switch-guard.ts'
import {startController} from '../proxy/harness.ts'
import {cleanupOf, serviceYaml} from './binary.ts'

for (const [errors, finished, before, harm] of [
  [9, 9, 0, false],
  [10, 100, 0, true],
  [10, 2000, 0, false],
  [30, 1000, 0.02, false],
  [40, 1000, 0.02, true],
] as const)
  test(`${errors} errors of ${finished}, ${before * 100} % before: ${harm ? 'taken back' : 'left'}`, () =>
    assert.equal(isHarm(errors, finished, before), harm))

/** FIRST goes to an instance that answers, RANDOM also to one that answers three of four with 500. */
async function switched(t: TestContext, more: string, guard?: boolean) {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    [200, 500].map(async status => {
      let asked = 0
      // Not so many failures in a row that the instance would be ejected.
      const server = createServer((_, response) => response.writeHead(++asked % 4 === 0 ? 200 : status).end())
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      cleanup.after(() => {
        server.closeAllConnections()
        server.close()
      })
      return (server.address() as AddressInfo).port
    }),
  )
  const {config} = parseConfig(serviceYaml(0, ports, `, lbPolicy: FIRST${more}`), 'test.yaml')
  assert.ok(config)
  const controller = await startController(cleanup, {
    config: {...config, workers: 1},
    configName: 'test.yaml',
  })
  const pool = new Pool(`http://127.0.0.1:${controller.address.port}`, {connections: 4})
  cleanup.after(() => pool.close())
  const ask = async (count: number) => {
    for (let request = 0; request < count; request++)
      await (await pool.request({path: '/', method: 'GET', headers: {host: 'api.test'}})).body.dump()
  }
  await ask(20)
  const asked = guard === undefined ? {} : {guard}
  await controller.execute({type: 'set-strategy', service: 'api', strategy: 'RANDOM', ...asked}, 'test')
  await ask(100)
  // Any command makes the controller read its counters.
  await controller.execute({type: 'check-now', service: '', instance: ''}, 'test')
  return controller
}

test('a switch that does harm is taken back, and an event says why', async t => {
  const controller = await switched(t, ', switchGuard: true')
  assert.equal(controller.services.get('api')?.strategy, 'FIRST')
  const event = controller.events.events.find(({cause}) => cause === 'guard')
  assert.match(
    event?.text ?? '',
    /^RANDOM taken back to FIRST: \d+\.\d % of \d+ requests failed in \d+s, 0\.0 % before$/,
  )
})

test('without switchGuard it stays', async t => {
  const controller = await switched(t, '')
  assert.equal(controller.services.get('api')?.strategy, 'RANDOM')
})

test('a switch may ask to be guarded, and not to be, whatever the file says', async t => {
  const guarded = await switched(t, '', true)
  assert.equal(guarded.services.get('api')?.strategy, 'FIRST')
  assert.ok(guarded.events.events.some(({text}) => text === 'strategy FIRST → RANDOM, guarded'))
  const free = await switched(t, ', switchGuard: true', false)
  assert.equal(free.services.get('api')?.strategy, 'RANDOM')
})
