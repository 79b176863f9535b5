/** Snapshots of thousands of instances: a part of the meters is read for each, none is forgotten, and what drains is always told as it is. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseConfig} from '../../source/config/parse.ts'
import {Topology} from '../../source/control/topology.ts'
import {Turns} from '../../source/control/turns.ts'
import {Lane} from '../../source/metrics/lane.ts'

const COUNT = 5000

function manyInstances() {
  const hosts = Array.from({length: COUNT}, (_, index) => `{address: 127.0.0.1, port: ${index + 1}}`)
  const text = `proxy: {listen: {port: 0}, services: [{name: many, domain: "*", hosts: [${hosts.join(', ')}]}]}`
  const {config, findings} = parseConfig(text, 'many.yaml')
  assert.equal(findings, undefined)
  const service = new Topology(config, 1, 0).services.get('many')
  assert.ok(service)
  const models = [...service.instances.values()]
  const lanes = models.map(({cells}) => new Lane(cells.lanes, 0))
  let tick = 0
  const snapshot = () => {
    tick++
    return service.snapshot(tick * 250, new Turns(COUNT, tick, 4))
  }
  return {models, lanes, snapshot}
}

test('few are read each time, and of many each in its turn', () => {
  const due = (meters: number, tick: number) => {
    const turns = new Turns(meters, tick, 4)
    return Array.from({length: meters}, (_, index) => (turns.isDue() ? index : -1)).filter(
      index => index >= 0,
    )
  }
  assert.equal(due(2500, 7).length, 2500)
  const ticks = [0, 1, 2, 3].map(tick => due(10_000, tick))
  assert.deepEqual(
    ticks.map(({length}) => length),
    [2500, 2500, 2500, 2500],
  )
  assert.equal(new Set(ticks.flat()).size, 10_000)
  // Never less often than once a second, however many there are.
  assert.equal(new Set([0, 1, 2, 3].flatMap(tick => due(40_000, tick))).size, 40_000)
})

test('within two snapshots all that was counted is told, second by second, and what does not change is the same object', () => {
  const {lanes, snapshot} = manyInstances()
  const before = snapshot()
  for (const lane of lanes)
    for (let count = 0; count < 8; count++) {
      lane.start()
      lane.finish(200, 1000, 10, 20)
    }
  const told = ({instances}: ReturnType<typeof snapshot>) =>
    instances.filter(({traffic}) => traffic.requests === 8).length
  const first = snapshot()
  assert.equal(told(first), COUNT / 2)
  const second = snapshot()
  assert.equal(told(second), COUNT)
  const same = second.instances.filter((instance, index) => instance === first.instances[index])
  assert.equal(same.length, COUNT / 2)
  assert.equal(before.instances.length, COUNT)
  for (let tick = 0; tick < 8; tick++) snapshot()
  const histories = snapshot().instances.map(({traffic}) =>
    traffic.history.reduce((sum, each) => sum + each, 0),
  )
  assert.ok(histories.every(sum => sum === 8))
})

test('of an instance that drains each snapshot tells what is left', () => {
  const {models, lanes, snapshot} = manyInstances()
  snapshot()
  models[3]?.setOperator('drain', 0)
  lanes[3]?.start()
  assert.equal(snapshot().instances[3]?.traffic.inFlight, 1)
  lanes[3]?.finish(200, 1000, 10, 20)
  assert.equal(snapshot().instances[3]?.traffic.inFlight, 0)
  lanes[3]?.start()
  assert.equal(snapshot().instances[3]?.traffic.inFlight, 1)
})
