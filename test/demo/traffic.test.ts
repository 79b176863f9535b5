/** How the demo's clients behave towards a proxy: who they ask for, how much, and when it is absent. */
import assert from 'node:assert/strict'
import {EventEmitter, once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {after, test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {drawn, mix} from '../../source/demo/mix.ts'
import {requestsPerSecond, startTraffic} from '../../source/demo/traffic.ts'
import {freePort} from '../free-port.ts'
import {until} from '../proxy/until.ts'

/** Stands for the proxy; the handler is a test's own. */
async function proxyWith(handler: (request: IncomingMessage, response: ServerResponse) => void, port = 0) {
  const server = createServer(handler).listen(port, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A pause that takes no time, and ends with the traffic. */
async function noPause(_ms: number, signal: AbortSignal) {
  await turn()
  signal.throwIfAborted()
}

test('requests carry the Host of their service and a mix of paths and methods', async () => {
  const asked = new Set<string>()
  const origin = await proxyWith((request, response) => {
    asked.add(`${request.headers.host} ${request.method} ${request.url?.split(/[?\d]/)[0]}`)
    request.resume()
    response.end()
  })
  const targets = ['a.example', 'b.example'].map(host => ({host, mix}))
  const traffic = startTraffic({origin, targets, pause: noPause})
  const wanted = ['a.example GET /', 'b.example POST /echo']
  await until(
    () => asked.size >= 14 && wanted.every(one => asked.has(one)),
    () => [...asked].join(' | '),
  )
  await traffic.stop()
})

test('it never has more in flight than its limit, however slow the proxy is', async () => {
  const held: ServerResponse[] = []
  const arrived = new EventEmitter()
  const origin = await proxyWith((_request, response) => {
    held.push(response)
    arrived.emit('request')
  })
  const pauses = new EventEmitter()
  let ticks = 0
  const traffic = startTraffic({
    origin,
    targets: [{host: 'a.example', mix}],
    maxInFlight: 3,
    pause: async (ms, signal) => {
      await noPause(ms, signal)
      ticks++
      pauses.emit('tick')
    },
  })
  while (held.length < 3) await once(arrived, 'request')
  for (const wanted = ticks + 200; ticks < wanted; ) await once(pauses, 'tick')
  assert.equal(held.length, 3)
  held[0]?.end()
  await once(arrived, 'request')
  assert.equal(held.length, 4)
  await traffic.stop()
})

test('it waits half a second at a time for a proxy that is not there, and goes on when it comes', async () => {
  const port = await freePort()
  const pauses = new EventEmitter()
  const traffic = startTraffic({
    origin: `http://127.0.0.1:${port}`,
    targets: [{host: 'a.example', mix}],
    pause: async (ms, signal) => {
      pauses.emit('pause', ms)
      await noPause(ms, signal)
    },
  })
  for (let ms = 0; ms !== 500; ) [ms] = await once(pauses, 'pause')
  const arrived = new EventEmitter()
  await proxyWith((_request, response) => {
    response.end()
    arrived.emit('request')
  }, port)
  await once(arrived, 'request')
  for (let ms = 500; ms === 500; ) [ms] = await once(pauses, 'pause')
  await traffic.stop()
})

test('the rate varies around forty a second', () => {
  const rates = Array.from({length: 611}, (_, second) => requestsPerSecond(second * 1_000))
  const mean = rates.reduce((sum, rate) => sum + rate) / rates.length
  assert.ok(Math.abs(mean - 40) < 1, `mean ${mean}`)
  assert.ok(Math.min(...rates) > 10 && Math.max(...rates) < 70)
})

test('a draw follows the weights, and what is harmless only reads', () => {
  const ask = () => ({method: 'GET', path: '/'}) as const
  const often = {weight: 3, ask}
  const rarely = {weight: 1, ask}
  const draws = [0, 0.74, 0.76, 0.999].map(value => drawn([often, rarely], () => value))
  assert.deepEqual(
    draws.map(habit => habit === often),
    [true, true, false, false],
  )
  assert.equal(
    drawn([], () => 0.5),
    undefined,
  )
  const harmless = mix.filter(habit => habit.harmless).map(habit => habit.ask(() => 0.5))
  assert.deepEqual(harmless, [{method: 'GET', path: '/'}])
})

test('before the first instance serves it asks slowly, and a 503 later on does not slow it', async () => {
  const answered = new EventEmitter()
  let count = 0
  const origin = await proxyWith((request, response) => {
    count++
    request.resume()
    response.writeHead(count < 4 || count > 6 ? 503 : 200).end()
    answered.emit('request')
  })
  const pauses: {readonly ms: number; readonly after: number}[] = []
  const traffic = startTraffic({
    origin,
    targets: [{host: 'a.example', mix}],
    maxInFlight: 1,
    random: () => 0.5,
    pause: async (ms, signal) => {
      pauses.push({ms, after: count})
      await noPause(ms, signal)
    },
  })
  while (count < 12) await once(answered, 'request')
  await traffic.stop()
  const slow = pauses.filter(({ms}) => ms === 500).map(({after}) => after)
  assert.ok(slow.includes(3), 'after the third 503 it waits')
  assert.ok(
    slow.every(after => after <= 4),
    `none of those after ${slow.at(-1)} should`,
  )
})
