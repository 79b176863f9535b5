/** What a right configuration means. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Config, ServiceConfig, Timeouts} from '../../source/config/config.ts'
import {root} from '../../source/config/fields.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {originalFile, rightValue} from './sample.ts'

const defaultTimeouts: Timeouts = {
  clientHeadMs: 10_000,
  clientIdleMs: 60_000,
  connectMs: 3000,
  responseHeadMs: 30_000,
  queueMs: 5000,
  bodyIdleMs: 60_000,
  tunnelIdleMs: 3_600_000,
  handshakeMs: 10_000,
  upstreamIdleMs: 4000,
  shutdownMs: 30_000,
  shutdownDelayMs: 0,
}

function configOf(text: string): Config {
  const {config, findings} = parseConfig(text, 'test.yaml')
  assert.deepEqual(findings, undefined)
  assert.ok(config)
  return config
}

/** The one service of a file whose service has these lines besides its name, domain and host. */
function serviceOf(lines: string, hostLines = '', proxyLines = ''): ServiceConfig {
  const {services} = configOf(
    `proxy: {services: [{name: a, domain: a.example, hosts: [{address: 10.0.0.1, port: 1 ${hostLines}}] ${lines}}] ${proxyLines}}`,
  )
  const [service] = services
  assert.ok(service)
  return service
}

test("the original project's file loads unchanged, with its meaning", () => {
  assert.deepEqual(configOf(originalFile), {
    listen: [{address: '127.0.0.1', port: 8080}],
    resolver: {servers: [], family: 'ipv4', minTtlMs: 1000, maxTtlMs: 300_000},
    workers: undefined,
    timeouts: defaultTimeouts,
    limits: {
      requestLine: 8192,
      head: 32_768,
      fields: 100,
      upstreamHead: 65_536,
      replay: 65_536,
      connections: 10_000,
    },
    admin: undefined,
    accessLog: undefined,
    stateFile: undefined,
    control: undefined,
    identification: undefined,
    rateLimit: undefined,
    trustedProxies: [],
    forwardsTrace: false,
    redact: [],
    services: [
      {
        name: 'my-service',
        domains: ['my-service.my-company.com'],
        paths: ['/'],
        headers: [],
        split: undefined,
        strategy: 'ROUND_ROBIN',
        instances: [
          {
            key: '172.19.0.2:9090',
            address: '172.19.0.2',
            port: 9090,
            retry: {attemptMs: 2000, retries: 3, budgetPercent: 20},
            weight: 1,
            maxConnections: 0,
            backup: false,
          },
        ],
        healthcheck: {
          port: undefined,
          intervalMs: 15_000,
          fastIntervalMs: 1000,
          timeoutMs: 1000,
          rise: 2,
          fall: 3,
        },
        ejection: {errors: 5, connectFailures: 3, timeMs: 30_000, longestMs: 300_000, percent: 50},
        queue: 1000,
        rateLimit: undefined,
        timeouts: defaultTimeouts,
      },
    ],
  } satisfies Config)
})

test('every key of the table is accepted', () => {
  const {findings = []} = parseConfig(JSON.stringify(rightValue(root)), 'test.yaml')
  // Keys that exclude each other stand side by side here.
  assert.deepEqual(
    findings.filter(({message}) => !message.includes(' is given beside ')),
    [],
  )
})

test('the shortest file listens on 127.0.0.1:8080, without retries and checks', () => {
  const service = serviceOf('')
  assert.deepEqual(service.instances[0]?.retry, {retries: 0, budgetPercent: 20})
  assert.equal(service.healthcheck, undefined)
  assert.equal(service.strategy, 'ROUND_ROBIN')
  assert.deepEqual(configOf(originalFile.replace(/ {2}listen:\n.*\n.*\n/, '')).listen, [
    {address: '127.0.0.1', port: 8080},
  ])
})

test('a number is seconds and a text carries its unit', () => {
  const spans = {
    '2': 2000,
    '1.0': 1000,
    '0.25': 250,
    '250ms': 250,
    '2s': 2000,
    '1.5s': 1500,
    '1m': 60_000,
    '1h': 3_600_000,
  }
  for (const [written, milliseconds] of Object.entries(spans)) {
    assert.equal(serviceOf(`, timeouts: {connect: ${written}}`).timeouts.connectMs, milliseconds, written)
  }
})

test('a policy and a check may be a mapping or a list of one', () => {
  for (const [open, close] of [
    ['{', '}'],
    ['[{', '}]'],
  ]) {
    const service = serviceOf(
      `, tcpHealthcheck: ${open}interval: 5, fall: 1${close}`,
      `, retryPolicy: ${open}retries: 1${close}`,
    )
    assert.deepEqual(service.healthcheck, {
      port: undefined,
      intervalMs: 5000,
      fastIntervalMs: 1000,
      timeoutMs: 1000,
      rise: 2,
      fall: 1,
    })
    assert.deepEqual(service.instances[0]?.retry, {retries: 1, budgetPercent: 20})
  }
})

test("a host's retry policy wins over its service's, key by key", () => {
  const policy = ', retryPolicy: {timeout: 2, retries: 3}'
  assert.deepEqual(serviceOf(policy).instances[0]?.retry, {attemptMs: 2000, retries: 3, budgetPercent: 20})
  assert.deepEqual(serviceOf(policy, ', retryPolicy: {retries: 0}').instances[0]?.retry, {
    attemptMs: 2000,
    retries: 0,
    budgetPercent: 20,
  })
})

test("a service's time-outs win over the proxy's, which win over the defaults", () => {
  const {timeouts} = serviceOf(', timeouts: {connect: 1}', '', ', timeouts: {connect: 2, bodyIdle: 5}')
  assert.deepEqual(timeouts, {...defaultTimeouts, connectMs: 1000, bodyIdleMs: 5000})
})

test('listen may be a list, and each entry has its own defaults', () => {
  const {listen} = configOf(
    originalFile.replace(/ {2}listen:\n.*\n.*\n/, '  listen: [{port: 0}, {port: 0}, {address: "::"}]\n'),
  )
  assert.deepEqual(listen, [
    {address: '127.0.0.1', port: 0},
    {address: '127.0.0.1', port: 0},
    {address: '::', port: 8080},
  ])
})

test('domains are compared in lower case, without the last dot', () => {
  const text = originalFile.replace(
    'my-service.my-company.com',
    '[A.Example., "*.B.example", "*", 10.0.0.1, "::1", x_y]',
  )
  assert.deepEqual(configOf(text).services[0]?.domains, [
    'a.example',
    '*.b.example',
    '*',
    '10.0.0.1',
    '[::1]',
    'x_y',
  ])
})

test('an IPv6 address is written with or without brackets and quotes; the instance has brackets in its key', () => {
  for (const written of ['::1', '"::1"', '[::1]', '"[::1]"', '0:0:0:0:0:0:0:1']) {
    const instance = configOf(originalFile.replace('172.19.0.2', written)).services[0]?.instances[0]
    assert.deepEqual([instance?.address, instance?.key], ['::1', '[::1]:9090'], written)
  }
  const zoned = configOf(originalFile.replace('172.19.0.2', 'FE80::1%eth0')).services[0]?.instances[0]
  assert.equal(zoned?.key, '[fe80::1%eth0]:9090')
})

test('a host name is an address too, in lower case', () => {
  const instance = configOf(originalFile.replace('172.19.0.2', 'DB_1.internal')).services[0]?.instances[0]
  assert.equal(instance?.key, 'db_1.internal:9090')
})

test('trusted proxies are addresses or blocks, or none', () => {
  const trusted = (list: string) =>
    configOf(originalFile.replace('proxy:\n', `proxy:\n  trustedProxies: ${list}\n`)).trustedProxies
  assert.deepEqual(trusted('[10.0.0.0/8, 127.0.0.1, "::1", "FD00::/8"]'), [
    '10.0.0.0/8',
    '127.0.0.1',
    '::1',
    'fd00::/8',
  ])
  assert.deepEqual(trusted('[]'), [])
})

test('fields to redact are names in any case, or none', () => {
  const redact = (list: string) =>
    configOf(originalFile.replace('proxy:\n', `proxy:\n  redact: ${list}\n`)).redact
  assert.deepEqual(redact('[X-Api-Key, x-token]'), ['x-api-key', 'x-token'])
  assert.deepEqual(redact('[]'), [])
})
