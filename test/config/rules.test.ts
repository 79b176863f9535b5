/** What must not repeat in a configuration, and what has to fit together. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {formatFinding} from '../../source/config/finding.ts'
import {parseConfig} from '../../source/config/parse.ts'

function findingsOf(text: string): readonly string[] {
  return (parseConfig(text, 'f').findings ?? []).map(formatFinding)
}

const host = 'hosts: [{address: 10.0.0.1, port: 1}]'

test('two services of one name: a finding at the second; another case is another name', () => {
  const text = `proxy:\n  services:\n  - {name: a, domain: a, ${host}}\n  - {name: a, domain: b, ${host}}\n  - {name: A, domain: c, ${host}}\n`
  assert.deepEqual(findingsOf(text), ['f:4:12: the service name "a" is given twice; the first is on line 3'])
})

test('one domain for two services, in whatever case: a finding at the second', () => {
  const text = `proxy:\n  services:\n  - {name: a, domain: [a.example, "*"], ${host}}\n  - name: b\n    domain: [b.example, A.Example.]\n    ${host}\n`
  assert.deepEqual(findingsOf(text), [
    'f:5:25: the domain "a.example" is given twice; the first is on line 3',
  ])
})

test('one instance twice in a service, however its address is written: a finding at the second', () => {
  const hosts = `[{address: "::1", port: 1}, {address: "[0:0::1]", port: 1},\n {address: A.b, port: 1}, {address: a.B, port: 1}, {address: a.b, port: 2}]`
  assert.deepEqual(findingsOf(`proxy: {services: [{name: a, domain: a, hosts:\n ${hosts}}]}`), [
    'f:2:30: the instance "[::1]:1" is given twice; the first is on line 2',
    'f:3:27: the instance "a.b:1" is given twice; the first is on line 3',
  ])
})

test('the same instance in two services is fine', () => {
  assert.deepEqual(
    findingsOf(`proxy: {services: [{name: a, domain: a, ${host}}, {name: b, domain: b, ${host}}]}`),
    [],
  )
})

const listening = (list: string) =>
  findingsOf(`proxy: {listen: ${list}, services: [{name: a, domain: a, ${host}}]}`)

test('one listen address twice, the defaults counted in: a finding; any free port twice is fine', () => {
  assert.deepEqual(listening('[{port: 8080}, {address: 127.0.0.1}]'), [
    'f:1:32: the listen address "127.0.0.1:8080" is given twice; the first is on line 1',
  ])
  assert.deepEqual(listening('[{port: 0}, {port: 0}]'), [])
})

test('what was refused is not said to repeat', () => {
  assert.equal(listening('[{port: 99999}, {}]').length, 1)
  assert.equal(listening('[{prot: 1}, {}]').length, 1)
  assert.equal(
    findingsOf(
      'proxy: {services: [{name: a, domain: a, hosts: [{address: 5, port: 1}, {address: 5, port: 1}]}]}',
    ).length,
    2,
  )
})

test('a YAML key twice: a finding at the second, which is not read', () => {
  const text = `proxy:\n  services:\n  - name: a\n    domain: a\n    ${host}\n    name: 5\nproxy: 5\n`
  assert.deepEqual(findingsOf(text), [
    'f:6:5: the key "name" is given twice; the first is on line 3',
    'f:7:1: the key "proxy" is given twice; the first is on line 1',
  ])
})

const checked = (check: string) =>
  findingsOf(`proxy: {services: [{name: a, domain: a, ${host}, tcpHealthcheck: ${check}}]}`)

test('a check that takes longer than the time to the next one: a finding, the defaults counted in', () => {
  const expected = 'expected a check to end before the next one begins'
  assert.deepEqual(checked('{interval: 1, timeout: 2s}'), [
    `f:1:107: interval is 1s, shorter than timeout, which is 2s; ${expected}`,
  ])
  assert.deepEqual(checked('{interval: 500ms}'), [
    `f:1:107: interval is 500ms, shorter than timeout, which is 1s; ${expected}`,
  ])
  assert.deepEqual(checked('{timeout: 20}'), [
    `f:1:106: interval is 15s, shorter than timeout, which is 20s; ${expected}`,
  ])
  assert.deepEqual(checked('{interval: 1, timeout: 1}'), [])
  assert.equal(checked('{interval: -1, timeout: 20}').length, 1)
})

test('everything is reported at once, in the order of the file', () => {
  const text = `proxy:\n  listen: {port: 70000}\n  workers: 0\n  services:\n  - {name: a, domain: a b, hosts: [{address: "", port: 0}]}\n  - {name: a, domain: c, ${host}}\n  - {}\n`
  const lines = findingsOf(text).map(finding => Number(finding.split(':')[1]))
  assert.deepEqual(lines, [2, 3, 5, 5, 5, 6, 7, 7, 7])
})
