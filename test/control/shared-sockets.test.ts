/** A socket that somebody else listens on as well, as systemd does: any number of workers, and one that dies loses nothing of it. */
import assert from 'node:assert/strict'
import {closeSync} from 'node:fs'
import {type AddressInfo, createServer} from 'node:net'
import {type TestContext, test} from 'node:test'
import {request} from 'undici'
import {parseConfig} from '../../source/config/parse.ts'
import {duplicates} from '../../source/control/duplicates.ts'
import {ok, startController, startOrigin} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {WorkerThreads} from '../proxy/worker-thread.ts'

/** A socket that listens, which nobody here accepts from and nobody else can bind beside. */
async function listening(): Promise<{readonly port: number; readonly fd: number}> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen({host: '127.0.0.1', port: 0, exclusive: true}, resolve))
  const {port} = server.address() as AddressInfo
  const {fd} = (server as unknown as {_handle: {fd: number}})._handle
  const [other = -1] = await duplicates([fd])
  await new Promise(resolve => server.close(resolve))
  return {port, fd: other}
}

async function start(t: TestContext, workers: number) {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const {port, fd} = await listening()
  t.after(() => closeSync(fd))
  const listen = {address: '127.0.0.1', port}
  const hosts = [{address: '127.0.0.1', port: origin.port}]
  const text = JSON.stringify({
    proxy: {listen, workers, services: [{name: 'api', domain: 'api.test', hosts}]},
  })
  const {config} = parseConfig(text, 'test.yaml')
  assert.ok(config)
  const inherited = {listeners: [{...listen, wanted: port, fd}], admin: undefined, shared: true}
  const controller = await startController(t, {config, configName: 'test.yaml', inherited})
  const ask = async () => {
    const {statusCode, body} = await request(`http://127.0.0.1:${port}/`, {
      headers: {host: 'api.test'},
      reset: true,
    })
    assert.equal(statusCode, 200)
    return body.text()
  }
  return {controller, ask}
}

test('three workers take from one socket, and those that take the place of dead ones do so again', async t => {
  const threads = new WorkerThreads()
  t.after(() => threads.end())
  const {controller, ask} = await start(t, 3)
  await threads.running(3)
  assert.equal(controller.snapshot().workers, 3)
  assert.deepEqual(await Promise.all(Array.from({length: 30}, ask)), Array(30).fill('hello'))
  for (let death = 1; death <= 3; death++) {
    threads.inflict('process.exit(1)')
    const said = (pattern: RegExp) => controller.events.events.filter(({text}) => pattern.test(text)).length
    await until(() => said(/^worker \d died/) === death)
    // Nobody may listen for a moment, and yet nobody is refused.
    assert.deepEqual(await Promise.all(Array.from({length: 10}, ask)), Array(10).fill('hello'))
    await until(() => said(/^worker \d is back$/) === death)
  }
  assert.equal(controller.answers, true)
  const handed = await controller.handedOver()
  assert.equal(handed?.listeners.length, 3)
  assert.equal(handed?.shared, true)
  assert.equal(new Set(handed?.listeners.map(({fd}) => fd)).size, 3)
})
