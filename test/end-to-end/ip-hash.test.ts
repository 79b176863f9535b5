/** IP_HASH through the real proxy: addresses keep their instance over connections and workers, and move only with it. */
import assert from 'node:assert/strict'
import {request} from 'node:http'
import {text} from 'node:stream/consumers'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {startController} from '../proxy/harness.ts'
import {cleanupOf, namedInstance, serviceYaml} from './binary.ts'

const addresses = Array.from({length: 24}, (_, index) => `127.0.0.${index + 2}`)
const skip = process.platform === 'linux' ? false : 'only Linux has all of 127/8 on loopback'

/** Who answers a client that comes from `localAddress`, on a connection of its own. */
function answerer(
  port: number,
  localAddress: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {host: 'api.test', connection: 'close', ...more}
    request({host: '127.0.0.1', port, localAddress, headers}, response => {
      text(response).then(resolve, reject)
    })
      .on('error', reject)
      .end()
  })
}

test('IP_HASH: two workers agree on each address, and a drain moves only those of its instance', {
  skip,
}, async t => {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    ['a', 'b', 'c'].map(async name => (await namedInstance(name, cleanup)).port),
  )
  const {config} = parseConfig(serviceYaml(0, ports), 'test.yaml')
  assert.ok(config)
  const controller = await startController(cleanup, {
    config: {...config, workers: 2},
    configName: 'test.yaml',
  })
  const {port} = controller.address
  const all = () => Promise.all(addresses.map(address => answerer(port, address)))
  assert.ok(
    (await controller.execute({type: 'set-strategy', service: 'api', strategy: 'IP_HASH'}, 'test')).ok,
  )

  // A worker takes an order up a moment later: settled is when two rounds give the same.
  let before = await all()
  for (let round = 0; round < 20; round++) {
    const again = await all()
    if (again.every((name, index) => name === before[index])) break
    before = again
  }
  for (let round = 0; round < 4; round++) assert.deepEqual(await all(), before)
  const names = new Set(before)
  assert.ok(names.size > 1, `all addresses are with ${[...names].join()}`)

  const instance = `127.0.0.1:${ports[0]}`
  const drain = {type: 'set-operator-state', service: 'api', instance, state: 'drain'} as const
  assert.ok((await controller.execute(drain, 'test')).ok)
  let now = await all()
  for (let round = 0; round < 50 && now.includes('a'); round++) now = await all()
  assert.ok(!now.includes('a'), 'the drained instance still gets requests')
  for (const [index, name] of before.entries()) if (name !== 'a') assert.equal(now[index], name)
})

test('IP_HASH behind a trusted proxy goes by the client that it saw, and by nothing that this client claims', async t => {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    ['a', 'b', 'c'].map(async name => (await namedInstance(name, cleanup)).port),
  )
  const {config} = parseConfig(serviceYaml(0, ports), 'test.yaml')
  assert.ok(config)
  const services = config.services.map(service => ({...service, strategy: 'IP_HASH' as const}))
  const trustedProxies = ['127.0.0.0/8']
  const controller = await startController(cleanup, {
    config: {...config, services, trustedProxies, workers: 1},
    configName: 'test.yaml',
  })
  const {port} = controller.address
  const round = (claim: string) =>
    Promise.all(
      Array.from({length: 24}, (_, index) =>
        answerer(port, '127.0.0.1', {'x-forwarded-for': `${claim}198.51.100.${index}`}),
      ),
    )
  const plain = await round('')
  assert.ok(new Set(plain).size > 1, `all clients are with ${plain[0]}`)
  assert.deepEqual(await round('203.0.113.9, '), plain)
  assert.deepEqual(await round('203.0.113.77, 10.0.0.1, '), plain)
})
