/** Instances from a file: read again whenever it changes, and kept when it is broken. */
import assert from 'node:assert/strict'
import {readFileSync, renameSync, writeFileSync} from 'node:fs'
import {type TestContext, test} from 'node:test'
import {formatFinding} from '../../source/config/finding.ts'
import {loadConfig} from '../../source/config/load.ts'
import {Folder} from '../folder.ts'
import {get, ok, startController, startOrigin, TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'

async function started(t: TestContext, hosts: string) {
  const folder = new Folder(t)
  const path = folder.write('hosts.yaml', hosts)
  const text = {
    listen: {address: '127.0.0.1', port: 0},
    workers: 1,
    services: [{name: 'api', domain: 'api.test', weight: 7, discover: {file: 'hosts.yaml'}}],
  }
  const {config, given, findings} = await loadConfig(
    folder.write('proxy.yaml', JSON.stringify({proxy: text})),
  )
  if (config === undefined) return {findings: findings.map(formatFinding), folder, path}
  const controller = await startController(t, {
    config,
    configName: 'proxy.yaml',
    file: {path: `${folder.path}/proxy.yaml`, given},
  })
  return {proxy: new TestProxy(controller), folder, path}
}

function put(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

test('a file of hosts: what it says is in force, what it says next as well, and what is broken is told and kept out', async t => {
  const [one, two] = [await startOrigin(t), await startOrigin(t)]
  one.answers(ok('one'))
  two.answers(ok('two'))
  const {proxy, path} = await started(t, `hosts:\n  - {address: 127.0.0.1, port: ${one.port}}\n`)
  assert.ok(proxy !== undefined)
  const keys = async () => (await proxy.snapshot()).services[0]?.instances.map(({key}) => key).join()
  assert.equal(await keys(), `127.0.0.1:${one.port}`)
  assert.equal((await proxy.snapshot()).services[0]?.instances[0]?.weight, 7)
  const client = proxy.client()
  client.send(get())
  await client.has(/one$/)
  put(path, JSON.stringify({hosts: [{address: '127.0.0.1', port: two.port, weight: 2}]}))
  await until(async () => (await keys()) === `127.0.0.1:${two.port}`)
  client.send(get())
  await client.has(/two$/)
  put(path, 'hosts:\n  - {address: 127.0.0.1, prt: 1}\n')
  const source = async () => (await proxy.snapshot()).services[0]?.sources?.[0]
  await until(async () => (await source())?.problem !== undefined)
  assert.match((await source())?.problem ?? '', /hosts\.yaml:2:26: unknown key "prt" in a host/)
  assert.equal(await keys(), `127.0.0.1:${two.port}`)
  assert.ok(
    proxy.controller.events.events.some(({text}) => /"prt".*; the last answer holds \(1\)$/.test(text)),
  )
  put(path, 'hosts: []\n')
  await until(async () => (await keys()) === '')
  client.send(get())
  await client.has('503')
  client.end()
  await proxy.quiet()
})

test('a reload keeps the instances of a file of hosts, with their counters', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok('one'))
  const {proxy, folder} = await started(t, `hosts:\n  - {address: 127.0.0.1, port: ${origin.port}}\n`)
  assert.ok(proxy !== undefined)
  assert.match(await proxy.exchange(get('/', 'Connection: close')), /one$/)
  const path = `${folder.path}/proxy.yaml`
  put(path, readFileSync(path, 'utf8').replace('"weight":7', '"weight":8'))
  assert.deepEqual((await proxy.controller.execute({type: 'reload'}, 'test')).ok, true)
  const [instance] = (await proxy.snapshot()).services[0]?.instances ?? []
  assert.deepEqual([instance?.key, instance?.weight], [`127.0.0.1:${origin.port}`, 8])
  assert.equal(instance?.traffic.requests, 1)
  assert.match(await proxy.exchange(get('/', 'Connection: close')), /one$/)
  await proxy.quiet()
})

for (const [what, text, expected] of [
  [
    'a wrong port',
    'hosts:\n  - {address: a, port: 0}\n',
    /hosts\.yaml:2:24: port is 0; expected a whole number from 1/,
  ],
  [
    'an instance that repeats',
    'hosts:\n  - {address: a, port: 1}\n  - {address: A, port: 1}\n',
    /hosts\.yaml:3:5: the instance "a:1" is given twice; the first is on line 2/,
  ],
  ['a list alone', '- {address: a, port: 1}\n', /hosts\.yaml:1:1: the file of hosts is a list/],
] as const) {
  test(`${what} in the file is a finding at the start, in the file's own lines`, async t => {
    const {findings} = await started(t, text)
    assert.match(findings?.[0] ?? '', expected)
  })
}

test('a file that is not there is a finding where it is named', async t => {
  const folder = new Folder(t)
  const yaml = 'proxy:\n  services:\n    - name: a\n      domain: a\n      discover: {file: none.yaml}\n'
  const {findings = []} = await loadConfig(folder.write('proxy.yaml', yaml))
  assert.match(
    findings.map(formatFinding).join(),
    /proxy\.yaml:5:24: file is .*none\.yaml: there is no such file/,
  )
})
