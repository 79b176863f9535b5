/** Health checks of real servers in processes of their own, which are stopped, killed, clogged and started slowly. */
import assert from 'node:assert/strict'
import {connect} from 'node:net'
import {type TestContext, test} from 'node:test'
import {get, startProxy, type TestProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {InstanceProcess} from './instance-process.ts'

const times = {interval: '100ms', fastInterval: '100ms', timeout: '100ms', rise: 2, fall: 2}
const tcp = {tcpHealthcheck: times}
const http = {httpHealthcheck: {...times, path: '/health', body: 'ok'}}

function proxyFor(t: TestContext, ports: readonly number[], check: object): Promise<TestProxy> {
  return startProxy(t, {origins: ports, service: {retryPolicy: {retries: 2, timeout: 1}, ...check}})
}

/** Resolves with what made the verdict, once it is this one. */
async function verdict(proxy: TestProxy, port: number, wanted: 'up' | 'down'): Promise<string> {
  const model = () => proxy.controller.services.get('api')?.instances.get(`127.0.0.1:${port}`)
  await until(
    () => model()?.health.verdict === wanted,
    () => `${port} is ${model()?.health.verdict}, not ${wanted}: ${model()?.verdictReason}`,
  )
  return model()?.verdictReason ?? ''
}

async function allAnswered(proxy: TestProxy, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const client = proxy.client()
    client.send(get('/', 'Connection: close'))
    await client.closed
    assert.deepEqual(client.statuses, [200])
  }
}

test('kill -9: no client notices, the check says why it is down, and it is up again once it is back', async t => {
  const [one, other] = await Promise.all([InstanceProcess.start(t), InstanceProcess.start(t)])
  for (const check of [tcp, http]) {
    const victim = check === tcp ? one : other
    const proxy = await proxyFor(t, [one.port, other.port], check)
    await verdict(proxy, victim.port, 'up')
    await victim.signal('SIGKILL')
    await allAnswered(proxy, 10)
    assert.match(await verdict(proxy, victim.port, 'down'), /^\d+ failed checks: connection refused$/)
    const again = await InstanceProcess.start(t, {port: victim.port})
    assert.match(await verdict(proxy, again.port, 'up'), /^2 passed checks: (connected|status 200)$/)
    await allAnswered(proxy, 4)
  }
})

test('kill -STOP: its system still takes connections, so only an HTTP check sees it; kill -CONT brings it back', async t => {
  const instance = await InstanceProcess.start(t)
  const [byTcp, byHttp] = await Promise.all([
    proxyFor(t, [instance.port], tcp),
    proxyFor(t, [instance.port], http),
  ])
  await Promise.all([verdict(byTcp, instance.port, 'up'), verdict(byHttp, instance.port, 'up')])
  await instance.signal('SIGSTOP')
  assert.match(await verdict(byHttp, instance.port, 'down'), /: no answer within 100 ms$/)
  assert.equal(await verdict(byTcp, instance.port, 'up'), '1 passed check: connected')
  await instance.signal('SIGCONT')
  assert.match(await verdict(byHttp, instance.port, 'up'), /: status 200$/)
})

test('a full accept queue: connections are not taken any more, which both checks see', async t => {
  const instance = await InstanceProcess.start(t, {backlog: 1})
  const [byTcp, byHttp] = await Promise.all([
    proxyFor(t, [instance.port], tcp),
    proxyFor(t, [instance.port], http),
  ])
  await Promise.all([verdict(byTcp, instance.port, 'up'), verdict(byHttp, instance.port, 'up')])
  await instance.signal('SIGSTOP')
  // More than the queue holds: what comes after them waits for an answer to its first packet.
  const waiting = Array.from({length: 8}, () => connect(instance.port, '127.0.0.1').on('error', () => {}))
  t.after(() => {
    for (const socket of waiting) socket.destroy()
  })
  assert.match(await verdict(byTcp, instance.port, 'down'), /: no connection within 100 ms$/)
  assert.match(await verdict(byHttp, instance.port, 'down'), /: no answer within 100 ms$/)
  await instance.signal('SIGCONT')
  await Promise.all([verdict(byTcp, instance.port, 'up'), verdict(byHttp, instance.port, 'up')])
})

test('a slow start: TCP is content with an open port, HTTP waits until it answers as it should', async t => {
  const cold = await InstanceProcess.start(t, {isCold: true})
  const [byTcp, byHttp] = await Promise.all([proxyFor(t, [cold.port], tcp), proxyFor(t, [cold.port], http)])
  await verdict(byTcp, cold.port, 'up')
  assert.equal(await verdict(byHttp, cold.port, 'down'), '2 failed checks: status 503')
  cold.warmUp()
  assert.equal(await verdict(byHttp, cold.port, 'up'), '2 passed checks: status 200')
})
