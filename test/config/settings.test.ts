/** Settings that change while it runs: what a file could say can be set, means the same, and is refused in the same cases. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {buildConfig} from '../../source/config/build.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {settingText, withSetting} from '../../source/config/set-in-file.ts'
import {type SettingRow, settingForm, settingNamed, settingRows} from '../../source/config/settings.ts'

type Values = Readonly<Record<string, unknown>>

function parsed(service: Values, host: Values = {}) {
  const hosts = [
    {address: '127.0.0.1', port: 1, ...host},
    {address: '127.0.0.1', port: 2},
  ]
  return parseConfig(
    JSON.stringify({proxy: {services: [{name: 'api', domain: 'api', hosts, ...service}]}}),
    'x',
  )
}

/** As they are typed, and as a file has them. */
function samples({kind, leaf}: SettingRow): ReadonlyArray<readonly [text: string, value: unknown]> {
  if (kind.is === 'list')
    return [
      ['502 503', [502, 503]],
      ['504', 504],
      ['200-299 404', ['200-299', 404]],
    ]
  switch (kind.is) {
    case 'count':
      return [kind.least, kind.most, kind.least - 1, kind.most + 1, 3].map(value => [String(value), value])
    case 'time':
      return ['250ms', '2s', '1.5', '1m', '25h', '-1', 'soon'].map(text => {
        const isNumber = text === '1.5' || text === '-1'
        return [text, isNumber ? Number(text) : text]
      })
    case 'flag':
      return [
        ['true', true],
        ['false', false],
        ['yes', 'yes'],
      ]
    case 'choice':
      return [...kind.names, 'other'].map(name => [name, name])
    case 'range':
      return [[`${kind.least}-${kind.most}`, `${kind.least}-${kind.most}`]]
    case 'text':
      return (leaf === 'path' ? ['/health', 'health'] : ['x-user', 'two words', '']).map(text => [text, text])
  }
}

const under = ({section, leaf}: SettingRow, value: unknown): Values => ({
  [section]: leaf === undefined ? value : {[leaf]: value},
})

for (const row of settingRows)
  test(`${row.key}: set while it runs is as written in the file, for each value that a file may have`, () => {
    for (const [text, value] of samples(row)) {
      const instance = row.ofService ? undefined : '127.0.0.1:1'
      const inFile = row.ofService ? parsed(under(row, value)) : parsed({}, under(row, value))
      const empty = parsed({}).given
      assert.ok(empty !== undefined)
      const set = withSetting(empty, {service: 'api', instance, key: row.key, text})
      if ('problem' in set) {
        assert.ok(inFile.findings !== undefined, `${text}: ${set.problem}`)
        continue
      }
      assert.ok(inFile.config !== undefined, `${text} was taken, and is a finding in a file`)
      assert.deepEqual(buildConfig(set.given, '.').services, inFile.config.services)
      const [its] = set.given.proxy.services
      assert.ok(its !== undefined)
      // What it is shown as can be typed.
      const shown = settingText(set.given, its, instance, row)
      const again = withSetting(empty, {service: 'api', instance, key: row.key, text: shown})
      assert.ok(!('problem' in again), shown)
      assert.deepEqual(again.given, set.given)
      assert.ok(settingForm(row).length > 0)
    }
  })

test('for a service it holds for all its instances, also those with a word of their own; for one, for that', () => {
  const {given} = parsed({retryPolicy: {retries: 1}}, {retryPolicy: {retries: 5, timeout: 2}})
  assert.ok(given !== undefined)
  const retriesOf = (file: typeof given) =>
    buildConfig(file, '.').services[0]?.instances.map(({retry}) => [retry.retries, retry.attemptMs])
  const all = withSetting(given, {service: 'api', instance: undefined, key: 'retryPolicy.retries', text: '3'})
  assert.ok(!('problem' in all))
  assert.deepEqual(retriesOf(all.given), [
    [3, 2000],
    [3, undefined],
  ])
  const one = withSetting(all.given, {service: 'api', instance: '127.0.0.1:2', key: 'retries', text: '4'})
  assert.ok(!('problem' in one))
  assert.deepEqual(
    retriesOf(one.given)?.map(([retries]) => retries),
    [3, 4],
  )
  assert.deepEqual(
    retriesOf(given)?.map(([retries]) => retries),
    [5, 1],
    'the file itself stays as it was',
  )
})

test('checks that only hosts have are set where they are; one that has none stays without', () => {
  const {given} = parsed({}, {tcpHealthcheck: {interval: 5}})
  assert.ok(given !== undefined)
  const set = withSetting(given, {service: 'api', instance: undefined, key: 'tcpHealthcheck.fall', text: '1'})
  assert.ok(!('problem' in set))
  const [api] = buildConfig(set.given, '.').services
  assert.equal(api?.healthcheck, undefined)
  const [one, other] = api?.instances ?? []
  assert.ok(typeof one?.healthcheck === 'object' && one.healthcheck.fall === 1)
  assert.equal(one.healthcheck.intervalMs, 5000)
  assert.equal(other?.healthcheck, undefined)
})

test('none is what a key means that is left out; a key that always has a value has no none', () => {
  const {given} = parsed({retryPolicy: {total: 3}})
  assert.ok(given !== undefined)
  const set = (key: string) => withSetting(given, {service: 'api', instance: undefined, key, text: 'none'})
  const total = set('retryPolicy.total')
  assert.ok(!('problem' in total))
  assert.equal(buildConfig(total.given, '.').services[0]?.instances[0]?.retry.totalMs, undefined)
  const retries = set('retryPolicy.retries')
  assert.ok('problem' in retries && /expected a whole number/.test(retries.problem))
})

test('a short word is enough where it is the only one; else it is said which there are', () => {
  const named = (word: string) => {
    const found = settingNamed(word, settingRows)
    return 'problem' in found ? found.problem : found.key
  }
  assert.equal(named('retries'), 'retryPolicy.retries')
  assert.equal(named('queue'), 'queue', 'a whole key comes before a last word')
  assert.match(
    named('interval'),
    /^interval may be tcpHealthcheck\.interval or httpHealthcheck\.interval: say which$/,
  )
  assert.match(named('retrys'), /did you mean retryPolicy\.retries\?$/)
  assert.match(named('zzzzzzzz'), /^there is no setting zzzzzzzz; there are retryPolicy\.timeout, /)
})
