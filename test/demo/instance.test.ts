/** What a user gets from a demo instance with curl, over real sockets. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:net'
import {after, test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {startInstance} from '../../source/demo/instance.ts'
import {freePort} from '../free-port.ts'
import {instanceOn} from './support.ts'

const port = await freePort()
const base = `http://127.0.0.1:${port}`
const instance = await startInstance(instanceOn(port), assert.fail)
after(() => instance.stop())

test('it says who it is', async () => {
  const response = await fetch(base)
  assert.equal(await response.text(), `Hello from shop on 127.0.0.1:${port}\n`)
})

test('each path answers with its status, whatever the query', async () => {
  const expected = {
    '/health': 200,
    '/slow?ms=1': 200,
    '/fail': 500,
    '/api/cart': 200,
    '/nothing': 404,
    '/ws': 404,
  }
  for (const [path, status] of Object.entries(expected)) {
    const response = await fetch(base + path)
    await response.arrayBuffer()
    assert.equal(response.status, status, path)
  }
})

test('/large sends 1 MiB, or as many bytes as asked for', async () => {
  for (const [query, bytes] of [
    ['', 1_048_576],
    ['?bytes=100001', 100_001],
    ['?bytes=0', 0],
    ['?bytes=many', 1_048_576],
  ] as const) {
    const body = await (await fetch(`${base}/large${query}`)).arrayBuffer()
    assert.equal(body.byteLength, bytes, query)
  }
})

test('/echo gives back method, fields and body', async () => {
  const response = await fetch(`${base}/echo?a=1`, {
    method: 'PUT',
    body: 'the body',
    headers: {'X-Mine': 'kept'},
  })
  const text = await response.text()
  assert.match(text, /^PUT \/echo\?a=1 HTTP\/1\.1\n/)
  assert.match(text, /^X-Mine: kept$/im)
  assert.ok(text.endsWith('\n\nthe body'))
})

test('/events streams', async () => {
  const leave = new AbortController()
  const response = await fetch(`${base}/events`, {signal: leave.signal})
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const first = await response.body?.getReader().read()
  assert.match(
    new TextDecoder().decode(first?.value),
    /^id: 1\ndata: event 1 of 30 from 127\.0\.0\.1:\d+\n\n$/,
  )
  leave.abort()
})

test('/ws echoes text, binary and frames with a long length', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  socket.binaryType = 'arraybuffer'
  await once(socket, 'open')
  for (const message of ['hello', 'ü'.repeat(300), 'x'.repeat(65_000)]) {
    socket.send(message)
    const [event] = (await once(socket, 'message')) as [MessageEvent]
    assert.equal(event.data, message)
  }
  socket.close(1000)
  const [closed] = (await once(socket, 'close')) as [CloseEvent]
  assert.equal(closed.code, 1000)
})

test('/ws refuses a frame of 64 KiB with "message too big"', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  await once(socket, 'open')
  socket.send('x'.repeat(65_536))
  const [closed] = (await once(socket, 'close')) as [CloseEvent]
  assert.equal(closed.code, 1009)
})

test('/die answers, goes down and comes back by itself', async () => {
  const mortalPort = await freePort()
  const mortal = await startInstance(instanceOn(mortalPort), assert.fail)
  const url = `http://127.0.0.1:${mortalPort}`
  const answer = await (await fetch(`${url}/die?ms=1000`)).text()
  assert.match(answer, /goes down now and comes back in 1 s/)
  await until(() => fetch(url).then(notYet, () => true))
  await until(() => fetch(url).then(isOk, () => false))
  await mortal.stop()
})

test('an instance whose port was taken while it was down says so and comes back later', async () => {
  const mortalPort = await freePort()
  const problem = Promise.withResolvers<string>()
  const mortal = await startInstance(instanceOn(mortalPort), problem.resolve)
  const url = `http://127.0.0.1:${mortalPort}`
  await (await fetch(`${url}/die?ms=1000`)).text()
  const squatter = createServer()
  await until(async () => {
    squatter.listen(mortalPort, '127.0.0.1')
    return once(squatter, 'listening').then(
      () => true,
      () => false,
    )
  })
  assert.match(await problem.promise, /cannot come back yet: .*EADDRINUSE/)
  squatter.close()
  await until(() => fetch(url).then(isOk, () => false))
  await mortal.stop()
})

test('stopping while down cancels the return', async () => {
  const mortalPort = await freePort()
  const mortal = await startInstance(instanceOn(mortalPort), assert.fail)
  const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  const before = timers()
  await (await fetch(`http://127.0.0.1:${mortalPort}/die`)).text()
  await until(async () => timers() > before)
  await mortal.stop()
  assert.ok(timers() <= before, 'nothing waits to come back')
})

const isOk = async (response: Response) => {
  await response.text()
  return response.ok
}
const notYet = async (response: Response) => {
  await response.text()
  return false
}

/** Asks again until it is so; the test runner's own limit ends a wait in vain. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await turn()
}
