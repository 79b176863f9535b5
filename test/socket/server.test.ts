/** What a control socket promises beside its contract: bounds, rights, and a proxy that does not notice its readers. */
import assert from 'node:assert/strict'
import {channel} from 'node:diagnostics_channel'
import {readFileSync} from 'node:fs'
import {connect, type Server, type Socket} from 'node:net'
import {type TestContext, test} from 'node:test'
import type {Snapshot} from '../../source/control/control.ts'
import {ask, askJson, textOf} from '../../source/socket/exchange.ts'
import {endpoints} from '../../source/socket/protocol.ts'
import {RemoteControl} from '../../source/socket/remote-control.ts'
import type {JsonSchema} from '../../source/socket/shape.ts'
import {violations} from '../../source/socket/violations.ts'
import {startOfFile} from '../control/of-file.ts'
import {FakeControl} from '../dashboard/fake-control.ts'
import {shop as busy} from '../dashboard/samples.ts'
import {configText, get, ok, pair, startOrigin} from '../proxy/harness.ts'
import {until} from '../proxy/until.ts'
import {claimed, connected, served} from './served.ts'

const {$defs: defs} = JSON.parse(
  readFileSync(new URL('../../../docs/control.schema.json', import.meta.url), 'utf8'),
) as {readonly $defs: Readonly<Record<string, JsonSchema>>}

/** Sends bytes to the socket and gives what comes back until it is closed. */
async function exchanged(path: string, bytes: string): Promise<string> {
  const socket = connect(path)
  socket.write(bytes)
  let text = ''
  socket.on('data', piece => {
    text += piece.toString('latin1')
  })
  await new Promise(resolve => socket.once('close', resolve))
  return text
}

test('every answer of a real proxy has the shape that the published schema says', async t => {
  const origin = await startOrigin(t)
  origin.answers(ok())
  const {proxy} = await startOfFile(t, configText({origins: [origin.port]}))
  const server = await served(t, proxy.controller)
  const target = {socketPath: server.path}
  const client = proxy.client()
  client.send(get('/x'))
  await client.answered(1)
  client.send(get('/y'))
  await client.answered(2)
  client.end()
  await proxy.quiet()
  const {requests} = await proxy.controller.requests.since(undefined, 1)
  const id = requests[0]?.id ?? ''
  const bodies: Readonly<Record<string, unknown>> = {
    command: {command: {type: 'set-strategy', service: 'api', strategy: 'RANDOM'}, by: 'test'},
    replay: {instances: []},
    capture: {filter: 'status:200'},
    explain: {method: 'GET', url: 'http://api.test/x', fields: [], from: '127.0.0.1'},
  }
  for (const [name, {method, path, answer, lines}] of Object.entries(endpoints)) {
    if (name === 'stream') continue
    const asked = path.replace(':id', id) + (name === 'settings' ? '?service=api' : '')
    const response = await ask(target, {method, path: asked, body: bodies[name]})
    const text = await textOf(response)
    assert.equal(response.statusCode, 200, `${name}: ${text}`)
    for (const value of lines ? text.split('\n').filter(line => line !== '') : [text])
      assert.deepEqual(violations(JSON.parse(value), {oneOf: answer}, defs), [], name)
  }
})

test('until the proxy is there it says who it is, and that it starts', async t => {
  const server = await claimed(t)
  const target = {socketPath: server.path}
  const info = (await askJson(target, {method: 'GET', path: '/v1'})) as {phase: string; pid: number}
  assert.deepEqual([info.phase, info.pid], ['starting', process.pid])
  await assert.rejects(askJson(target, {method: 'GET', path: '/v1/snapshot'}), /is starting/)
})

test('a connection that cannot be accepted, for want of files say, is not the end of the socket', async t => {
  const servers: Server[] = []
  const made = channel('tracing:net.server.listen:asyncStart')
  const note = (message: unknown) => void servers.push((message as {server: Server}).server)
  made.subscribe(note)
  const server = await claimed(t)
  made.unsubscribe(note)
  assert.equal(servers.length, 1)
  for (let time = 0; time < 2; time++) servers[0]?.emit('error', new Error('accept ENFILE'))
  const info = (await askJson({socketPath: server.path}, {method: 'GET', path: '/v1'})) as {phase: string}
  assert.equal(info.phase, 'starting')
})

test('what is no command is refused by name and place, and nothing is carried out', async t => {
  const control = new FakeControl(busy())
  const server = await served(t, control)
  const target = {socketPath: server.path}
  const post = (body: unknown) => askJson(target, {method: 'POST', path: '/v1/commands', body})
  for (const [body, why] of [
    [{}, /the body has no command/],
    [{command: {type: 'explode'}}, /the body\.command is none of those with type "set-strategy"/],
    [
      {command: {type: 'set-strategy', service: 'api', strategy: 'NONE'}},
      /strategy is not one of ROUND_ROBIN/,
    ],
    [{command: {type: 'set-split', service: 'api', percent: 1.5}}, /percent is not of type integer/],
    [{command: {type: 'stop', force: true, more: 1}}, /a key too many/],
    [{command: {type: 'reload'}, by: 'x'.repeat(61)}, /longer than 60/],
    [[], /not of type object/],
  ] as const)
    await assert.rejects(post(body), why)
  await assert.rejects(post({command: {type: 'reload'}, by: 'y'.repeat(70_000)}), /larger than 65536 bytes/)
  assert.match(
    await exchanged(
      server.path,
      'POST /v1/commands HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{',
    ),
    /400[\s\S]*no JSON/,
  )
  const odd = 'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  assert.match(await exchanged(server.path, odd), /400[\s\S]*the target is no URL/)
  assert.match(await exchanged(server.path, `GET / HTTP/1.1\r\nHost: ${'x'.repeat(9000)}\r\n\r\n`), /^$/)
  await assert.rejects(askJson(target, {method: 'GET', path: '/v1/nothing'}), /no such thing/)
  await assert.rejects(askJson(target, {method: 'GET', path: '/v1/commands'}), /not for this method/)
  await assert.rejects(
    askJson(target, {method: 'GET', path: '/v1/requests?limit=999999'}),
    /limit is no number/,
  )
  await assert.rejects(askJson(target, {method: 'GET', path: '/v1/requests?after=x'}), /no cursor/)
  assert.deepEqual(control.commands, [])
})

test('a read-only session sees all and changes nothing, whatever it sends', async t => {
  const control = new FakeControl(busy())
  const remote = await connected(await served(t, control), true)
  assert.deepEqual(remote.snapshot().services.length, busy().services.length)
  const outcome = await remote.execute({type: 'stop', force: true}, 'keyboard')
  assert.deepEqual(outcome, {ok: false, message: 'this session is read-only'})
  await assert.rejects(remote.requests.capture(''), /read-only/)
  await assert.rejects(remote.requests.replay('0.1', []), /read-only/)
  assert.deepEqual([control.commands, control.requests.asked], [[], []])
})

test('over TCP: the token, the name and no browser; over and over the same answer', async t => {
  const control = new FakeControl(busy())
  const server = await served(t, control)
  const token = 'a-token-of-the-test'
  const port = await server.listen('127.0.0.1', 0, {token, hosts: ['127.0.0.1', 'localhost']})
  const target = {address: '127.0.0.1', port, token}
  assert.equal((await connectedTo(target)).info.pid, process.pid)
  await assert.rejects(connectedTo({...target, token: 'another-token-0'}), /token is missing or wrong/)
  const status = async (...fields: string[]) => {
    const head = ['GET /v1 HTTP/1.1', 'Connection: close', ...fields].join('\r\n')
    const {promise, resolve} = Promise.withResolvers<string>()
    const socket = connect(port, '127.0.0.1', () => socket.end(`${head}\r\n\r\n`))
    let text = ''
    socket.on('data', piece => {
      text += piece
    })
    socket.once('close', () => resolve(text.split(' ')[1] ?? ''))
    return promise
  }
  const right = `Authorization: Bearer ${token}`
  assert.equal(await status('Host: localhost:1', right), '200')
  assert.equal(await status('Host: 127.0.0.1'), '401')
  assert.equal(await status('Host: 127.0.0.1', 'Authorization: Basic eA=='), '401')
  assert.equal(await status('Host: rebound.example', right), '403')
  assert.equal(await status('Host: localhost.evil.example', right), '403')
  assert.equal(await status('Host: localhost', right, 'Origin: http://localhost'), '403')
  const compare = {method: 'GET', path: '/v1/compare?path=/etc/passwd'}
  await assert.rejects(askJson(target, compare), /over the Unix socket only/)
})

function connectedTo(target: {address: string; port: number; token: string}) {
  return RemoteControl.connect({target, readOnly: false})
}

/** A reader that asks for a stream and then takes nothing of it. */
async function stoppedReader(t: TestContext, path: string): Promise<Socket> {
  const socket = connect(path)
  t.after(() => void socket.destroy())
  socket.write('GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n')
  await new Promise(resolve => socket.once('readable', resolve))
  socket.pause()
  return socket
}

test('a reader that stops reading holds up nobody, and gets the newest when it reads on, not all between', async t => {
  const control = new FakeControl(busy())
  const server = await served(t, control)
  const stopped = await stoppedReader(t, server.path)
  const remote = await connected(server)
  let came = 0
  t.after(remote.subscribe(() => came++))
  const first = {...busy(), configName: 'x'.repeat(100_000)}
  for (let index = 1; index <= 100; index++) {
    const wanted = came
    // A control shows itself again and again; a snapshot may be left out.
    await until(() => {
      control.show(numbered(first, index))
      return came > wanted
    })
  }
  let text = ''
  stopped.on('data', piece => {
    text += piece.toString('latin1')
  })
  stopped.resume()
  await until(() => /"requests":100,/.test(text))
  const snapshots = text.split('"configName"').length - 1
  assert.ok(snapshots < 20, `${snapshots} snapshots of 100 waited for it`)
})

function numbered(snapshot: Snapshot, requests: number): Snapshot {
  return {...snapshot, at: snapshot.at + requests * 250, total: {...snapshot.total, requests}}
}

test('events come once each, in order, and again from the first when another proxy answers', async t => {
  const control = new FakeControl(withEvents(busy(), 1, 3))
  const server = await served(t, control)
  const remote = await connected(server)
  const seen: string[] = []
  t.after(
    remote.subscribe(({events, lost}) =>
      seen.push(lost === undefined ? events.map(({id}) => id).join(' ') : 'lost'),
    ),
  )
  await until(() => seen.includes('1 2 3'))
  // A control shows itself again and again; a snapshot may be left out.
  await until(() => {
    control.show(withEvents(busy(), 1, 5))
    return seen.includes('1 2 3 4 5')
  })
  await server.close()
  await until(() => seen.includes('lost'))
  assert.match(remote.snapshot().lost?.why ?? '', /closed the connection|no such socket/)
  const other = new FakeControl(withEvents(busy(), 1, 2))
  await served(t, other, server.path)
  await until(() => seen.at(-1) === '1 2')
  assert.equal(remote.snapshot().lost, undefined)
})

function withEvents(snapshot: Snapshot, from: number, to: number): Snapshot {
  const events = Array.from({length: to - from + 1}, (_, index) => ({
    id: from + index,
    at: snapshot.at,
    level: 'info' as const,
    subject: 'proxy',
    text: 'something',
    cause: 'test',
  }))
  return {...snapshot, events}
}

test('requests of a proxy that took the place of another are not taken for those of the first', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const asked = async (target: string) => {
    const client = proxy.client()
    client.send(get(target))
    await client.answered(1)
    client.end()
    await proxy.quiet()
  }
  await asked('/one')
  const server = await served(t, proxy.controller)
  const remote = await connected(server)
  const states: string[] = []
  t.after(remote.subscribe(({lost}) => states.push(lost === undefined ? 'there' : 'lost')))
  const before = await remote.requests.since(undefined, 10)
  await until(() => states.includes('there'))
  await server.close()
  await until(() => states.at(-1) === 'lost')
  await until(async () => {
    // Another start has another moment.
    await new Promise(resolve => setImmediate(resolve))
    return Date.now() > proxy.controller.snapshot().startedAt
  })
  await served(t, proxy.controller, server.path)
  await until(() => states.at(-1) === 'there')
  const after = await remote.requests.since(before.cursor, 10)
  assert.deepEqual(
    after.requests.map(({target}) => target),
    ['/one'],
    'asked for from its beginning',
  )
  const [old = '', fresh = ''] = [before.requests[0]?.id, after.requests[0]?.id]
  assert.notEqual(old, fresh)
  assert.equal(await remote.requests.detail(old, false), undefined)
  assert.equal((await remote.requests.detail(fresh, false))?.request.id, fresh)
})

test('a filter is judged by the proxy; events can be followed line by line', async t => {
  const {proxy, origin} = await pair(t)
  origin.answers(ok())
  const server = await served(t, proxy.controller)
  const client = proxy.client()
  for (let index = 1; index <= 5; index++) {
    client.send(get(`/${index}`))
    await client.answered(index)
  }
  client.end()
  await proxy.quiet()
  const remote = await connected(server)
  const {requests} = await remote.requests.matching(undefined, 10, 'path:/3')
  assert.deepEqual(
    requests.map(({target}) => target),
    ['/3'],
  )
  await assert.rejects(remote.requests.matching(undefined, 10, 'status>'), /character/)
  const answer = await ask({socketPath: server.path}, {method: 'GET', path: '/v1/events?follow=true'})
  answer.setEncoding('utf8')
  let text = ''
  answer.on('data', piece => {
    text += piece
  })
  await remote.execute({type: 'set-strategy', service: 'api', strategy: 'RANDOM'}, 'test')
  await until(() => /strategy ROUND_ROBIN → RANDOM/.test(text))
  answer.destroy()
})
