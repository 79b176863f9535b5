/** Metrics as who scrapes them gets them: right, in the format, whole over reloads and deaths, and never in the way. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {get as httpGet} from 'node:http'
import {connect} from 'node:net'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {families} from '../../source/control/metric-families.ts'
import {type Cleanups, get, ok, startConfigured, startOrigin, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {WorkerThreads} from '../proxy/worker-thread.ts'
import {adminUrl, metricsOf, sampleOf, without} from './admin.ts'

interface Shape {
  readonly origins: readonly number[]
  readonly workers?: number
  readonly retries?: number
  readonly timeouts?: Readonly<Record<string, number>>
}

function yaml({origins, workers = 1, retries = 0, timeouts = {}}: Shape): string {
  return JSON.stringify({
    proxy: {
      listen: {port: 0},
      admin: {port: 0},
      workers,
      timeouts,
      services: [
        {
          name: 'api',
          domain: 'api.test',
          retryPolicy: {retries},
          hosts: origins.map(port => ({address: '127.0.0.1', port})),
        },
      ],
    },
  })
}

async function proxyFor(t: Cleanups, shape: Shape): Promise<TestProxy> {
  return startConfigured(t, yaml(shape))
}

async function requests(proxy: TestProxy, count: number, more: readonly string[] = []): Promise<void> {
  for (let done = 0; done < count; done++) await proxy.exchange(get('/', 'Connection: close', ...more))
}

async function reload(proxy: TestProxy, text: string): Promise<void> {
  const {config, findings} = parseConfig(text, 'test.yaml')
  if (config === undefined) throw new Error(JSON.stringify(findings))
  const outcome = await proxy.controller.apply(config, 'test')
  assert.equal(outcome.ok, true, outcome.message)
}

test('requests, attempts, retries and faults are told by service and instance', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const dead = await startOrigin(t)
  const {port: deadPort} = dead
  await dead.stop()
  const proxy = await proxyFor(t, {origins: [origin.port, deadPort], retries: 1})
  await requests(proxy, 6)
  await proxy.exchange('GET / HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n')
  await proxy.quiet()
  const text = await metricsOf(proxy)
  const up = `service="api",upstream="127.0.0.1:${origin.port}"`
  const down = `service="api",upstream="127.0.0.1:${deadPort}"`
  assert.equal(sampleOf(text, 'revproxy_requests_total{service="api",code="2xx"}'), 6)
  assert.equal(sampleOf(text, 'revproxy_requests_total{service="",code="4xx"}'), 1)
  assert.equal(sampleOf(text, 'revproxy_faults_total{service="",fault="NO_SERVICE",blame="client"}'), 1)
  assert.equal(sampleOf(text, `revproxy_upstream_attempts_total{${up},code="2xx"}`), 6)
  const refused = sampleOf(
    text,
    `revproxy_upstream_faults_total{${down},fault="CONNECT_REFUSED",blame="upstream"}`,
  )
  assert.ok(refused !== undefined && refused >= 1, 'the instance that is gone refused')
  assert.equal(sampleOf(text, `revproxy_upstream_retries_total{${down}}`), refused)
  assert.equal(sampleOf(text, 'revproxy_retries_total{service="api"}'), refused)
  assert.equal(sampleOf(text, 'revproxy_request_duration_seconds_count{service="api"}'), 6)
  assert.equal(sampleOf(text, 'revproxy_request_duration_seconds_bucket{service="api",le="+Inf"}'), 6)
  const sum = sampleOf(text, 'revproxy_request_duration_seconds_sum{service="api"}') ?? 0
  assert.ok(sum > 0 && sum < 15, `six requests took ${sum} s`)
  assert.equal(sampleOf(text, 'revproxy_client_connections_total'), 7)
  assert.equal(sampleOf(text, 'revproxy_client_connections'), 0)
  assert.equal(sampleOf(text, `revproxy_upstream_connections{${up}}`), 1, 'one is kept')
  assert.equal(sampleOf(text, `revproxy_upstream_selectable{${up}}`), 1)
  assert.equal(sampleOf(text, 'revproxy_ready'), 1)
})

test('a tunnel is an open connection to the instance until it ends', async t => {
  const origin = await startOrigin(t)
  origin.answers('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n')
  const proxy = await proxyFor(t, {origins: [origin.port]})
  const series = `revproxy_upstream_connections{service="api",upstream="127.0.0.1:${origin.port}"}`
  const client = proxy.client()
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: chat'))
  await until(() => client.text.includes('101'))
  assert.equal(sampleOf(await metricsOf(proxy), series), 1)
  client.destroy()
  await until(async () => sampleOf(await metricsOf(proxy), series) === 0)
})

test('promtool finds nothing to say against them', {skip: without('promtool')}, async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await proxyFor(t, {origins: [origin.port, 1]})
  await requests(proxy, 4)
  const text = await metricsOf(proxy)
  const {status, stdout, stderr} = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  assert.equal(`${stdout}${stderr}`, '')
  assert.equal(status, 0)
  for (const {name} of families) {
    const optional = /_up$|_check_duration_seconds$|_open_fds$/.test(name)
    assert.ok(optional || text.includes(`\n# TYPE ${name} `) || text.startsWith(`# HELP ${name} `), name)
  }
})

test('counters go on over a reload, also of an instance that is moved, and over the death of a worker', async t => {
  const workers = new WorkerThreads()
  t.after(() => workers.end())
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await proxyFor(t, {origins: [origin.port]})
  await workers.running(1)
  const total = 'revproxy_requests_total{service="api",code="2xx"}'
  const attempts = `revproxy_upstream_attempts_total{service="api",upstream="127.0.0.1:${origin.port}",code="2xx"}`
  await requests(proxy, 3)
  await proxy.quiet()
  await reload(proxy, yaml({origins: [1, origin.port]}))
  await reload(proxy, yaml({origins: [origin.port]}))
  await requests(proxy, 2)
  await proxy.quiet()
  const before = await metricsOf(proxy)
  assert.equal(sampleOf(before, total), 5)
  assert.equal(sampleOf(before, attempts), 5)
  assert.equal(sampleOf(before, 'revproxy_worker_restarts_total{worker="1"}'), 0)
  workers.inflict('process.exit(3)')
  await until(async () => (await fetch(adminUrl(proxy, '/readyz'))).status === 503)
  await until(async () => (await fetch(adminUrl(proxy, '/readyz'))).status === 200)
  await requests(proxy, 1)
  const after = await metricsOf(proxy)
  assert.equal(sampleOf(after, 'revproxy_worker_restarts_total{worker="1"}'), 1)
  assert.equal(sampleOf(after, total), 6)
  assert.equal(sampleOf(after, attempts), 6)
})

test('the listener opens, moves and closes by a reload, and one that cannot be opened changes nothing', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await proxyFor(t, {origins: [origin.port]})
  const first = adminUrl(proxy, '/healthz')
  const taken = yaml({origins: [origin.port]}).replace(
    '"admin":{"port":0}',
    `"admin":{"port":${origin.port}}`,
  )
  const {config} = parseConfig(taken, 'test.yaml')
  assert.ok(config)
  const refused = await proxy.controller.apply(config, 'test')
  assert.equal(refused.ok, false)
  assert.match(refused.message, /in use.*proxy\.admin/)
  assert.equal((await fetch(first)).status, 200)
  await reload(proxy, yaml({origins: [origin.port]}).replace('"admin":{"port":0},', ''))
  await assert.rejects(fetch(first))
  assert.equal(proxy.controller.adminAddress, undefined)
  await reload(proxy, yaml({origins: [origin.port]}))
  assert.equal((await fetch(adminUrl(proxy, '/healthz'))).status, 200)
})

test('readiness fails first: with a delay, new connections are served while /readyz says 503', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await proxyFor(t, {origins: [origin.port], timeouts: {shutdownDelay: 30}})
  assert.equal((await fetch(adminUrl(proxy, '/readyz'))).status, 200)
  await proxy.controller.execute({type: 'stop', force: false}, 'test')
  const answer = await fetch(adminUrl(proxy, '/readyz'))
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /stopping/)
  assert.equal((await fetch(adminUrl(proxy, '/healthz'))).status, 200, 'it is alive as long as it is there')
  assert.match(await proxy.exchange(get('/', 'Connection: close')), /200 OK/)
})

test('clients that keep connections and ask nothing more do not keep a probe out', async t => {
  const proxy = await proxyFor(t, {origins: [1]})
  const {port} = new URL(adminUrl(proxy, '/'))
  const idle = Array.from({length: 64}, () => connect(Number(port), '127.0.0.1'))
  t.after(() => {
    for (const socket of idle) socket.destroy()
  })
  for (const socket of idle) socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await Promise.all(idle.map(socket => once(socket, 'data')))
  await until(() =>
    fetch(adminUrl(proxy, '/healthz')).then(
      response => response.ok,
      () => false,
    ),
  )
})

test('only what is asked for in a known way is answered', async t => {
  const proxy = await proxyFor(t, {origins: [1]})
  assert.equal((await fetch(adminUrl(proxy, '/metrics'), {method: 'POST'})).status, 405)
  assert.equal((await fetch(adminUrl(proxy, '/else'))).status, 404)
  const head = await fetch(adminUrl(proxy, '/metrics'), {method: 'HEAD'})
  assert.equal(head.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
})

test('10,000 instances: others are answered while the metrics are written, and a scraper that leaves is no harm', async t => {
  const hosts = Array.from({length: 10_000}, (_, index) => ({
    address: `10.${index >> 8}.${index & 255}.1`,
    port: 80,
  }))
  const proxy = await startConfigured(
    t,
    JSON.stringify({
      proxy: {
        listen: {port: 0},
        admin: {port: 0},
        workers: 1,
        services: [{name: 'many', domain: 'many.test', hosts}],
      },
    }),
  )
  const order: string[] = []
  const scraped = new Promise<number>(resolve => {
    httpGet(adminUrl(proxy, '/metrics'), response => {
      let bytes = 0
      response.on('data', piece => {
        bytes += piece.length
      })
      response.once('data', async () => {
        await (await fetch(adminUrl(proxy, '/healthz'))).text()
        order.push('healthz')
      })
      response.on('end', () => {
        order.push('metrics')
        resolve(bytes)
      })
    })
  })
  assert.ok((await scraped) > 10_000_000)
  assert.deepEqual(order, ['healthz', 'metrics'])
  // Four that never read take all places until they leave.
  const {port} = new URL(adminUrl(proxy, '/'))
  const stalled = Array.from({length: 4}, () => {
    const socket = connect(Number(port), '127.0.0.1').pause()
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
    return socket
  })
  // Each has its place before somebody else could take it.
  await Promise.all(stalled.map(socket => once(socket, 'readable')))
  const status = async () => {
    const response = await fetch(adminUrl(proxy, '/metrics'))
    await response.body?.cancel()
    return response.status
  }
  assert.equal(await status(), 503)
  for (const socket of stalled) socket.destroy()
  await until(async () => (await status()) === 200)
})
