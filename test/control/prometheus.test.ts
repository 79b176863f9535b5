/** A real Prometheus reads what the proxy tells, and understands every expression of the example dashboard. */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {families} from '../../source/control/metric-families.ts'
import {newFolder} from '../folder.ts'
import {freePort} from '../free-port.ts'
import {get, ok, startOrigin, startProxy} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {adminUrl, without} from './admin.ts'

async function startPrometheus(
  t: TestContext,
  target: string,
): Promise<(expression: string) => Promise<unknown>> {
  const folder = newFolder(t)
  const port = await freePort()
  const config = join(folder, 'prometheus.yml')
  const scrape = {job_name: 'proxy', scrape_interval: '200ms', scrape_timeout: '200ms'}
  writeFileSync(
    config,
    JSON.stringify({scrape_configs: [{...scrape, static_configs: [{targets: [target]}]}]}),
  )
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    {stdio: 'ignore'},
  )
  const exited = new Promise(resolve => child.once('exit', resolve))
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return async expression => {
    const query = new URLSearchParams({query: expression})
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?${query}`)
      const {data} = (await answer.json()) as {data?: {result?: Array<{value: [number, string]}>}}
      return data?.result?.[0]?.value[1]
    } catch {
      return undefined // it is starting
    }
  }
}

test('a real Prometheus scrapes it', {skip: without('prometheus')}, async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const proxy = await startProxy(t, {origins: [origin.port], proxy: {admin: {port: 0}}})
  const query = await startPrometheus(t, new URL(adminUrl(proxy, '/')).host)
  for (let count = 0; count < 3; count++) await proxy.exchange(get('/', 'Connection: close'))
  await until(async () => (await query('revproxy_requests_total{service="api",code="2xx"}')) === '3')
  assert.equal(await query('up{job="proxy"}'), '1')
  assert.equal(await query('sum(revproxy_request_duration_seconds_bucket{service="api",le="+Inf"})'), '3')
  const samples = Number(await query('scrape_samples_scraped'))
  assert.ok(samples > 100 && samples < 1000, `${samples} samples`)
})

interface Panel {
  readonly title: string
  readonly targets: ReadonlyArray<{readonly expr: string}>
}

const dashboard = JSON.parse(
  readFileSync(new URL('../../../examples/grafana-dashboard.json', import.meta.url), 'utf8'),
) as {readonly panels: readonly Panel[]}
const expressions = dashboard.panels.flatMap(({targets}) => targets.map(({expr}) => expr))

test('every expression of the example dashboard names metrics that there are, with labels that they have', () => {
  assert.ok(expressions.length > 20)
  const labels = new Map<string, readonly string[]>()
  for (const {name, type, labels: known} of families) {
    labels.set(name, known)
    if (type !== 'histogram') continue
    for (const part of ['_bucket', '_sum', '_count']) labels.set(`${name}${part}`, [...known, 'le'])
  }
  for (const expression of expressions) {
    const named = [...expression.matchAll(/\b((?:revproxy|process)_\w+)(?:\{([^}]*)\})?/g)]
    assert.ok(named.length > 0, expression)
    for (const [, name = '', matchers = ''] of named) {
      const known = labels.get(name)
      assert.ok(known, `${name} in ${expression}`)
      for (const [, label = ''] of matchers.matchAll(/(\w+)=/g))
        assert.ok(label === 'job' || known.includes(label), `${label} of ${name} in ${expression}`)
    }
  }
})

test('promtool reads every expression of the example dashboard', {skip: without('promtool')}, t => {
  const rules = expressions.map((expr, index) => ({
    record: `test:expression_${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, '.*'),
  }))
  const path = join(newFolder(t), 'rules.yml')
  writeFileSync(path, JSON.stringify({groups: [{name: 'test', rules}]}))
  const {status, stdout, stderr} = spawnSync('promtool', ['check', 'rules', path], {encoding: 'utf8'})
  assert.equal(status, 0, `${stdout}${stderr}`)
})
