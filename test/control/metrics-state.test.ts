/** Metrics of what limits, weighs and leaves out instances, of where these come from, and of certificates. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {X509Certificate} from 'node:crypto'
import {renameSync, writeFileSync} from 'node:fs'
import {test} from 'node:test'
import {Folder} from '../folder.ts'
import {get, ok, startConfigured, startOrigin, startProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {Authority} from '../tls/certificates.ts'
import {metricsOf, sampleOf, without} from './admin.ts'

const admin = {port: 0}
const labels = (port: number) => `{service="api",upstream="127.0.0.1:${port}"}`

test('who waits for room, how many may, and the limit that is in force', async t => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, {
    origins: [origin.port],
    service: {maxConnections: 1, queue: 7},
    proxy: {admin},
  })
  const limit = `revproxy_upstream_attempts_in_flight_limit${labels(origin.port)}`
  const waiting = 'revproxy_requests_waiting{service="api"}'
  const clients = [proxy.client(), proxy.client()]
  clients[0]?.send(get('/held'))
  await origin.asked()
  assert.equal(sampleOf(await metricsOf(proxy), waiting), 0)
  clients[1]?.send(get('/waits'))
  await until(async () => sampleOf(await metricsOf(proxy), waiting) === 1)
  const text = await metricsOf(proxy)
  assert.equal(sampleOf(text, 'revproxy_requests_waiting_limit{service="api"}'), 7)
  assert.equal(sampleOf(text, limit), 1)
  origin.answers(ok())
  const ref = {service: 'api', instance: `127.0.0.1:${origin.port}`}
  await proxy.controller.execute({type: 'set-max-connections', ...ref, maxConnections: 2}, 'test')
  await clients[1]?.has(/hello$/)
  assert.equal(sampleOf(await metricsOf(proxy), waiting), 0)
  assert.equal(sampleOf(await metricsOf(proxy), limit), 2)
  await proxy.controller.execute({type: 'set-max-connections', ...ref, maxConnections: 0}, 'test')
  assert.equal(sampleOf(await metricsOf(proxy), limit), undefined, 'any number is no limit')
  const queued = 'revproxy_requests_queued_total{service="api"}'
  await until(async () => sampleOf(await metricsOf(proxy), queued) === 1)
  for (const client of clients) client.destroy()
})

test('the weight in force and the configured one, who is a backup, and who is asked too often', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const spare = await startOrigin(t)
  const hosts = [
    {address: '127.0.0.1', port: origin.port, weight: 3},
    {address: '127.0.0.1', port: spare.port, backup: true},
  ]
  const rateLimit = {requests: 1, per: 3600}
  const proxy = await startProxy(t, {origins: [], service: {hosts, rateLimit}, proxy: {admin}})
  const ref = {service: 'api', instance: `127.0.0.1:${origin.port}`}
  await proxy.controller.execute({type: 'set-weight', ...ref, weight: 5}, 'test')
  for (let count = 0; count < 3; count++) await proxy.exchange(get('/', 'Connection: close'))
  await proxy.quiet()
  const text = await metricsOf(proxy)
  assert.equal(sampleOf(text, `revproxy_upstream_weight${labels(origin.port)}`), 5)
  assert.equal(sampleOf(text, `revproxy_upstream_weight_configured${labels(origin.port)}`), 3)
  assert.equal(sampleOf(text, `revproxy_upstream_weight_effective${labels(origin.port)}`), 5)
  assert.equal(sampleOf(text, `revproxy_upstream_backup${labels(origin.port)}`), 0)
  assert.equal(sampleOf(text, `revproxy_upstream_backup${labels(spare.port)}`), 1)
  const limited = 'revproxy_faults_total{service="api",fault="RATE_LIMITED",blame="client"}'
  assert.equal(sampleOf(text, limited), 2)
})

test('an instance is told as ejected until it serves again', async t => {
  const [good, bad] = [await startOrigin(t), await startOrigin(t)]
  good.answers(ok())
  bad.answers('HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad')
  const proxy = await startProxy(t, {origins: [good.port, bad.port], proxy: {admin}})
  const told = async ({port}: {readonly port: number}) =>
    sampleOf(await metricsOf(proxy), `revproxy_upstream_ejected${labels(port)}`)
  assert.equal(await told(bad), 0)
  for (let count = 0; count < 20; count++) await proxy.exchange(get('/', 'Connection: close'))
  await until(async () => (await told(bad)) === 1)
  assert.equal(await told(good), 0)
  const ref = {service: 'api', instance: `127.0.0.1:${bad.port}`}
  await proxy.controller.execute({type: 'end-ejection', ...ref}, 'test')
  assert.equal(await told(bad), 0)
})

test('when certificates expire and sources answered last, whatever their paths are', async t => {
  const folder = new Folder(t)
  const pair = new Authority().issue(['api.test'], {days: 20})
  const shown = folder.writePair('a"b\\c', pair)
  const again = {certificate: shown.certificate, key: folder.write('copy.key', pair.key)}
  const put = (text: string) => renameSync(folder.write('hosts.new', text), `${folder.path}/hosts.yaml`)
  put('hosts: [{address: 127.0.0.1, port: 1}]\n')
  const listen = {address: '127.0.0.1', port: 0, tls: {certificates: [shown, again]}}
  const services = [{name: 'api', domain: 'api.test', discover: {file: `${folder.path}/hosts.yaml`}}]
  const before = Date.now() / 1000
  const proxy = await startConfigured(t, JSON.stringify({proxy: {listen, admin, workers: 1, services}}))
  const metrics = async () => {
    await proxy.snapshot()
    return metricsOf(proxy)
  }
  const path = `{path="${folder.path}/a\\"b\\\\c.pem"}`
  const source = `{service="api",kind="file",source="${folder.path}/hosts.yaml"}`
  const text = await metrics()
  const expiry = `revproxy_certificate_expiry_timestamp_seconds${path}`
  assert.equal(sampleOf(text, expiry), Date.parse(new X509Certificate(pair.certificate).validTo) / 1000)
  assert.equal(text.split(expiry).length, 2, 'a series is there once, with two keys for its certificate too')
  assert.equal(sampleOf(text, `revproxy_certificate_refused${path}`), 0)
  const answered = sampleOf(text, `revproxy_source_answer_timestamp_seconds${source}`) ?? 0
  assert.ok(answered >= before && answered <= Date.now() / 1000, `answered at ${answered}`)
  assert.equal(sampleOf(text, `revproxy_source_failing${source}`), 0)
  assert.equal(sampleOf(text, `revproxy_source_targets${source}`), 1)
  put('hosts: nobody\n')
  writeFileSync(shown.certificate, 'nothing')
  await until(async () => sampleOf(await metrics(), `revproxy_source_failing${source}`) === 1)
  await until(async () => {
    await proxy.controller.reload('test')
    return sampleOf(await metrics(), `revproxy_certificate_refused${path}`) === 1
  })
  const after = await metrics()
  assert.equal(sampleOf(after, `revproxy_source_targets${source}`), 1, 'the last answer holds')
  if (without('promtool') !== false) return
  const {stdout, stderr} = spawnSync('promtool', ['check', 'metrics'], {input: after, encoding: 'utf8'})
  assert.equal(`${stdout}${stderr}`, '')
})
