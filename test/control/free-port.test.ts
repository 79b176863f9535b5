/** Port 0 is some port that is free, also where somebody takes the one that the system chose before the workers do. */
import assert from 'node:assert/strict'
import {createServer, Server} from 'node:net'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {Controller} from '../../source/control/controller.ts'

test('a chosen port that is taken in the meantime is not asked for again: another one is chosen', async t => {
  const {config} = parseConfig(
    JSON.stringify({
      proxy: {
        listen: {port: 0},
        workers: 2,
        services: [{name: 'api', domain: 'api.test', hosts: [{address: '127.0.0.1', port: 1}]}],
      },
    }),
    'test.yaml',
  )
  assert.ok(config)
  const thieves: Server[] = []
  const ports: number[] = []
  const {close} = Server.prototype
  // The probe is the first that closes: whoever listens there from then on, alone, has the port.
  t.mock.method(Server.prototype, 'close', function (this: Server, done?: () => void) {
    const at = this.address()
    if (typeof at !== 'object' || at === null || thieves.length === 2) return close.call(this, done)
    const thief = createServer()
    thieves.push(thief)
    ports.push(at.port)
    return close.call(this, () => {
      thief.listen({host: '127.0.0.1', port: at.port, exclusive: true}, () => done?.())
    })
  })
  t.after(() => {
    for (const thief of thieves) thief.close()
  })
  const controller = await Controller.start({config, configName: 'test.yaml'})
  assert.equal(thieves.length, 2)
  assert.ok(!ports.includes(controller.address.port))
  await controller.execute({type: 'stop', force: true}, 'test')
  await controller.stopped
})
