/** Mutated messages through a running proxy, in both directions, with everything checked that must hold whatever they are. */
import assert from 'node:assert/strict'
import {cutAtRandom, mutated} from '../http1/mutate.ts'
import {nastyRequests, nastyResponses} from '../http1/nasty.ts'
import {validRequests, validResponses} from '../http1/valid.ts'
import {pick, type Random, seededRandom} from '../random.ts'
import {boundaries, readers} from './boundaries.ts'
import type {TestProxy} from './harness.ts'
import type {RawClient} from './raw-client.ts'
import type {RawOrigin} from './raw-origin.ts'
import {until} from './until.ts'

/** So many connections at a time: time-outs then cost little. */
const AT_ONCE = 64

/** Short, so that what is damaged beyond sense ends soon. */
export const fuzzTimeouts = {
  clientHead: 0.5,
  clientIdle: 0.5,
  responseHead: 0.5,
  bodyIdle: 0.5,
  upstreamIdle: 1,
}

export interface FuzzCounts {
  executions: number
  /** messages that reached the other side whole */
  passed: number
  refused: number
  broken: number
}

/** What a proxy's own hand leaves in each message that it passes on or makes: so many messages it thinks there are. */
const ownMark = /^(?:Via: 1\.[01] revproxy-tui-[0-9a-f]{8}|Proxy-Status: revproxy-tui; .*)\r$/gm

const requests = [
  ...validRequests.map(({text}) => Buffer.from(text, 'latin1')),
  ...nastyRequests('example.test').map(({bytes}) => bytes),
]
const responses = [
  ...validResponses.map(({text}) => Buffer.from(text, 'latin1')),
  ...nastyResponses().map(({bytes}) => bytes),
]
const smallRequests = requests.filter(({length}) => length < 4096)
const smallResponses = responses.filter(({length}) => length < 4096)

/** All readers find the same messages in `text`, and as many as the proxy marked. */
function assertAgreed(
  text: string,
  kind: 'request' | 'response',
  context: string,
): ReturnType<typeof boundaries> {
  const [strict, ...careless] = readers.map(reader => boundaries(text, kind, reader))
  if (strict === undefined) throw new Error('no reader')
  const said = `${context}\nseen: ${JSON.stringify(text.slice(0, 3000))}`
  assert.equal(strict.error, undefined, `a strict reader stumbles: ${strict.error}\n${said}`)
  for (const other of careless) {
    assert.equal(other.error, undefined, `a careless reader stumbles: ${other.error}\n${said}`)
    assert.deepEqual(other.ends, strict.ends, `readers disagree\n${said}`)
  }
  const marks = text.match(ownMark)?.length ?? 0
  const lastHead = text.indexOf('\r\n\r\n', strict.ends.at(-1) ?? 0)
  const begun = strict.partial && lastHead !== -1 ? 1 : 0
  assert.equal(marks, strict.ends.length + begun, `the proxy thinks of another number of messages\n${said}`)
  return strict
}

/** Runs `one` for each number below `count`, a few at a time. */
async function spread(count: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await one(index)
  }
  await Promise.all(Array.from({length: Math.min(AT_ONCE, count)}, lane))
}

async function sendInPieces(client: RawClient, bytes: Buffer, random: Random): Promise<void> {
  for (const piece of cutAtRandom(bytes, random, 4)) {
    client.send(piece)
    if (random(4) === 0) await new Promise(resolve => setImmediate(resolve))
  }
}

/** Damaged requests: what reaches the instance is read alike by all, and every client is let go. */
export async function fuzzRequests(
  proxy: TestProxy,
  origin: RawOrigin,
  seed: number,
  count: number,
): Promise<FuzzCounts> {
  const counts: FuzzCounts = {executions: count, passed: 0, refused: 0, broken: 0}
  origin.script = peer => {
    let answered = 0
    peer.socket.on('data', () => {
      const {ends} = boundaries(peer.text, 'request', 'strict')
      for (; answered < ends.length; answered++) peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  }
  await spread(count, async index => {
    const random = seededRandom(seed + index)
    const base = Buffer.concat(
      Array.from({length: 1 + random(3)}, () =>
        pick(random(3) === 0 ? smallRequests : requests.slice(0, validRequests.length), random),
      ),
    )
    const bytes = random(20) === 0 ? base : mutated(base, random, 4)
    const client = proxy.client()
    await sendInPieces(client, bytes, random)
    const leaving = random(10)
    if (leaving < 7) client.end()
    else if (leaving === 7) client.reset()
    await until(
      () => client.over !== undefined,
      () => `seed ${seed + index}: the client is not let go: ${JSON.stringify(bytes.toString('latin1'))}`,
    )
    const seen = assertAgreed(
      client.text,
      'response',
      `seed ${seed + index}, sent: ${JSON.stringify(bytes.toString('latin1').slice(0, 3000))}`,
    )
    for (const status of seen.statuses) status === 200 ? counts.passed++ : counts.refused++
  })
  await proxy.quiet()
  await until(
    () => origin.open === 0,
    () => `${origin.open} connections to the instance are left`,
  )
  for (const {text} of origin.connections.splice(0)) {
    const {partial} = assertAgreed(text, 'request', `seeds from ${seed}`)
    if (partial) counts.broken++
  }
  return counts
}

/** Damaged responses: what reaches the client is read alike by all, and no part of one is given to the next request. */
export async function fuzzResponses(
  proxy: TestProxy,
  origin: RawOrigin,
  seed: number,
  count: number,
): Promise<FuzzCounts> {
  const counts: FuzzCounts = {executions: count, passed: 0, refused: 0, broken: 0}
  origin.script = peer => {
    let read = 0
    peer.socket.on('data', () => {
      const {ends} = boundaries(peer.text, 'request', 'strict')
      for (; read < ends.length; read++) {
        const [, what, number] = /^GET \/(\w+)-(\d+) /.exec(peer.text.slice(ends[read - 1] ?? 0)) ?? []
        if (what === 'next') peer.send(`HTTP/1.1 200 OK\r\nX-Id: ${number}\r\nContent-Length: 4\r\n\r\nnext`)
        else answerDamaged(Number(number))
      }
    })
    const answerDamaged = (number: number) => {
      const random = seededRandom(number)
      const base = pick(random(3) === 0 ? smallResponses : responses.slice(0, validResponses.length), random)
      for (const piece of cutAtRandom(random(20) === 0 ? base : mutated(base, random, 4), random, 3))
        peer.send(piece)
      const leaving = random(10)
      if (leaving < 6) peer.end()
      else if (leaving < 8) setImmediate(() => peer.reset())
    }
  }
  await spread(count, async index => {
    const number = seed + index
    const client = proxy.client()
    client.send(`GET /damaged-${number} HTTP/1.1\r\nHost: example.test\r\n\r\n`)
    const finals = () =>
      boundaries(client.text, 'response', 'strict').statuses.filter(status => status >= 200).length
    const waits = () =>
      `seed ${number}: neither answer nor end: ${JSON.stringify(client.text.slice(0, 2000))}`
    await until(() => client.over !== undefined || finals() > 0, waits)
    if (client.over === undefined) {
      client.send(`GET /next-${number} HTTP/1.1\r\nHost: example.test\r\n\r\n`)
      await until(() => client.over !== undefined || finals() > 1, waits)
    }
    client.end()
    await until(() => client.over !== undefined, waits)
    const {ends, statuses, partial} = assertAgreed(client.text, 'response', `seed ${number}`)
    if (partial) counts.broken++
    const last = statuses.filter(status => status >= 200)
    assert.ok(last.length <= 2, `seed ${number}: more answers than requests: ${client.text}`)
    last[0] !== undefined && /Proxy-Status/.test(client.text.slice(0, ends.at(0)))
      ? counts.refused++
      : counts.passed++
    if (last.length === 2) {
      const second = client.text.slice(ends.at(-2))
      assert.ok(
        second.includes(`X-Id: ${number}\r\n`) || second.includes('Proxy-Status: revproxy-tui'),
        `seed ${number}: the answer to another request: ${JSON.stringify(second)}`,
      )
    }
  })
  await proxy.quiet()
  await until(
    () => origin.open === 0,
    () => `${origin.open} connections to the instance are left`,
  )
  for (const {text} of origin.connections.splice(0)) assertAgreed(text, 'request', `seeds from ${seed}`)
  return counts
}
