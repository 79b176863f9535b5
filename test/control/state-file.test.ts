/** What the operator changed is kept over a stop and a start, as long as the configuration says what it said then. */
import assert from 'node:assert/strict'
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {loadConfig} from '../../source/config/load.ts'
import type {Command} from '../../source/control/control.ts'
import {Controller} from '../../source/control/controller.ts'
import {until} from '../proxy/until.ts'

const first = '127.0.0.1:1'
const second = '127.0.0.1:2'

class Place {
  readonly #started: Controller[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-'))
  readonly state = join(this.#folder, 'state.json')

  constructor(t: TestContext) {
    t.after(async () => {
      // First, since each writes its state at its end.
      for (const controller of this.#started) await this.stop(controller)
      rmSync(this.#folder, {recursive: true, force: true})
    })
  }

  async start(service: Record<string, unknown> = {}, proxy: Record<string, unknown> = {}) {
    const path = join(this.#folder, 'test.yaml')
    const hosts = [
      {address: '127.0.0.1', port: 1},
      {address: '127.0.0.1', port: 2},
    ]
    const api = {name: 'api', domain: 'api.test', hosts, ...service}
    const text = {listen: {port: 0}, workers: 1, stateFile: 'state.json', services: [api], ...proxy}
    writeFileSync(path, JSON.stringify({proxy: text}))
    const {config, given} = await loadConfig(path)
    assert.ok(config && given)
    const controller = await Controller.start({config, configName: 'test.yaml', file: {path, given}})
    this.#started.push(controller)
    return controller
  }

  async stop(controller: Controller): Promise<void> {
    await controller.execute({type: 'stop', force: true}, 'test')
    await controller.stopped
  }
}

async function carryOut(controller: Controller, ...commands: readonly Command[]): Promise<void> {
  for (const command of commands) {
    const {ok, message} = await controller.execute(command, 'test')
    assert.ok(ok, message)
  }
}

const changes: readonly Command[] = [
  {type: 'set-strategy', service: 'api', strategy: 'RANDOM'},
  {type: 'set-operator-state', service: 'api', instance: first, state: 'maintenance'},
  {type: 'set-weight', service: 'api', instance: second, weight: 7},
  {type: 'set-max-connections', service: 'api', instance: second, maxConnections: 5},
  {type: 'set-rate-limit', service: 'api', limit: {requests: 10, perMs: 1000, burst: 20}},
  {type: 'set-rate-limit', service: undefined, limit: {requests: 99, perMs: 1000, burst: 99}},
]

function standing(controller: Controller) {
  const {services, rateLimit} = controller.snapshot()
  const [service] = services
  const [one, other] = service?.instances ?? []
  return {
    strategy: service?.strategy,
    operator: one?.operator,
    weight: other?.weight,
    most: other?.maxConnections,
    rate: service?.rateLimit?.requests,
    all: rateLimit?.requests,
  }
}

const changed = {strategy: 'RANDOM', operator: 'maintenance', weight: 7, most: 5, rate: 10, all: 99}

test('a start after a stop has what the operator changed, says so, and workers go by it', async t => {
  const place = new Place(t)
  const before = await place.start()
  await carryOut(before, ...changes)
  await place.stop(before)
  assert.equal(statSync(place.state).mode & 0o777, 0o600)
  const after = await place.start()
  assert.deepEqual(standing(after), changed)
  const said = after.events.events.map(({text}) => text).filter(text => text.startsWith('as before: '))
  assert.deepEqual(said, [
    'as before: api: RANDOM, rate limit 10 in 1s, burst 20',
    `as before: api/${first}: maintenance`,
    `as before: api/${second}: weight 7, at most 5 at a time`,
    'as before: rate limit 99 in 1s',
  ])
  const explained = await after.explain({
    method: 'GET',
    url: 'http://api.test/',
    fields: [],
    from: '127.0.0.1',
  })
  assert.match(JSON.stringify(explained), /maintenance/)
  // Taken back, it is not in the file any more either.
  await carryOut(after, {type: 'set-operator-state', service: 'api', instance: first, state: 'ready'})
  await until(() => !readFileSync(place.state, 'utf8').includes('maintenance'))
})

test('it is in the file while the proxy runs: a process that is killed has left it', async t => {
  const place = new Place(t)
  const controller = await place.start()
  await carryOut(controller, ...changes)
  await until(() => existsSync(place.state) && readFileSync(place.state, 'utf8').includes('"requests": 99'))
  const copy = readFileSync(place.state)
  await place.stop(controller)
  writeFileSync(place.state, copy)
  assert.deepEqual(standing(await place.start()), changed)
})

test('where the configuration says something else by now, that holds', async t => {
  const place = new Place(t)
  const before = await place.start()
  await carryOut(before, ...changes)
  await place.stop(before)
  const other = {lbPolicy: 'FIRST', weight: 3, maxConnections: 9, rateLimit: {requests: 1}}
  const after = await place.start(other, {rateLimit: {requests: 2}})
  assert.deepEqual(standing(after), {
    strategy: 'FIRST',
    operator: 'maintenance',
    weight: 3,
    most: 9,
    rate: 1,
    all: 2,
  })
})

test('settings of the file that were set otherwise hold again', async t => {
  const place = new Place(t)
  const before = await place.start()
  const set: Command = {type: 'set-setting', service: 'api', instance: undefined, key: 'retries', value: '5'}
  await carryOut(before, set)
  await place.stop(before)
  const after = await place.start()
  assert.match(after.snapshot().services[0]?.retry ?? '', /retry 5/)
})

for (const [what, text] of Object.entries({
  'is cut short': '{"version": 1, "cha',
  'is of another version': '{"version": 2, "changes": {"services": []}}',
  'holds what nobody wrote':
    '{"version": 1, "changes": {"services": [{"name": "api", "instances": [{"key": "127.0.0.1:1", "weight": {"value": -1, "base": 1}}]}]}}',
}))
  test(`a state file that ${what} is put aside, and said`, async t => {
    const place = new Place(t)
    writeFileSync(place.state, text)
    const controller = await place.start()
    const [event] = controller.events.events.filter(({cause}) => cause === 'state file')
    assert.match(
      event?.text ?? '',
      /^started as the configuration says: .*state\.json.* it is .*state\.json\.unusable now$/,
    )
    assert.equal(readFileSync(`${place.state}.unusable`, 'utf8'), text)
    assert.equal(standing(controller).operator, 'ready')
  })

test('a place that cannot be written is said once, and the proxy goes on', async t => {
  const place = new Place(t)
  const controller = await place.start({}, {stateFile: 'no/such/folder/state.json'})
  const trouble = () => controller.events.events.filter(({text}) => /is not kept: ENOENT/.test(text)).length
  await until(() => trouble() === 1)
  await carryOut(controller, ...changes)
  await place.stop(controller)
  assert.equal(trouble(), 1)
})
