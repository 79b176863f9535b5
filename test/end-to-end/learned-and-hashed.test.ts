/** PEAK_EWMA and HEADER_HASH through the real proxy, two workers. */
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import {parseConfig} from '../../source/config/parse.ts'
import {startController} from '../proxy/harness.ts'
import {cleanupOf, serviceYaml} from './binary.ts'

/** Instances that answer with these statuses, their place in the body. */
async function proxied(t: TestContext, statuses: readonly number[], more: string) {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    statuses.map(async (status, place) => {
      const server = createServer((_, response) => response.writeHead(status).end(String(place)))
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      cleanup.after(() => {
        server.closeAllConnections()
        server.close()
      })
      return (server.address() as AddressInfo).port
    }),
  )
  const {config} = parseConfig(serviceYaml(0, ports, more), 'test.yaml')
  assert.ok(config)
  const controller = await startController(cleanup, {
    config: {...config, workers: 2},
    configName: 'test.yaml',
  })
  const pool = new Pool(`http://127.0.0.1:${controller.address.port}`, {connections: 8})
  cleanup.after(() => pool.close())
  const ask = async (headers: Readonly<Record<string, string>> = {}) => {
    const {body} = await pool.request({path: '/', method: 'GET', headers: {host: 'api.test', ...headers}})
    return Number(await body.text())
  }
  return {controller, ask}
}

test('PEAK_EWMA: an instance that answers 500 at once is as good as left out, by both workers', async t => {
  const {ask} = await proxied(t, [500, 200, 200], ', lbPolicy: PEAK_EWMA')
  const counts = [0, 0, 0]
  for (let round = 0; round < 100; round++)
    for (const place of await Promise.all(Array.from({length: 8}, () => ask())))
      counts[place] = (counts[place] ?? 0) + 1
  const [failing = 0, ...good] = counts
  // A third of them by turns. On a busy machine the good ones look slow at times.
  assert.ok(failing > 0 && failing < 80, `${counts}`)
  for (const count of good) assert.ok(count > 100, `${counts}`)
})

test('HEADER_HASH: both workers agree on every value, whatever the case of the name', async t => {
  const {ask} = await proxied(t, [200, 200, 200], ', lbPolicy: HEADER_HASH, hashHeader: X-User')
  const round = (name: string) =>
    Promise.all(Array.from({length: 24}, (_, user) => ask({[name]: `user-${user}`})))
  const first = await round('x-user')
  assert.equal(new Set(first).size, 3)
  for (let again = 0; again < 4; again++) assert.deepEqual(await round('X-USER'), first)
})

test('HEADER_HASH without a field to go by is refused, live as in the file', async t => {
  const {controller} = await proxied(t, [200], '')
  const command = {type: 'set-strategy', service: 'api', strategy: 'HEADER_HASH'} as const
  assert.deepEqual(await controller.execute(command, 'test'), {
    ok: false,
    message: 'api has no hashHeader: add one to the file that names the header field',
  })
  const {findings} = parseConfig(serviceYaml(0, [1], ', lbPolicy: HEADER_HASH'), 'test.yaml')
  assert.match(findings?.[0]?.message ?? '', /HEADER_HASH goes by a header field; expected hashHeader/)
})
