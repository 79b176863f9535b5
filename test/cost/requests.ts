/** The kinds of request whose cost is bounded, and a client that makes one after the other. */
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import type {TestContext} from 'node:test'
import {get, ok, pair, post} from '../proxy/harness.ts'
import {WorkerCosts} from './worker-costs.ts'

interface Kind {
  readonly asked: string
  readonly answered: string
  /** each request on a connection of its own */
  readonly closes: boolean
}

const chunks = `10\r\n${'x'.repeat(16)}\r\n`.repeat(4)

export const kinds = {
  'small GET': {asked: get('/small'), answered: ok('done'), closes: false},
  'POST of 1 KiB': {asked: post(`${'x'.repeat(1023)}!`), answered: ok('done'), closes: false},
  'chunked response': {
    asked: get('/chunked'),
    answered: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    closes: false,
  },
  'new connection': {asked: get('/small', 'Connection: close'), answered: ok('done'), closes: true},
} satisfies Record<string, Kind>

export type KindName = keyof typeof kinds

/** The last bytes of a message: by them its reader knows that it is whole, in however many pieces it comes. */
const endOf = (message: string) => message.slice(message.endsWith('0\r\n\r\n') ? -5 : -4)

/** A proxy whose one worker is measured, and `make`, which makes so many requests of this kind, one after the other. */
export async function measured(t: TestContext, name: KindName) {
  const {asked, answered, closes}: Kind = kinds[name]
  // A worker that is asked every second whether it lives would answer, and that would be counted.
  const watchdog = {pingMs: 3_600_000, stuckAfter: 2, replaceAfter: 3}
  const [costs, {proxy, origin}] = await WorkerCosts.of(() => pair(t, {watchdog}))
  t.after(() => costs.end())
  origin.script = peer =>
    peer.socket.on('data', () => {
      if (!peer.text.endsWith(endOf(asked))) return
      peer.text = ''
      peer.send(answered)
    })
  let kept: Socket | undefined
  t.after(() => kept?.destroy())
  const one = async () => {
    const socket = kept ?? connect(proxy.port, '127.0.0.1')
    if (!closes) kept = socket
    socket.write(asked)
    let text = ''
    while (!text.endsWith(endOf(answered))) text += String((await once(socket, 'data'))[0])
    if (closes) await once(socket.resume(), 'close')
  }
  const make = async (count: number) => {
    for (let made = 0; made < count; made++) await one()
  }
  return {costs, make}
}
