/** What the clients of the soak do, good and bad, each checked for what it got. */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {nastyRequests} from '../http1/nasty.ts'
import {pick, type Random} from '../random.ts'
import {RawClient} from './raw-client.ts'
import {faultNames, pattern} from './soak-origin.ts'
import {until} from './until.ts'

const host = 'Host: api.test\r\n'
const nasty = nastyRequests('api.test').map(({bytes}) => bytes)

function body(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

/** Instances die and are killed all the time: such an answer is right, too. */
function failedUpstream(client: RawClient): boolean {
  return client.statuses.some(status => status >= 502)
}

/** A whole response that says Connection: close; a broken one is right only when an instance was killed. */
async function whole(client: RawClient, expected: string): Promise<void> {
  await client.closed
  if (failedUpstream(client)) return
  const got = body(client.text)
  if (got.length < expected.length && expected.startsWith(got)) return
  assert.ok(
    got === expected,
    `another body: ${got.length} bytes of ${expected.length}, ${JSON.stringify(client.text.slice(0, 300))}`,
  )
}

const deeds = {
  get: async (client: RawClient, random: Random) => {
    const number = random(1e6)
    client.send(`GET /echo-${number} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
    await whole(client, `${number} d41d8cd98f00b204e9800998ecf8427e`)
  },
  kept: async (client: RawClient, random: Random) => {
    for (let round = 1; round <= 10; round++) {
      const number = random(1e6)
      client.send(`GET /echo-${number} HTTP/1.1\r\n${host}\r\n`)
      await until(() => client.statuses.length >= round || client.over !== undefined)
      if (client.over !== undefined || failedUpstream(client)) return
      await client.has(`${number} d41d8`)
    }
  },
  pipeline: async (client: RawClient, random: Random) => {
    const numbers = Array.from({length: 8}, () => random(1e6))
    client.send(numbers.map(number => `GET /echo-${number} HTTP/1.1\r\n${host}\r\n`).join(''))
    client.end()
    await client.closed
    if (failedUpstream(client)) return
    const got = [...client.text.matchAll(/(\d+) d41d8cd98f00b204e9800998ecf8427e/g)].map(([, number]) =>
      Number(number),
    )
    assert.deepEqual(got, numbers.slice(0, got.length))
  },
  upload: async (client: RawClient, random: Random) => {
    const bytes = pattern(random(300_000), random(1e6))
    client.send(`POST /sum-1 HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    for (let at = 0; at < bytes.length; at += 20_000) {
      client.send(bytes.subarray(at, at + 20_000))
      if (random(4) === 0) await sleep(1)
    }
    await whole(client, `1 ${createHash('md5').update(bytes).digest('hex')}`)
  },
  download: async (client: RawClient, random: Random) => {
    const size = random(2_000_000)
    client.send(`GET /bytes-${size} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
    for (let pauses = random(5); pauses > 0; pauses--) {
      client.socket.pause()
      await sleep(random(50))
      client.socket.resume()
      await sleep(1)
    }
    await whole(client, pattern(size, size).toString('latin1'))
  },
  old: async (client: RawClient, random: Random) => {
    const size = random(100_000)
    client.send(`GET /chunks-${size} HTTP/1.0\r\n${host}\r\n`)
    await whole(client, pattern(size, size).toString('latin1'))
  },
  tunnel: async (client: RawClient, random: Random) => {
    client.send(`GET /tunnel HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: echo\r\n\r\n`)
    await client.answered()
    if (failedUpstream(client)) return
    const text = pattern(random(200_000), 1).toString('latin1')
    client.send(text)
    client.end()
    await client.closed
    assert.ok(text.startsWith(body(client.text)), 'a tunnel changed what passed')
  },
  fault: async (client: RawClient, random: Random) => {
    client.send(`GET /${pick(faultNames, random)} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
    await client.closed
    assert.doesNotMatch(client.text, /poison/)
  },
  earlyAnswer: async (client: RawClient) => {
    client.send(`POST /early HTTP/1.1\r\n${host}Content-Length: 1000000\r\n\r\n`)
    client.send(Buffer.alloc(50_000))
    await client.answered()
  },
  nasty: async (client: RawClient, random: Random) => {
    client.send(pick(nasty, random))
    client.end()
    await client.closed
    assert.ok(client.statuses.every(status => status >= 400))
  },
  leave: async (client: RawClient, random: Random) => {
    client.send(`POST /sum-1 HTTP/1.1\r\n${host}Content-Length: 100000\r\n\r\n`.slice(0, random(100)))
    if (random(2) === 0) client.send(Buffer.alloc(random(100_000)))
    await sleep(random(20))
    if (random(2) === 0) client.reset()
    else client.destroy()
  },
  leaveResponse: async (client: RawClient, random: Random) => {
    client.send(`GET /bytes-1000000 HTTP/1.1\r\n${host}\r\n`)
    await sleep(random(20))
    if (random(2) === 0) client.reset()
    else client.destroy()
  },
} satisfies Record<string, (client: RawClient, random: Random) => Promise<void>>

export const deedNames = Object.keys(deeds) as ReadonlyArray<keyof typeof deeds>

/** Does one thing on a connection of its own. @throws AssertionError */
export async function doOne(port: number, random: Random): Promise<keyof typeof deeds> {
  const name = pick(deedNames, random)
  const client = new RawClient(port)
  try {
    await deeds[name](client, random)
  } finally {
    client.destroy()
  }
  return name
}
