/** Discovery with a real name server: what it serves is found, what it serves next is followed, and when it dies all is kept. */
import assert from 'node:assert/strict'
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {type TestContext, test} from 'node:test'
import {Folder} from '../folder.ts'
import {get, ok, startConfigured, startOrigin} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'

const isMissing = spawnSync('dnsmasq', ['--version']).status !== 0
const skip = isMissing && 'there is no dnsmasq here (apt-get install dnsmasq)'

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const {port} = socket.address()
  await new Promise<void>(resolve => socket.close(resolve))
  return port
}

/** dnsmasq wants a number, of UDP and of TCP: somebody else may have it by then. */
const MOST_PORTS = 5

async function startServer(
  t: TestContext,
  options: readonly string[],
): Promise<{readonly server: ChildProcess; readonly port: number}> {
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const {server, said} = await tryPort(t, port, options)
    if (server.exitCode === null) return {server, port}
    assert.ok(/already in use/.test(said) && tries < MOST_PORTS, said)
  }
}

async function tryPort(
  t: TestContext,
  port: number,
  options: readonly string[],
): Promise<{readonly server: ChildProcess; readonly said: string}> {
  const fixed = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    '--group=root',
  ]
  const where = [
    `--port=${port}`,
    '--listen-address=127.0.0.1',
    '--bind-interfaces',
    '--pid-file=',
    '--log-facility=-',
  ]
  const server = spawn('dnsmasq', [...fixed, ...where, '--local-ttl=1', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.after(() => void server.kill('SIGKILL'))
  let said = ''
  server.stderr?.on('data', piece => {
    said += piece
  })
  let isOver = false
  server.once('close', () => {
    isOver = true
  })
  await until(
    () => /started/.test(said) || isOver,
    () => `dnsmasq does not start: ${said}`,
  )
  return {server, said}
}

test('names and service records of dnsmasq: found, followed when they change, kept when it dies', {
  skip,
}, async t => {
  const folder = new Folder(t)
  const names = folder.write('names', '127.0.0.1 api.example\n127.0.0.1 one.example\n127.0.0.2 two.example\n')
  const origin = await startOrigin(t)
  origin.answers(ok())
  const {server, port} = await startServer(t, [
    `--addn-hosts=${names}`,
    `--srv-host=_http._tcp.example,one.example,${origin.port},1,30`,
    `--srv-host=_http._tcp.example,two.example,${origin.port},2,10`,
  ])
  const text = {
    listen: {address: '127.0.0.1', port: 0},
    workers: 1,
    resolver: {servers: `127.0.0.1:${port}`, minTtl: '100ms', maxTtl: '1s'},
    services: [
      {name: 'named', domain: 'api.test', hosts: [{address: 'api.example', port: origin.port}]},
      {name: 'recorded', domain: 'records.test', discover: {srv: '_http._tcp.example'}},
    ],
  }
  const proxy = await startConfigured(t, JSON.stringify({proxy: text}))
  const instances = async (index: number) =>
    (await proxy.snapshot()).services[index]?.instances.map(({key, weight, backup}) => ({
      key,
      weight,
      backup,
    }))
  assert.deepEqual(await instances(0), [{key: `127.0.0.1:${origin.port}`, weight: 1, backup: false}])
  assert.deepEqual(await instances(1), [
    {key: `127.0.0.1:${origin.port}`, weight: 30, backup: false},
    {key: `127.0.0.2:${origin.port}`, weight: 10, backup: true},
  ])
  const client = proxy.client()
  client.send(get())
  await client.has(/hello$/)
  folder.write('names', '127.0.0.3 api.example\n127.0.0.1 one.example\n127.0.0.2 two.example\n')
  server.kill('SIGHUP')
  await until(async () => (await instances(0))?.[0]?.key === `127.0.0.3:${origin.port}`)
  server.kill('SIGKILL')
  await once(server, 'exit')
  await until(async () => (await proxy.snapshot()).services[0]?.sources?.[0]?.problem !== undefined)
  assert.equal((await instances(0))?.[0]?.key, `127.0.0.3:${origin.port}`)
  client.end()
})
