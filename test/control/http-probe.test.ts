/** What an HTTP check says of answers that are right, wrong, late, endless, or none. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type TestContext, test} from 'node:test'
import type {HttpHealthcheck} from '../../source/config/config.ts'
import {probeHttp} from '../../source/control/http-probe.ts'
import {headerRule} from '../../source/routing/header-rule.ts'

const check: HttpHealthcheck = {
  ...{port: undefined, intervalMs: 15_000, fastIntervalMs: 1000, timeoutMs: 5000, rise: 2, fall: 3},
  ...{method: 'GET', path: '/health', host: undefined, statuses: [], headers: [], text: undefined},
}

/** The reason of the verdict on a server that answers like this; empty when it passed. */
async function reasonOf(t: TestContext, answer: RequestListener, wanted: Partial<HttpHealthcheck> = {}) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const {port} = server.address() as AddressInfo
  const {passed, reason} = await probeHttp(
    {address: '127.0.0.1', port, tls: undefined},
    {...check, ...wanted},
  )
  assert.equal(passed, reason === '')
  return reason
}

test('the path, the method and the host are those configured; 2xx and 3xx pass, redirects are not followed', async t => {
  const asked: unknown[] = []
  const wanted = {path: '/up?full', method: 'HEAD', host: 'api.test'} as const
  const reason = await reasonOf(
    t,
    ({url, method, headers}, response) => {
      asked.push([url, method, headers.host])
      response.writeHead(302, {location: '/elsewhere'}).end()
    },
    wanted,
  )
  assert.equal(reason, '')
  assert.deepEqual(asked, [['/up?full', 'HEAD', 'api.test']])
})

test('a status that is not expected fails, with its number', async t => {
  assert.equal(await reasonOf(t, (_, response) => response.writeHead(503).end()), 'status 503')
  assert.equal(await reasonOf(t, (_, response) => response.end(), {statuses: [[204, 204]]}), 'status 200')
  const teapot: RequestListener = (_, response) => response.writeHead(418).end()
  assert.equal(
    await reasonOf(t, teapot, {
      statuses: [
        [204, 204],
        [400, 418],
      ],
    }),
    '',
  )
  assert.equal(
    await reasonOf(t, teapot, {
      statuses: [
        [200, 417],
        [419, 599],
      ],
    }),
    'status 418',
  )
})

for (const [how, answer, wanted] of [
  ['is closed', '', 'connection closed before the answer was there'],
  ['brings something else', 'SSH-2.0-OpenSSH_9.6\r\n', 'its answer is not HTTP/1.1'],
  [
    'brings a head without end',
    `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}`,
    'the head of its answer is too large',
  ],
] as const)
  test(`a connection that ${how} fails, in words and not in codes`, async t => {
    assert.equal(await reasonOf(t, ({socket}) => socket.end(answer)), wanted)
  })

test('a connection that is reset fails, in words and not in codes', async t => {
  assert.equal(await reasonOf(t, ({socket}) => socket.resetAndDestroy()), 'connection reset')
})

test('the text is found over the edge of two pieces, and missed where it is not', async t => {
  const twice: RequestListener = (_, response) => {
    response.write('all is we')
    setImmediate(() => response.end('ll'))
  }
  assert.equal(await reasonOf(t, twice, {text: 'is well'}), '')
  assert.equal(await reasonOf(t, twice, {text: 'is bad'}), 'the body lacks the expected text')
})

test('fields are judged as routing judges them: the value, its beginning, or that there is one; any line counts', async t => {
  const answer: RequestListener = (_, response) => {
    response.setHeader('x-state', ['standby', 'ready'])
    response.setHeader('x-version', '2.14.1')
    response.end()
  }
  const judged = (name: string, value: string) => reasonOf(t, answer, {headers: [headerRule(name, value)]})
  assert.equal(await judged('x-state', 'ready'), '')
  assert.equal(await judged('x-version', '2.*'), '')
  assert.equal(await judged('x-version', '*'), '')
  assert.equal(await judged('x-state', 'read'), 'the answer lacks x-state: read')
  assert.equal(await judged('x-other', '*'), 'the answer lacks x-other: *')
})

test('what was found is told where it passed', async t => {
  const server = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const {port} = server.address() as AddressInfo
  assert.equal((await probeHttp({address: '127.0.0.1', port, tls: undefined}, check)).found, 'status 204')
  assert.equal(
    (await probeHttp({address: '127.0.0.1', port, tls: undefined}, {...check, statuses: [[200, 200]]})).found,
    '',
  )
})

test('of a body without end only the beginning is read', async t => {
  const endless: RequestListener = (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  }
  assert.equal(await reasonOf(t, endless, {text: 'y'}), 'the body lacks the expected text')
})

test('no answer in time, and nobody there', async t => {
  assert.equal(await reasonOf(t, () => {}, {timeoutMs: 100}), 'no answer within 100 ms')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  const {reason} = await probeHttp({address: '127.0.0.1', port, tls: undefined}, check)
  assert.equal(reason, 'connection refused')
})
