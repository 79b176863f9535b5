/** Whose check holds for an instance, and what of it is a finding. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {formatFinding} from '../../source/config/finding.ts'
import {checkOf} from '../../source/config/healthchecks.ts'
import {parseConfig} from '../../source/config/parse.ts'

function yaml(service: string, host: string): string {
  return `proxy:\n  services:\n  - name: a\n    domain: a\n${service}    hosts:\n    - {address: x, port: 1}\n    - {address: x, port: 2${host}}\n`
}

function checks(service: string, host: string) {
  const {config, findings = []} = parseConfig(yaml(service, host), 'f')
  assert.deepEqual(findings.map(formatFinding), [])
  const found = config?.services[0]
  return found?.instances.map(instance => checkOf(found, instance)) ?? []
}

const findings = (service: string, host: string) =>
  (parseConfig(yaml(service, host), 'f').findings ?? []).map(formatFinding)

test("an instance's own check takes the keys that it does not give from a check of the same kind of its service", () => {
  const service = '    httpHealthcheck: {path: /health, interval: 5, headers: {X-State: ready}}\n'
  const [one, two] = checks(service, ', httpHealthcheck: {port: 9000, fall: 1}')
  const common = {method: 'GET', path: '/health', host: undefined, statuses: [], text: undefined}
  const headers = [{name: 'x-state', match: 'exact', value: 'ready'}]
  const same = {...common, headers, intervalMs: 5000, fastIntervalMs: 1000, timeoutMs: 1000, rise: 2}
  assert.deepEqual(one, {...same, port: undefined, fall: 3})
  assert.deepEqual(two, {...same, port: 9000, fall: 1})
})

test('a check of the other kind, and none, each stand for themselves', () => {
  const service = '    httpHealthcheck: {path: /health, interval: 5}\n'
  const tcp = {port: undefined, intervalMs: 800, fastIntervalMs: 800, timeoutMs: 500, rise: 2, fall: 3}
  assert.deepEqual(checks(service, ', tcpHealthcheck: {interval: 800ms, timeout: 500ms}')[1], tcp)
  assert.equal(checks(service, ', healthcheck: none')[1], undefined)
  assert.deepEqual(checks('', '')[0], undefined)
})

test('statuses that pass are numbers and ranges of them', () => {
  const of = (status: string) => checks(`    httpHealthcheck: {status: ${status}}\n`, '')[0]
  assert.deepEqual(of('[200-299, 404, "418"]'), {
    ...(of('200') as object),
    statuses: [
      [200, 299],
      [404, 404],
      [418, 418],
    ],
  })
  for (const wrong of ['2xx', '199', '200-600', '299-200', '200 - 299', '200-'])
    assert.match(
      findings(`    httpHealthcheck: {status: ${wrong}}\n`, '').join(),
      /status is .*; expected a whole number from 200 to 599, or a range such as 200-299/,
      wrong,
    )
})

test('two checks at once: a finding at the second', () => {
  const both = '    tcpHealthcheck: {interval: 5}\n    httpHealthcheck: {path: /health}\n'
  assert.deepEqual(findings(both, ''), [
    'f:6:22: httpHealthcheck is given beside tcpHealthcheck; expected one of them: an instance has one check',
  ])
  assert.deepEqual(findings('', ', healthcheck: none, tcpHealthcheck: {}'), [
    'f:7:64: tcpHealthcheck is given beside healthcheck; expected one of them: an instance has one check',
  ])
})

test("times are judged with the service's keys: what does not fit is a finding at the instance", () => {
  const service = '    tcpHealthcheck: {interval: 2}\n'
  assert.deepEqual(findings(service, ', tcpHealthcheck: {timeout: 3}'), [
    'f:8:55: interval is 2s, shorter than timeout, which is 3s; expected a check to end before the next one begins',
  ])
  assert.deepEqual(findings(service, ', tcpHealthcheck: {fastInterval: 3}'), [
    'f:8:60: fastInterval is 3s, longer than interval, which is 2s; expected the faster of the two',
  ])
  assert.deepEqual(findings(service, ', tcpHealthcheck: {fastInterval: 500ms}'), [])
  assert.match(
    findings('    httpHealthcheck: {body: ok}\n', ', httpHealthcheck: {method: HEAD}').join(),
    /^f:8:\d+: body is looked for in the answer to HEAD/,
  )
})
