/** What instances come out of what is known: pure, so without any server. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {InstanceConfig, InstanceTemplate, ServiceConfig} from '../../source/config/config.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {expandedInstances, type Known} from '../../source/discovery/expand.ts'
import type {SrvTarget} from '../../source/discovery/name-resolver.ts'

function serviceOf(text: string): ServiceConfig {
  const {config, findings} = parseConfig(`proxy: {services: [{name: a, domain: a, ${text}}]}`, 'f')
  const [service] = config?.services ?? []
  if (service === undefined) throw new Error(JSON.stringify(findings))
  return service
}

function known(
  names: Readonly<Record<string, readonly string[]>>,
  targets: readonly SrvTarget[] = [],
  hosts: (template: InstanceTemplate) => readonly InstanceConfig[] = () => [],
): Known {
  return {
    addresses: name => names[name],
    targets: () => targets,
    hosts: (_file, template) => hosts(template),
  }
}

test('each address takes over what the host says, and TLS goes on asking for the name', () => {
  const service = serviceOf('tls: {}, hosts: [{address: api.test, port: 443, weight: 5, backup: true}]')
  const [first, second, ...more] = expandedInstances(service, known({'api.test': ['10.0.0.1', 'fd00::1']}))
  assert.deepEqual(more, [])
  assert.deepEqual([first?.key, second?.key], ['10.0.0.1:443', '[fd00::1]:443'])
  for (const instance of [first, second]) {
    assert.equal(instance?.tls?.serverName, 'api.test')
    assert.equal(instance?.weight, 5)
    assert.equal(instance?.backup, true)
    assert.equal(instance?.name, 'api.test')
  }
})

test('what is named twice is there once, and the first says how it is', () => {
  const service = serviceOf(
    'hosts: [{address: 10.0.0.1, port: 80, weight: 3}, {address: api.test, port: 80}]',
  )
  const instances = expandedInstances(service, known({'api.test': ['10.0.0.1', '10.0.0.2']}))
  assert.deepEqual(
    instances.map(({key, weight}) => `${key} ${weight}`),
    ['10.0.0.1:80 3', '10.0.0.2:80 1'],
  )
})

test('weights of records beyond ours are scaled, and none is nothing', () => {
  const target = (name: string, weight: number) => ({name, port: 1, priority: 0, weight})
  const service = serviceOf('discover: {srv: _a._tcp.test}')
  const weights = (...given: readonly number[]) =>
    expandedInstances(
      service,
      known(
        {},
        given.map((weight, index) => target(`t${index}.test`, weight)),
      ),
    ).map(({weight}) => weight)
  assert.deepEqual(weights(10, 20), [10, 20])
  assert.deepEqual(weights(50_000, 25_000, 1), [1000, 500, 1])
  assert.deepEqual(weights(0, 0), [1, 1])
})

test('a target of records is asked for its own name over TLS, unless the service names another', () => {
  const targets = [{name: 'one.test', port: 443, priority: 0, weight: 0}]
  const names = (tls: string) =>
    expandedInstances(serviceOf(`tls: ${tls}, discover: {srv: _a._tcp.test}`), known({}, targets)).map(
      instance => instance.tls?.serverName,
    )
  assert.deepEqual(names('{}'), ['one.test'])
  assert.deepEqual(names('{serverName: all.test}'), ['all.test'])
})
