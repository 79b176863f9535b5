/** What a demo would start and where its traffic would go, for a given configuration. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {hostMatching, isLoopback, planDemo} from '../../source/demo/plan.ts'
import {configOf, service} from './support.ts'

const proxy = {address: '127.0.0.1', port: 8080}

test('only addresses of this machine count as loopback', () => {
  for (const address of ['127.0.0.1', '127.9.8.7', '::1', 'localhost', 'LOCALHOST'])
    assert.ok(isLoopback(address))
  for (const address of [
    '172.19.0.2',
    '0.0.0.0',
    '::',
    'fe80::1',
    'localhost.example',
    '127.0.0.1.example',
  ]) {
    assert.ok(!isLoopback(address), address)
  }
})

test('a configuration without a loopback instance is refused with the reason', () => {
  const config = configOf(service('shop', [['172.19.0.2', 9090]]))
  assert.throws(() => planDemo(config, proxy), /loopback addresses only.*sample\.yaml/)
})

test('a service with an instance elsewhere gets no traffic, and the user is told', () => {
  const config = configOf(
    service('mixed', [
      ['127.0.0.1', 9090],
      ['172.19.0.2', 9090],
    ]),
    service('local', [['::1', 9091]]),
  )
  const {plan, remarks} = planDemo(config, proxy)
  assert.deepEqual(
    plan.instances.map(({key}) => key),
    ['127.0.0.1:9090', '[::1]:9091'],
  )
  assert.deepEqual(
    plan.targets.map(({host}) => host),
    ['local.example'],
  )
  assert.deepEqual(remarks, ['mixed has hosts that are not on this machine: no demo traffic for it'])
})

test('an instance that two services share is started once', () => {
  const config = configOf(service('a', [['127.0.0.1', 9090]]), service('b', [['127.0.0.1', 9090]]))
  assert.equal(planDemo(config, proxy).plan.instances.length, 1)
})

test('a proxy that listens on every address is reached over loopback', () => {
  const config = configOf(service('shop', [['127.0.0.1', 9090]]))
  const origins = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].map(
    address => planDemo(config, {address, port: 80}).plan.origin,
  )
  assert.deepEqual(origins, [
    'http://127.0.0.1:80',
    'http://127.0.0.1:80',
    'http://[::1]:80',
    'http://[::1]:80',
    'http://localhost:80',
  ])
})

test('traffic names a host that the domain matches', () => {
  assert.equal(hostMatching('shop.example'), 'shop.example')
  assert.equal(hostMatching('*.example'), 'demo.example')
  assert.equal(hostMatching('*'), 'demo.localhost')
})
