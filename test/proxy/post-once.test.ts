/** A POST is never sent twice: the connection is cut at every byte of the exchange, and the instance counts what it saw. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {get, ok, startOrigin, startProxy, type TestProxy} from './harness.ts'
import type {RawOrigin} from './raw-origin.ts'
import type {RawPeer} from './raw-peer.ts'

const request = 'POST /once HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhello'
const chunkedRequest =
  'POST /once HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
const response = ok('thanks')

/** How the instance ends the connection. */
const cuts = {
  closes: (peer: RawPeer) => peer.destroy(),
  resets: (peer: RawPeer) => peer.reset(),
} as const

interface Setting {
  readonly proxy: TestProxy
  readonly origins: readonly RawOrigin[]
}

async function setting(t: TestContext): Promise<Setting> {
  const origins = [await startOrigin(t), await startOrigin(t)]
  return {proxy: await startProxy(t, {origins: origins.map(({port}) => port), retries: 3}), origins}
}

/** How many times the instances saw the beginning of the request since `marks`. */
function seen(origins: readonly RawOrigin[], marks: readonly number[]): number {
  return origins
    .map(({text}, index) => text.slice(marks[index]).split('POST /once').length - 1)
    .reduce((sum, count) => sum + count, 0)
}

/** The instance cuts after `read` bytes of the request, or having sent `sent` bytes of the response. */
function cutter(cut: (peer: RawPeer) => void, read: number, sent: number) {
  return (peer: RawPeer) => {
    let begun = 0
    peer.socket.on('data', (piece: Buffer) => {
      const text = piece.toString('latin1')
      if (begun === 0 && text.startsWith('GET /warm')) return peer.send(ok('warm'))
      begun += piece.length
      if (sent < 0 && begun >= read) return cut(peer)
      if (sent >= 0 && /hello(?:$|\r\n0\r\n\r\n$)/.test(text)) {
        if (sent > 0) peer.send(response.slice(0, sent))
        if (sent === 0) cut(peer)
        else setTimeout(() => cut(peer), 2)
      }
    })
  }
}

for (const [how, cut] of Object.entries(cuts)) {
  for (const kept of [false, true]) {
    for (const [what, post] of Object.entries({'of known length': request, 'in chunks': chunkedRequest})) {
      const where = kept ? 'a kept connection' : 'a new connection'
      test(`a POST ${what} on ${where} that the instance ${how} at any byte is seen at most once (RFC 9110 §9.2.2)`, async t => {
        const {proxy, origins} = await setting(t)
        const points = [
          ...Array.from({length: post.length + 1}, (_, read) => [read, -1] as const),
          ...Array.from({length: response.length + 1}, (_, sent) => [0, sent] as const),
        ]
        for (const [read, sent] of points) {
          for (const origin of origins) origin.script = cutter(cut, read, sent)
          if (kept) for (const _ of origins) await proxy.exchange(get('/warm', 'Connection: close'))
          const marks = origins.map(({text}) => text.length)
          const client = proxy.client()
          // The last byte comes late, so that the cut may fall into the middle of what is sent.
          client.send(read > 0 && read < post.length ? post.slice(0, read) : post)
          if (read > 0 && read < post.length) await proxy.caughtUp()
          if (read > 0 && read < post.length) client.send(post.slice(read))
          await Promise.race([client.answered(), client.closed])
          client.destroy()
          await client.closed
          const count = seen(origins, marks)
          assert.ok(count <= 1, `seen ${count} times, cut after ${read} read, ${sent} sent`)
        }
        await proxy.quiet()
        t.diagnostic(`${points.length} cuts`)
      })
    }
  }
}
