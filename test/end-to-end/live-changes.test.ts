/** Changes while requests run: strategy, drain and every setting, again and again, and not one request fails. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {Pool} from 'undici'
import {strategyNames} from '../../source/balancing/strategies.ts'
import {loadConfig} from '../../source/config/load.ts'
import {parseConfig} from '../../source/config/parse.ts'
import type {Command} from '../../source/control/control.ts'
import type {Controller} from '../../source/control/controller.ts'
import {startController} from '../proxy/harness.ts'
import {type Cleanup, cleanupOf, namedInstance, serviceYaml} from './binary.ts'

const CLIENTS = 32

test('100 strategy switches and 50 drain/ready cycles under load fail not one request', async t => {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    ['a', 'b', 'c'].map(async name => (await namedInstance(name, cleanup)).port),
  )
  const {config} = parseConfig(serviceYaml(0, ports, ', hashHeader: x-user'), 'test.yaml')
  assert.ok(config)
  const controller = await startController(cleanup, {config, configName: 'test.yaml'})
  const load = underLoad(controller, cleanup)
  for (let change = 0; change < 100; change++) {
    const strategy = strategyNames[change % strategyNames.length] ?? 'RANDOM'
    assert.ok((await controller.execute({type: 'set-strategy', service: 'api', strategy}, 'test')).ok)
    await load.requests(20)
  }
  for (let cycle = 0; cycle < 50; cycle++) {
    const instance = `127.0.0.1:${ports[cycle % ports.length]}`
    for (const state of ['drain', 'ready'] as const) {
      const command = {type: 'set-operator-state', service: 'api', instance, state} as const
      assert.ok((await controller.execute(command, 'test')).ok)
      await load.requests(20)
    }
  }
  t.diagnostic(`${await load.end()} requests`)
})

/** Many clients that ask one thing after the other, until told to end; not one may be refused anything. */
function underLoad(controller: Controller, cleanup: Cleanup) {
  const {port} = controller.address
  const pool = new Pool(`http://127.0.0.1:${port}`, {connections: CLIENTS})
  cleanup.after(() => pool.close())
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
  const end = async () => {
    done = true
    await Promise.all(clients)
    assert.deepEqual(failures, [])
    assert.deepEqual([...statuses.keys()], [200])
    return statuses.get(200) ?? 0
  }
  return {requests, end}
}

/** A round of changes, of each sort that a key and a command make, back to where it began. */
const settings = [
  ['retryPolicy.retries', '2'],
  ['retryPolicy.total', '20s'],
  ['retryPolicy.statuses', '502 504'],
  ['retryPolicy.budget', '50'],
  ['tcpHealthcheck.interval', '3s'],
  ['tcpHealthcheck.fall', '1'],
  ['ejection.errors', '50'],
  ['ejection.percent', '30'],
  ['queue', '5000'],
  ['slowStart', '1s'],
  ['switchGuard', 'true'],
  ['stickyCookie.name', 'sid'],
  ['timeouts.upstreamIdle', '1s'],
  ['hashHeader', 'x-user'],
] as const

test('every setting changes and changes back under load, with limits and rates: no request fails, a tunnel stays open', async t => {
  const cleanup = cleanupOf(t)
  const named = await Promise.all(['a', 'b', 'c'].map(name => namedInstance(name, cleanup)))
  for (const {server} of named)
    server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
      socket.on('data', (piece: Buffer) => socket.write(piece))
      socket.on('error', () => {})
    })
  const ports = named.map(({port}) => port)
  const folder = mkdtempSync(join(tmpdir(), 'live-'))
  cleanup.after(() => rmSync(folder, {recursive: true, maxRetries: 5}))
  const path = join(folder, 'test.yaml')
  writeFileSync(path, serviceYaml(0, ports))
  const {config, given} = await loadConfig(path)
  assert.ok(config)
  const controller = await startController(cleanup, {
    config: {...config, workers: 2},
    configName: 'test.yaml',
    file: {path, given},
  })
  const tunnel = connect(controller.address.port, '127.0.0.1')
  let heard = ''
  tunnel.on('data', piece => {
    heard += piece
  })
  tunnel.write('GET / HTTP/1.1\r\nHost: api.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  const load = underLoad(controller, cleanup)
  const change = async (command: Command) => {
    const outcome = await controller.execute(command, 'test')
    assert.ok(outcome.ok, outcome.message)
    await load.requests(20)
    return outcome
  }
  const instance = `127.0.0.1:${ports[0]}`
  const commands: Command[] = [
    ...settings.map(
      ([key, value]): Command => ({type: 'set-setting', service: 'api', instance: undefined, key, value}),
    ),
    {type: 'set-setting', service: 'api', instance, key: 'retryPolicy.timeout', value: '9s'},
    {type: 'set-max-connections', service: 'api', instance, maxConnections: 3},
    {type: 'set-weight', service: 'api', instance, weight: 7},
    {type: 'set-rate-limit', service: 'api', limit: {requests: 1_000_000, perMs: 1000, burst: 1_000_000}},
    {type: 'set-rate-limit', service: undefined, limit: {requests: 1_000_000, perMs: 1000, burst: 1_000_000}},
  ]
  const undo: Command[] = []
  for (const command of commands) {
    const outcome = await change(command)
    assert.ok(outcome.undo, JSON.stringify(command))
    undo.unshift(outcome.undo)
  }
  for (const command of undo) await change(command)
  tunnel.write('still here')
  while (!heard.endsWith('still here')) await load.requests(1)
  tunnel.destroy()
  const [api] = controller.snapshot().services
  assert.equal(api?.settings, undefined, 'all is as the file has it')
  t.diagnostic(`${await load.end()} requests`)
})
