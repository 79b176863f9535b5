/** The checks of many instances: no more of them at a time than allowed, also when they are given up. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {type AddressInfo, createServer, type Socket} from 'node:net'
import {type TestContext, test} from 'node:test'
import {type CheckTarget, Health} from '../../source/control/health.ts'
import {undecided} from '../../source/control/health-state.ts'
import {until} from '../proxy/until.ts'

const AT_ONCE = 128
const ALL = 150

/** `ALL` instances are checked at a server that takes connections and never answers. */
async function silent(t: TestContext) {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  const health = new Health()
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  t.after(() => {
    health.stop()
    hangUp()
    server.close()
  })
  const check = {
    ...{port: undefined, intervalMs: 60_000, fastIntervalMs: 60_000, timeoutMs: 60_000, rise: 2, fall: 3},
    ...({method: 'GET', path: '/', host: undefined, statuses: [], headers: [], text: undefined} as const),
  }
  const targets = new Map<string, CheckTarget>()
  for (let index = 0; index < ALL; index++)
    targets.set(`api/${index}`, {
      owner: {},
      address: '127.0.0.1',
      port,
      tls: undefined,
      check,
      state: undecided,
      changed: () => {},
    })
  health.setTargets(targets)
  await until(
    () => sockets.length >= AT_ONCE,
    () => `${sockets.length} checks`,
  )
  const last = health.checkNow(`api/${ALL - 1}`)
  return {health, last, hangUp, begun: () => sockets.length}
}

test('a stop begins none of the checks that wait for their turn', async t => {
  const {health, last, begun} = await silent(t)
  health.stop()
  assert.equal((await last)?.reason, 'it is not checked any more')
  assert.equal(begun(), AT_ONCE)
})

test('an instance that goes while its check waits for its turn is not asked any more', async t => {
  const {health, last, hangUp, begun} = await silent(t)
  health.setTargets(new Map())
  hangUp()
  assert.equal((await last)?.reason, 'it is not checked any more')
  assert.equal(begun(), AT_ONCE)
})
