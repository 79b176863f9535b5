/** One process follows another: no connection lost, what the operator changed kept, and a new one that fails changes nothing. */
import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {dirname, join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {request} from 'undici'
import {RemoteControl} from '../../source/socket/remote-control.ts'
import {newFolder} from '../folder.ts'
import {freePort} from '../free-port.ts'
import {until} from '../proxy/until.ts'
import {Cleanup, cleanupOf, configFile, namedInstance, Piped} from './binary.ts'

interface Running {
  readonly program: Piped
  readonly file: string
  readonly port: number
  /** of the process that runs now */
  pid: number
}

/** A proxy that names the process behind each answer by the count of its requests. */
async function start(
  t: TestContext,
  ports: readonly number[],
  more = '',
  options: readonly string[] = [],
): Promise<Running> {
  const cleanup = new Cleanup()
  const hosts = ports.map(port => `{address: 127.0.0.1, port: ${port}}`).join(', ')
  const text = `proxy:
  listen: {address: 127.0.0.1, port: 0}
  workers: 2
  admin: {port: 0}
  ${more}
  services:
    - {name: api, domain: api.test, hosts: [${hosts}]}
`
  const file = configFile(text, cleanup)
  const program = new Piped([file, '--no-watch', ...options], cleanup)
  const running = {program, file, port: 0, pid: program.child.pid ?? 0}
  t.after(async () => {
    // First of all the oldest: it would go on when it sees the end of one that has not got everything yet.
    program.child.kill('SIGKILL')
    for (const [, pid] of program.output.matchAll(/process (\d+) has taken over/g)) end(Number(pid))
    await cleanup.run()
  })
  const [, port] = await program.says(/listening on 127\.0\.0\.1:(\d+) /)
  return Object.assign(running, {port: Number(port)})
}

/** In front of one instance, which says hello. */
async function startBeforeOne(t: TestContext): Promise<Running> {
  const {port} = await namedInstance('hello', cleanupOf(t))
  return start(t, [port])
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

async function restart(running: Running): Promise<void> {
  const {program} = running
  const before = program.output.length
  process.kill(running.pid, 'SIGUSR2')
  await until(
    () => /process \d+ has taken over/.test(program.output.slice(before)),
    () => program.output + program.errors,
  )
  const [, pid] = /process (\d+) has taken over/.exec(program.output.slice(before)) ?? []
  running.pid = Number(pid)
}

async function ask(port: number, path = '/'): Promise<string> {
  const {statusCode, body} = await request(`http://127.0.0.1:${port}${path}`, {headers: {host: 'api.test'}})
  assert.equal(statusCode, 200)
  return body.text()
}

/** A connection a request, as fast as they go, until told to stop; rejects on anything but a 200. */
async function load(port: number, isOver: () => boolean): Promise<number> {
  let count = 0
  while (!isOver()) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      socket.on('data', piece => {
        text += piece.toString('latin1')
      })
      socket.on('error', reject)
      socket.on('close', () =>
        /^HTTP\/1\.1 200 /.test(text) ? resolve() : reject(new Error(`got "${text}"`)),
      )
      socket.write('GET / HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n')
    })
    count++
  }
  return count
}

/** One connection, kept as long as the proxy keeps it. */
async function keepAlive(port: number, isOver: () => boolean): Promise<number> {
  let count = 0
  while (!isOver()) {
    const socket = connect(port, '127.0.0.1').setMaxListeners(0)
    let failed: unknown
    socket.on('error', error => {
      failed = error
    })
    for (let closes = false; !closes && !isOver(); ) {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = ''
        const read = (piece: Buffer) => {
          text += piece.toString('latin1')
          if (!text.endsWith('hello')) return
          socket.off('data', read)
          resolve(text)
        }
        socket.on('data', read)
        socket.once('close', () => reject(new Error(`closed with a request under way: ${failed} "${text}"`)))
        socket.write('GET / HTTP/1.1\r\nHost: api.test\r\n\r\n')
      })
      count++
      closes = /\r\nconnection: close\r\n/i.test(answer)
    }
    socket.destroy()
  }
  return count
}

test('restarts under load: no request fails, on new connections and on kept ones, and each is a line in the access log', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('hello', cleanup)
  const running = await start(t, [port], 'accessLog: {path: access.log}')
  let over = false
  const clients = [
    ...Array.from({length: 3}, () => load(running.port, () => over)),
    ...Array.from({length: 3}, () => keepAlive(running.port, () => over)),
  ]
  const failed = Promise.all(clients)
  failed.catch(() => {})
  for (let count = 0; count < 3; count++) await Promise.race([restart(running), failed])
  over = true
  const counts = await failed
  assert.ok(counts.every(count => count > 0))
  assert.equal(await ask(running.port), 'hello')
  const asked = counts.reduce((sum, count) => sum + count, 1)
  const lines = () => readFileSync(join(dirname(running.file), 'access.log'), 'latin1').split('\n').length - 1
  await until(
    () => lines() === asked,
    () => `${lines()} lines of ${asked} requests`,
  )
})

test('what the operator changed goes over, and what was under way is finished by the old process', async t => {
  const cleanup = cleanupOf(t)
  const one = await namedInstance('one', cleanup)
  const slow: Array<() => void> = []
  one.server.removeAllListeners('request')
  one.server.on('request', (asked, response) => {
    if (asked.url === '/slow') slow.push(() => response.end('slow'))
    else response.end('one')
  })
  const other = await namedInstance('other', cleanup)
  const running = await start(t, [one.port, other.port])
  const [, path = ''] = await running.program.says(/--control (\S+)/)
  const control = await RemoteControl.connect({target: {socketPath: path}, readOnly: false})
  const instance = `127.0.0.1:${other.port}`
  for (const command of [
    {type: 'set-strategy', service: 'api', strategy: 'RANDOM'},
    {type: 'set-operator-state', service: 'api', instance, state: 'drain'},
    {type: 'set-max-connections', service: 'api', instance, maxConnections: 7},
    {type: 'set-rate-limit', service: 'api', limit: {requests: 900, perMs: 1000, burst: 900}},
    {type: 'set-rate-limit', service: undefined, limit: {requests: 901, perMs: 1000, burst: 901}},
    {type: 'set-setting', service: 'api', instance: undefined, key: 'budget', value: '33'},
  ] as const)
    assert.equal((await control.execute(command, 'test')).ok, true)
  const under = ask(running.port, '/slow')
  await until(() => slow.length === 1)
  const outcome = await control.execute({type: 'restart'}, 'test')
  assert.equal(outcome.ok, true, outcome.message)
  running.pid = Number(/process (\d+)/.exec(outcome.message)?.[1])
  await until(async () => {
    const next = await RemoteControl.connect({target: {socketPath: path}, readOnly: false}).catch(
      () => undefined,
    )
    const service = next?.snapshot().services[0]
    const isThere = service?.strategy === 'RANDOM' && service.instances[1]?.operator === 'drain'
    if (!isThere || next === undefined) return false
    assert.equal(service.instances[1]?.maxConnections, 7)
    assert.equal(service.rateLimit?.requests, 900)
    assert.equal(next.snapshot().rateLimit?.requests, 901)
    assert.deepEqual(
      service.settings?.map(({key, value}) => [key, value]),
      [['retryPolicy.budget', '33']],
    )
    return true
  })
  assert.equal(await ask(running.port), 'one')
  slow[0]?.()
  assert.equal(await under, 'slow')
  assert.equal(await running.program.exited, 0)
})

test('who follows requests or events from elsewhere goes on with the process that follows', async t => {
  const running = await startBeforeOne(t)
  const [, path = ''] = await running.program.says(/--control (\S+)/)
  for (let count = 0; count < 5; count++) await ask(running.port, `/before-${count}`)
  const cleanup = cleanupOf(t)
  const tail = new Piped(['tail', '--control', path], cleanup)
  const events = new Piped(['events', '--follow', '--control', path], cleanup)
  await tail.says(/\/before-4 /)
  await events.says(/attach --control/)
  await restart(running)
  await events.says(/attach --control[\s\S]*attach --control/)
  await running.program.says(/in flight are finished here/)
  // At first it has fewer than the process before had, whose numbers must not hide them. A worker may still accept for a moment.
  await until(async () => {
    let rounds = 0
    await load(running.port, () => rounds++ > 0)
    return /GET api\.test\/ /.test(tail.output)
  })
  process.kill(running.pid, 'SIGTERM')
  assert.equal(await tail.ended, 0)
  assert.equal(await events.ended, 0)
  assert.match(tail.errors, /^the proxy has ended: /)
})

test('a new process that does not start changes nothing', async t => {
  const running = await startBeforeOne(t)
  writeFileSync(running.file, readFileSync(running.file, 'utf8').replace('services', 'servises'))
  process.kill(running.pid, 'SIGUSR2')
  await running.program.says(/not restarted, this process goes on: \S+:\d+:\d+: unknown key "servises"/)
  assert.match(running.program.errors, /unknown key "servises"/)
  assert.equal(await ask(running.port), 'hello')
})

test('one that dies before it has got everything changes nothing, and the next one takes over', async t => {
  const running = await startBeforeOne(t)
  const {program} = running
  process.kill(running.pid, 'SIGUSR2')
  const [, pid] = await program.says(/process (\d+) has taken over/)
  process.kill(Number(pid), 'SIGKILL')
  await program.says(/not restarted, this process goes on: the new process has ended/)
  assert.equal(await ask(running.port), 'hello')
  await restart(running)
  assert.equal(await program.exited, 0)
  assert.equal(await ask(running.port), 'hello')
})

test('what the operator changes while a new process starts goes over too, however much was changed before', async t => {
  // Far more than what the system lets a variable of the environment hold.
  const ports = Array.from({length: 3000}, (_, index) => index + 1)
  const keys = ports.map(port => `127.0.0.1:${port}`)
  const instances = keys.map(key => ({key, weight: {value: 7, base: 1}}))
  const state = join(newFolder(t), 'state.json')
  writeFileSync(state, JSON.stringify({version: 1, changes: {services: [{name: 'api', instances}]}}))
  const running = await start(t, ports, `stateFile: ${state}`)
  const {program} = running
  const [, path = ''] = await program.says(/--control (\S+)/)
  const control = await RemoteControl.connect({target: {socketPath: path}, readOnly: false})
  const restarted = control.execute({type: 'restart'}, 'test')
  await program.says(/restarting: another process/)
  const late = {type: 'set-weight', service: 'api', instance: keys[0] ?? '', weight: 9} as const
  assert.equal((await control.execute(late, 'test')).ok, true)
  const outcome = await restarted
  assert.equal(outcome.ok, true, outcome.message)
  running.pid = Number(/process (\d+)/.exec(outcome.message)?.[1])
  assert.equal(await program.exited, 0)
  let weights: readonly number[] = []
  await until(async () => {
    const next = await RemoteControl.connect({target: {socketPath: path}, readOnly: false}).catch(
      () => undefined,
    )
    weights = next?.snapshot().services[0]?.instances.map(({weight}) => weight) ?? []
    return weights.length > 0
  })
  assert.deepEqual(weights, [9, ...Array(2999).fill(7)])
})

test('a stop while a new process starts stops both', async t => {
  const running = await startBeforeOne(t)
  const {program} = running
  process.kill(running.pid, 'SIGUSR2')
  await program.says(/restarting: another process/)
  process.kill(running.pid, 'SIGTERM')
  // The new one has the output too.
  assert.equal(await program.ended, 0)
  await assert.rejects(ask(running.port), /ECONNREFUSED/)
})

test('a proxy with a demo is not restarted, for its instances would be gone with the old process', async t => {
  const running = await start(t, [await freePort()], '', ['--demo', '--no-control'])
  process.kill(running.pid, 'SIGUSR2')
  await running.program.says(/not restarted: the demo's instances end with this process/)
  await until(
    async () =>
      (await request(`http://127.0.0.1:${running.port}/`, {headers: {host: 'api.test'}})).statusCode === 200,
  )
})
