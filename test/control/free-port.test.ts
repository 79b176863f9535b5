/** Port 0 is some port that is free, and nobody else gets it before the workers have it. */
import assert from 'node:assert/strict'
import {createServer, Server} from 'node:net'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {Controller} from '../../source/control/controller.ts'
import {until} from '../proxy/until.ts'

test('a port that the system chose cannot be taken by others while the workers start', async t => {
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
  const refused: number[] = []
  const {close} = Server.prototype
  // Whoever listens where somebody has just closed, alone, has the port.
  t.mock.method(Server.prototype, 'close', function (this: Server, done?: () => void) {
    const at = this.address()
    if (typeof at !== 'object' || at === null || thieves.includes(this)) return close.call(this, done)
    const thief = createServer()
    thieves.push(thief)
    return close.call(this, () => {
      thief.once('error', () => {
        refused.push(at.port)
        done?.()
      })
      thief.listen({host: '127.0.0.1', port: at.port, exclusive: true}, () => done?.())
    })
  })
  t.after(() => {
    for (const thief of thieves) thief.close()
  })
  const controller = await Controller.start({config, configName: 'test.yaml'})
  await until(() => refused.length > 0)
  assert.deepEqual(refused, [controller.address.port])
  assert.ok(thieves.length > 1, 'other ports can be taken')
  await controller.execute({type: 'stop', force: true}, 'test')
  await controller.stopped
})
