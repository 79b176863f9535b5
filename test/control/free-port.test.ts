/** Port 0 is some port that is free, and nobody else gets it before the workers have it. */
import assert from 'node:assert/strict'
import {createServer, Server} from 'node:net'
import {test} from 'node:test'
import type {Config} from '../../source/config/config.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {Controller} from '../../source/control/controller.ts'
import {until} from '../proxy/until.ts'

function configOf(...addresses: readonly string[]): Config {
  const listen = addresses.map(address => ({address, port: 0}))
  const services = [{name: 'api', domain: 'api.test', hosts: [{address: '127.0.0.1', port: 1}]}]
  const {config} = parseConfig(JSON.stringify({proxy: {listen, workers: 2, services}}), 'test.yaml')
  assert.ok(config)
  return config
}

test('a port that the system chose cannot be taken by others while the workers open it, at a start and at a reload', async t => {
  const thieves: Server[] = []
  const refused: string[] = []
  const {close} = Server.prototype
  // Whoever listens where somebody has just closed, alone, has the port.
  t.mock.method(Server.prototype, 'close', function (this: Server, done?: () => void) {
    const at = this.address()
    if (typeof at !== 'object' || at === null || thieves.includes(this)) return close.call(this, done)
    const thief = createServer()
    thieves.push(thief)
    return close.call(this, () => {
      thief.once('error', () => {
        refused.push(`${at.address}:${at.port}`)
        done?.()
      })
      thief.listen({host: at.address, port: at.port, exclusive: true}, () => done?.())
    })
  })
  t.after(() => {
    for (const thief of thieves) thief.close()
  })
  const controller = await Controller.start({config: configOf('127.0.0.1'), configName: 'test.yaml'})
  const listeners = () => controller.snapshot().listeners
  await until(() => refused.length > 0)
  assert.deepEqual(refused, listeners())
  assert.ok(thieves.length > 1, 'other ports can be taken')
  assert.equal((await controller.apply(configOf('127.0.0.1', '127.0.0.2'), 'test')).ok, true)
  await until(() => refused.length > 1)
  assert.deepEqual(refused, listeners())
  await controller.execute({type: 'stop', force: true}, 'test')
  await controller.stopped
})
