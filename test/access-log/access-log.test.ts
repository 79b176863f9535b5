/** The access log of a running proxy: a line a request, over reloads and rotations, with what a file says. */
import assert from 'node:assert/strict'
import {existsSync, readFileSync, renameSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {newFolder} from '../folder.ts'
import {get, ok, startConfigured, startOrigin, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'

function yaml(ports: readonly number[], accessLog: object | undefined): string {
  const hosts = ports.map(port => ({address: '127.0.0.1', port}))
  return JSON.stringify({
    proxy: {
      listen: {port: 0},
      workers: 2,
      ...(accessLog === undefined ? {} : {accessLog}),
      services: [{name: 'api', domain: 'api.test', retryPolicy: {retries: 1}, hosts}],
    },
  })
}

async function reload(proxy: TestProxy, text: string): Promise<string> {
  const {config} = parseConfig(text, 'test.yaml')
  assert.ok(config)
  return (await proxy.controller.apply(config, 'test')).message
}

function targets(...paths: readonly string[]): string[] {
  return paths.flatMap(path =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as {target: string}).target),
  )
}

test('under load, through rotations, every request is one line in one file', async t => {
  const path = join(newFolder(t), 'access.log')
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startConfigured(t, yaml([origin.port], {path}))
  const clients = 8
  const each = 250
  let rotations = 0
  let asking = true
  const rotating = (async () => {
    while (asking) {
      renameSync(path, `${path}.${++rotations}`)
      const outcome = await proxy.controller.execute({type: 'reopen-log'}, 'test')
      assert.equal(outcome.ok, true)
      await until(() => existsSync(path))
    }
  })()
  await Promise.all(
    Array.from({length: clients}, async (_, client) => {
      const peer = proxy.client()
      for (let count = 0; count < each; count++) {
        peer.send(get(`/${client}/${count}`))
        await peer.answered(count + 1)
      }
      peer.end()
    }),
  )
  asking = false
  await rotating
  await until(async () => (await proxy.snapshot()).accessLog?.written === clients * each)
  const files = [...Array.from({length: rotations}, (_, index) => `${path}.${index + 1}`), path]
  const logged = targets(...files.filter(file => readFileSync(file).length > 0))
  assert.equal(logged.length, clients * each)
  assert.equal(new Set(logged).size, clients * each)
  assert.ok(rotations > 1)
  assert.equal((await proxy.snapshot()).accessLog?.dropped, 0)
})

test('a reload turns it on, gives it another format and turns it off; nothing is told twice', async t => {
  const folder = newFolder(t)
  const [one, other] = [join(folder, 'one.log'), join(folder, 'other.log')]
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startConfigured(t, yaml([origin.port], undefined))
  const ask = (target: string) => proxy.exchange(get(target, 'Connection: close'))
  await ask('/before')
  assert.equal(await reload(proxy, yaml([origin.port], {path: one})), 'in force')
  await ask('/one')
  await until(() => readFileSync(one, 'utf8').includes('/one'))
  const refused = await reload(proxy, yaml([origin.port], {path: join(folder, 'missing', 'x.log')}))
  assert.match(refused, /^Cannot write the access log .*x\.log: ENOENT/)
  await ask('/still')
  await until(() => readFileSync(one, 'utf8').includes('/still'))
  assert.equal(await reload(proxy, yaml([origin.port], {path: other, format: 'combined'})), 'in force')
  await ask('/other')
  await until(() => readFileSync(other, 'utf8').includes('/other'))
  assert.equal(await reload(proxy, yaml([origin.port], undefined)), 'in force')
  await ask('/after')
  assert.equal((await proxy.snapshot()).accessLog, undefined)
  assert.deepEqual(targets(one), ['/one', '/still'])
  assert.match(
    readFileSync(other, 'utf8'),
    /^127\.0\.0\.1 - - \[[^\]]+\] "GET \/other HTTP\/1\.1" 200 \d+ "-" "-"\n$/,
  )
})

test('an end writes what is still to be told', async t => {
  const path = join(newFolder(t), 'access.log')
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startConfigured(t, yaml([origin.port, 1], {path}))
  await proxy.exchange(get('/last', 'Connection: close'))
  await proxy.exchange(get('/very-last', 'Connection: close'))
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  await proxy.controller.stopped
  assert.deepEqual(targets(path).sort(), ['/last', '/very-last'])
  assert.match(readFileSync(path, 'utf8'), /"fault":"CONNECT_REFUSED"/, 'the attempt that failed is told')
})

test('a full disk costs lines and an event, no request', {skip: !existsSync('/dev/full')}, async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startConfigured(t, yaml([origin.port], {path: '/dev/full'}))
  for (let count = 0; count < 5; count++)
    assert.match(await proxy.exchange(get('/', 'Connection: close')), /200 OK/)
  await until(async () => (await proxy.snapshot()).accessLog?.dropped === 5)
  assert.ok(proxy.controller.events.events.some(({level, text}) => level === 'bad' && /ENOSPC/.test(text)))
})
