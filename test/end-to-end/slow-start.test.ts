/** An instance that begins to serve beside others gets its weight little by little: when, how much, and until when. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {Pool} from 'undici'
import type {Config} from '../../source/config/config.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {EventLog} from '../../source/control/event-log.ts'
import {rampShare, SlowStart} from '../../source/control/slow-start.ts'
import {Topology} from '../../source/control/topology.ts'
import {grant, wishesOf} from '../../source/control/wishes.ts'
import type {Order} from '../../source/proxy/messages.ts'
import {startController} from '../proxy/harness.ts'
import {cleanupOf, namedInstance, serviceYaml} from './binary.ts'

for (const [elapsed, share] of [
  [-5, 0.1],
  [0, 0.1],
  [99, 0.1],
  [101, 0.1],
  [200, 0.2],
  [499, 0.5],
  [900, 0.9],
  [1000, 1],
  [9000, 1],
] as const)
  test(`${elapsed} ms of 1000 ms: ${share} of the weight`, () =>
    assert.equal(rampShare(elapsed, 1000), share))

for (const [text, problem] of [
  ['0', /slowStart/],
  ['2h', /slowStart/],
  ['1h', undefined],
] as const)
  test(`slowStart: ${text} is ${problem === undefined ? 'right' : 'a finding'}`, () => {
    const {config, findings} = parseConfig(serviceYaml(0, [1], `, slowStart: ${text}`), 'test.yaml')
    if (problem === undefined) assert.equal(config?.services[0]?.slowStartMs, 3_600_000)
    else assert.match(findings?.[0]?.message ?? '', problem)
  })

function configOf(ports: readonly number[], more = ', slowStart: 1s'): Config {
  const {config} = parseConfig(serviceYaml(0, ports, more), 'test.yaml')
  assert.ok(config)
  // Nobody checks: what comes and goes is what the test says.
  const services = config.services.map(service => ({...service, healthcheck: undefined}))
  return {...config, services, workers: 2}
}

/** The part alone, with the clock of the test. */
function ramps(t: TestContext, ports: readonly number[], more?: string) {
  t.mock.timers.enable({apis: ['setInterval', 'Date']})
  const topology = new Topology(configOf(ports, more), 1, 0)
  const orders: Order[] = []
  const events = new EventLog(Date.now)
  const slowStart = new SlowStart({events, now: Date.now, order: order => orders.push(order)})
  t.after(() => slowStart.close())
  slowStart.keep(topology.services)
  const service = topology.services.get('api')
  assert.ok(service)
  const model = (port: number) => {
    const found = topology.find('api', `127.0.0.1:${port}`)
    assert.ok(found)
    return found
  }
  return {
    model,
    service,
    events,
    weights: () => orders.splice(0).map(order => (order.type === 'weight' ? order.weight : order.type)),
    operator(port: number, state: 'ready' | 'drain' | 'maintenance') {
      model(port).setOperator(state, Date.now())
      slowStart.changed(service, model(port))
    },
    apply(next: readonly number[], others?: string) {
      topology.apply(configOf(next, others), Date.now())
      slowStart.keep(topology.services)
    },
  }
}

test('a process that follows goes on where the one before it was, and forgets what is over', t => {
  const {operator, model, service, weights} = ramps(t, [1, 2, 3])
  operator(2, 'maintenance')
  operator(2, 'ready')
  t.mock.timers.tick(300)
  assert.equal(model(2).startingShare, 0.3)
  const wishes = wishesOf({
    services: new Map([['api', service]]),
    settings: [],
    rateLimit: undefined,
    configured: undefined,
  })
  const next = new Topology(configOf([1, 2, 3]), 1, Date.now())
  t.mock.timers.tick(200)
  grant(JSON.parse(JSON.stringify(wishes)), next.services, undefined, Date.now())
  const slowStart = new SlowStart({events: new EventLog(Date.now), now: Date.now, order: () => {}})
  t.after(() => slowStart.close())
  slowStart.resume(next.services)
  const follower = next.find('api', '127.0.0.1:2')
  assert.equal(follower?.effectiveWeight, 0.5)
  t.mock.timers.tick(600)
  assert.equal(follower?.effectiveWeight, 1)
  assert.equal(follower?.startingSince, undefined)
  assert.ok(weights().length > 0)
})

test('back from maintenance: ten steps, an event at both ends, and then its whole weight', t => {
  const {operator, weights, events, model} = ramps(t, [1, 2], ', slowStart: 1s, weight: 3')
  operator(2, 'maintenance')
  operator(2, 'ready')
  assert.equal(model(2).snapshot(0, 0, undefined).startingPercent, 10)
  // One big tick would set the clock to its end before any timer runs.
  for (let step = 0; step < 10; step++) t.mock.timers.tick(100)
  assert.deepEqual(weights(), [0.3, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4, 2.7, 3])
  assert.equal(model(2).snapshot(0, 0, undefined).startingPercent, undefined)
  t.mock.timers.tick(5000)
  assert.deepEqual(weights(), [])
  assert.deepEqual(
    events.events.map(({text}) => text),
    ['starts slowly: from 10 % of its weight to all of it in 1 s', 'has its full weight'],
  )
})

test('an end of an ejection and a check that brings it up begin it, a first check does not', t => {
  const {operator, model} = ramps(t, [1, 2, 3])
  const touch = (port: number) => operator(port, 'ready')
  model(1).health = {verdict: 'up', passesInRow: 1, failuresInRow: 0}
  touch(1)
  assert.equal(model(1).startingShare, undefined)
  model(2).ejection = {since: 0, until: 1, reason: 'test', times: 1}
  touch(2)
  model(2).ejection = undefined
  touch(2)
  assert.equal(model(2).startingShare, 0.1)
  model(3).health = {verdict: 'down', passesInRow: 0, failuresInRow: 3}
  touch(3)
  model(3).health = {verdict: 'up', passesInRow: 2, failuresInRow: 0}
  touch(3)
  assert.equal(model(3).startingShare, 0.1)
})

test('nobody else serves by its full weight: it starts at once', t => {
  const {operator, model} = ramps(t, [1, 2])
  operator(1, 'maintenance')
  operator(2, 'maintenance')
  operator(1, 'ready')
  assert.equal(model(1).startingShare, undefined)
  operator(2, 'ready')
  assert.equal(model(2).startingShare, 0.1)
})

test('draining keeps an instance warm, but what it had not got to begins again', t => {
  const {operator, model} = ramps(t, [1, 2])
  operator(2, 'drain')
  operator(2, 'ready')
  assert.equal(model(2).startingShare, undefined)
  operator(2, 'maintenance')
  operator(2, 'ready')
  t.mock.timers.tick(500)
  assert.equal(model(2).startingShare, 0.5)
  operator(2, 'drain')
  assert.equal(model(2).startingShare, undefined)
  t.mock.timers.tick(500)
  operator(2, 'ready')
  assert.equal(model(2).startingShare, 0.1)
})

test('a reload: new beside old starts slowly, known keeps its place, all new at once start at once', t => {
  const {apply, model, events} = ramps(t, [1])
  apply([1, 2])
  assert.equal(model(2).startingShare, 0.1)
  t.mock.timers.tick(500)
  apply([1, 2, 3])
  assert.deepEqual(
    [1, 2, 3].map(port => model(port).startingShare),
    [undefined, 0.5, 0.1],
  )
  apply([1, 2, 3], '')
  assert.deepEqual(
    [1, 2, 3].map(port => model(port).startingShare),
    [undefined, undefined, undefined],
  )
  apply([4, 5])
  assert.deepEqual(
    [4, 5].map(port => model(port).startingShare),
    [undefined, undefined],
  )
  const before = events.events.length
  apply([4, 11, 12, 13, 14, 15, 16])
  assert.deepEqual(
    events.events.slice(before).map(({text}) => text),
    ['6 new instances start slowly'],
  )
})

async function proxied(t: TestContext, more: string) {
  const cleanup = cleanupOf(t)
  const ports = await Promise.all(
    ['a', 'b', 'c'].map(async name => (await namedInstance(name, cleanup)).port),
  )
  const config = configOf(ports.slice(0, 2), more)
  const controller = await startController(cleanup, {config, configName: 'test.yaml'})
  // A connection stays with its worker: many of them reach both.
  const pool = new Pool(`http://127.0.0.1:${controller.address.port}`, {connections: 16})
  cleanup.after(() => pool.close())
  const ask = async () =>
    (await pool.request({path: '/', method: 'GET', headers: {host: 'api.test'}})).body.text()
  return {
    controller,
    ports,
    async shares(requests: number) {
      const names = await Promise.all(Array.from({length: requests}, ask))
      return ['a', 'b', 'c'].map(name => names.filter(each => each === name).length)
    },
    async again() {
      const ref = {service: 'api', instance: `127.0.0.1:${ports[1]}`}
      for (const state of ['maintenance', 'ready'] as const)
        await controller.execute({type: 'set-operator-state', ...ref, state}, 'test')
    },
  }
}

test('workers give it a tenth, also after a reload, and the same as the others once it is over', async t => {
  const {controller, ports, shares, again} = await proxied(t, ', slowStart: 1h')
  assert.deepEqual(await shares(40), [20, 20, 0])
  await again()
  // A reload is answered when all that was ordered before it is obeyed.
  await controller.apply(configOf(ports.slice(0, 2), ', slowStart: 1h'), 'test')
  assert.deepEqual(await shares(110), [100, 10, 0])
  await controller.apply(configOf(ports, ', slowStart: 1h'), 'test')
  assert.deepEqual(await shares(120), [100, 10, 10])
  await controller.apply(configOf(ports, ''), 'test')
  assert.deepEqual(await shares(120), [40, 40, 40])
})

test('it ends by itself, and shares are equal', async t => {
  const {controller, ports, shares, again} = await proxied(t, ', slowStart: 200ms')
  const full = new Promise<void>(resolve => {
    controller.onEvent(({text}) => text === 'has its full weight' && resolve())
  })
  await again()
  await full
  await controller.apply(configOf(ports.slice(0, 2), ', slowStart: 200ms'), 'test')
  assert.deepEqual(await shares(40), [20, 20, 0])
})
