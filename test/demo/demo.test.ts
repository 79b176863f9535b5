/** The demo as a whole: a child process with servers and traffic, over real sockets. */
import assert from 'node:assert/strict'
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {createServer as createHttpServer} from 'node:http'
import {type AddressInfo, connect, createServer} from 'node:net'
import {test} from 'node:test'
import {startDemo} from '../../source/demo/demo.ts'
import type {Order, Report} from '../../source/demo/messages.ts'
import {freePort, freePorts} from '../free-port.ts'
import {configOf, instanceOn, service} from './support.ts'

const local = (ports: readonly number[]) =>
  service(
    'shop',
    ports.map(port => ['127.0.0.1', port] as const),
  )

test('every loopback instance answers until the demo stops', async () => {
  const [proxyPort = 0, ...ports] = await freePorts(3)
  const demo = await startDemo({
    config: configOf(local(ports)),
    proxyAddress: {address: '127.0.0.1', port: proxyPort},
  })
  assert.deepEqual(
    demo.instances,
    ports.map(port => `127.0.0.1:${port}`),
  )
  for (const port of ports) {
    assert.equal(await textOf(port), `Hello from shop on 127.0.0.1:${port}\n`)
  }
  await demo.stop()
  assert.deepEqual(demo.problems, [])
  for (const port of ports) await assert.rejects(textOf(port))
})

test('a port that is taken is left alone, its server gets only plain GETs, and the rest goes on', async () => {
  const [port = 0] = await freePorts(1)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const takenPort = (taken.address() as AddressInfo).port
  const asked: string[] = []
  const proxy = createHttpServer((request, response) => {
    asked.push(`${request.headers.host} ${request.method} ${request.url}`)
    response.end()
    if (asked.length === 10) proxy.emit('enough')
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const enough = once(proxy, 'enough')

  const told: string[] = []
  const demo = await startDemo({
    config: configOf(local([takenPort, port])),
    proxyAddress: {address: '127.0.0.1', port: (proxy.address() as AddressInfo).port},
    onProblem: text => told.push(text),
  })
  assert.deepEqual(demo.instances, [`127.0.0.1:${port}`])
  assert.deepEqual(demo.problems, [`127.0.0.1:${takenPort} is already in use: leaving it alone`])
  assert.deepEqual(told, demo.problems)
  await enough
  await demo.stop()
  assert.deepEqual([...new Set(asked)], ['shop.example GET /'])
  taken.close()
  proxy.close()
})

test('a configuration without a loopback instance is refused before anything starts', async () => {
  const config = configOf(service('shop', [['172.19.0.2', 9090]]))
  await assert.rejects(startDemo({config, proxyAddress: {address: '127.0.0.1', port: 1}}), /loopback/)
})

/** The child alone, as demo.ts forks it. */
async function childWith(port: number) {
  const child = fork(new URL('../../source/demo/child.js', import.meta.url), {execArgv: []})
  const instance = instanceOn(port)
  const order: Order = {
    type: 'start',
    plan: {instances: [instance], origin: `http://127.0.0.1:${await freePort()}`, targets: []},
  }
  child.send(order)
  const [report] = (await once(child, 'message')) as [Report]
  assert.deepEqual(report, {type: 'ready', instances: [instance.key]})
  return child
}

test('the child outlives Ctrl-C and ends when its parent is gone', async () => {
  const port = await freePort()
  const child = await childWith(port)
  child.kill('SIGINT')
  assert.equal(await textOf(port), `Hello from shop on 127.0.0.1:${port}\n`)
  const exited = once(child, 'exit')
  child.disconnect() // all that a child sees of a parent's death
  assert.deepEqual(await exited, [0, null])
})

test('it stops within its time although a client holds a connection open', async () => {
  const port = await freePort()
  const child = await childWith(port)
  const client = connect(port, '127.0.0.1')
  client.on('error', () => {}) // a reset is as good as an end here
  await once(client, 'connect')
  const exited = once(child, 'exit')
  child.send({type: 'stop'} satisfies Order)
  assert.deepEqual(await exited, [0, null])
  client.destroy()
})

async function textOf(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}`)).text()
}
