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

test('two services may share a domain where their paths or fields differ, else: a finding at the second', () => {
  const services = (...rules: string[]) =>
    findingsOf(
      `proxy:\n  services:\n${rules.map((rule, index) => `  - {name: s${index}, domain: a, ${rule}${host}}\n`).join('')}`,
    )
  assert.deepEqual(services('', 'path: /api, ', 'path: [/api/v2, /x], ', "headers: {X-A: '1'}, "), [])
  assert.deepEqual(services('path: /api, ', 'path: [/x, /api/], '), [
    'f:4:38: the domain "a/api" is given twice; the first is on line 3',
  ])
  assert.deepEqual(services('path: /, ', ''), [
    'f:4:24: the domain "a" is given twice; the first is on line 3',
  ])
  assert.deepEqual(services("headers: {X-A: '1', X-B: '*'}, ", "headers: {x-b: '*', x-a: '1'}, "), [
    'f:4:24: the domain "a with x-a: 1, x-b: *" is given twice; the first is on line 3',
  ])
  assert.equal(services('path: api, ', '').length, 1, 'a path that was refused')
  assert.equal(services('headers: {X-A: 5}, ', '').length, 1, 'a field that was refused')
})

test('paths and fields that cannot be: findings where they stand', () => {
  const ruled = (rule: string) => findingsOf(`proxy: {services: [{name: a, domain: a, ${rule}, ${host}}]}`)
  for (const path of [
    '""',
    'api',
    '/a//b',
    '/a/../b',
    '/./a',
    '/a%20b',
    '/a?b',
    '/a;b',
    "'/a\\b'",
    '//',
    '/a/ /b',
  ])
    assert.equal(ruled(`path: ${path}`).length, 1, path)
  assert.deepEqual(ruled("headers: {X-A: '1', x-a: '2', 'X A': '3', X-B: ' '}"), [
    'f:1:61: the key "x-a" is given twice; the first is on line 1',
    'f:1:71: the key "X A" in headers; expected the name of a header field, such as X-Api-Key',
    'f:1:88: X-B is the text " "; expected a text that the value must be, its beginning and a *, or * for any value',
  ])
})

test('a split needs another service: a finding with what was probably meant', () => {
  const splitTo = (to: string) =>
    findingsOf(
      `proxy: {services: [{name: shop, domain: a, ${host}, split: {to: ${to}, percent: 5}},\n  {name: canary, domain: b, ${host}}]}`,
    )
  assert.deepEqual(splitTo('canary'), [])
  assert.deepEqual(splitTo('canari'), [
    'f:1:95: to is "canari", which is no service; expected the name of another service; did you mean "canary"?',
  ])
  assert.deepEqual(splitTo('shop'), [
    'f:1:95: to is the service itself; expected the name of another service',
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

test('an HTTP check is judged as a TCP check is, and HEAD has no body to look at', () => {
  const http = (check: string) =>
    findingsOf(`proxy: {services: [{name: a, domain: a, ${host}, httpHealthcheck: ${check}}]}`)
  assert.match(http('{interval: 1, timeout: 2s}').join(), /^f:1:108: interval is 1s, shorter than timeout/)
  assert.match(
    http('{method: HEAD, body: fine}').join(),
    /^f:1:\d+: body is looked for in the answer to HEAD/,
  )
  assert.deepEqual(http('{path: /health, status: [200, 204], body: fine}'), [])
})

test('a control that listens on TCP has a token', () => {
  const ruled = (control: string) =>
    findingsOf(`proxy:\n  control: ${control}\n  services: [{name: a, domain: a, ${host}}]\n`)
  assert.deepEqual(ruled('{listen: {port: 9000}, token: 0123456789abcdef}'), [])
  assert.deepEqual(ruled('{listen: {port: 9000}, tokenFile: token.txt, hosts: proxy.example}'), [])
  assert.deepEqual(ruled('{listen: {port: 9000}}'), [
    'f:2:21: control listens on TCP without a token; expected `token` or `tokenFile` beside `listen`',
  ])
  assert.equal(ruled('{listen: {port: 9000}, token: short}').length, 1)
})

test('a redirect that leads back to where it stands is a finding', () => {
  const file = (listen: string) => `proxy:
  listen: ${listen}
  services: [{name: a, domain: a, hosts: [{address: 10.0.0.1, port: 80}]}]
`
  const at = (column: number) => [
    `f:2:${column}: redirect sends clients to port 443, which is this one; expected another redirectPort`,
  ]
  assert.deepEqual(findingsOf(file('{port: 443, redirect: https}')), at(33))
  assert.deepEqual(findingsOf(file('{port: 443, redirect: https, redirectPort: 443}')), at(33))
  assert.deepEqual(findingsOf(file('{port: 443, redirect: https, redirectPort: 444}')), [])
  assert.deepEqual(findingsOf(file('{port: 80, redirect: https}')), [])
})
