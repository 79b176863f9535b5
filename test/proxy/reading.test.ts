/** Clients are read into memory that they share where Node lets us, and through its streams elsewhere: nothing is mixed up. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {get, ok, pair, post} from './harness.ts'
import {WorkerThreads} from './worker-thread.ts'

// A socket that has read something already is left to its stream, so this turns the other way off for all.
const throughStreams = `
  globalThis.asked = 0
  Object.defineProperty(process.getBuiltinModule('net').Socket.prototype, 'readableLength', {
    get: () => ++globalThis.asked,
  })`

const ways = ['into memory of ours', 'through streams'] as const

async function reading(t: TestContext, way: (typeof ways)[number]) {
  const workers = new WorkerThreads()
  t.after(() => workers.end())
  const {proxy, origin} = await pair(t)
  await workers.running(1)
  if (way === 'through streams') await workers.evaluate(throughStreams)
  return {proxy, origin, asked: () => workers.evaluate('globalThis.asked')}
}

for (const way of ways) {
  test(`${way}: heads and bodies in pieces, of clients that take turns, come whole`, async t => {
    const {proxy, origin, asked} = await reading(t, way)
    const letters = ['a', 'b', 'c']
    const clients = letters.map(letter => {
      const body = letter.repeat(200_000)
      const text = post(body, `X-Letter: ${letter.repeat(500)}`)
      return {client: proxy.client(), text, body}
    })
    origin.script = peer => peer.socket.on('data', () => peer.text.length > 200_500 && peer.send(ok('done')))
    // Cut in the head, in the fields, in what is kept for another attempt, and in what is not.
    const cuts = [10, 300, 700, 30_000, 66_000, 120_000, 201_000]
    for (const [index, cut] of cuts.entries()) {
      for (const {client, text} of clients) {
        const piece = text.slice(cuts[index - 1] ?? 0, cut)
        await new Promise(resolve => client.socket.write(piece, 'latin1', resolve))
      }
    }
    for (const {client} of clients) await client.answered()
    for (const {body} of clients) {
      const found = origin.connections.filter(({text}) => text.endsWith(`\r\n\r\n${body}`))
      assert.equal(found.length, 1, `the body of ${body[0]} came ${found.length} times`)
      assert.match(found[0]?.text ?? '', new RegExp(`X-Letter: ${body[0]}{500}\r\n`))
    }
    if (way === 'through streams') assert.ok(Number(await asked()) >= 3, 'this went the other way')
    else assert.equal(await asked(), undefined)
  })

  test(`${way}: a pipeline is answered in order while others ask`, async t => {
    const {proxy, origin} = await reading(t, way)
    origin.script = peer =>
      peer.socket.on('data', () => {
        const target = peer.text.slice(peer.text.lastIndexOf('GET ')).split(' ')[1] ?? ''
        peer.send(ok(`${target};`))
      })
    const [one, other] = [proxy.client(), proxy.client()]
    one.send(get('/1') + get('/2') + get('/3').slice(0, 20))
    other.send(get('/other'))
    await other.answered()
    await one.answered(2)
    one.send(get('/3').slice(20))
    await one.answered(3)
    assert.deepEqual(
      [...one.text.matchAll(/\r\n\r\n(\/\w+);/g)].map(([, target]) => target),
      ['/1', '/2', '/3'],
    )
  })

  test(`${way}: what comes right after an Upgrade, and tunnels side by side`, async t => {
    const {proxy, origin} = await reading(t, way)
    const upgrade = get('/ws', 'Connection: Upgrade', 'Upgrade: websocket')
    const [one, other] = [proxy.client(), proxy.client()]
    one.send(`${upgrade}early-one `)
    const first = await origin.asked()
    other.send(`${upgrade}early-other `)
    const second = await origin.asked()
    for (const peer of [first, second])
      peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await one.answered()
    await other.answered()
    for (let turn = 0; turn < 20; turn++) {
      one.send(`one-${turn} `)
      other.send(`other-${turn} `)
    }
    one.send('end')
    other.send('end')
    await first.has(/end$/)
    await second.has(/end$/)
    const turns = (name: string) => Array.from({length: 20}, (_, turn) => `${name}-${turn} `).join('')
    assert.ok(first.text.endsWith(`early-one ${turns('one')}end`))
    assert.ok(second.text.endsWith(`early-other ${turns('other')}end`))
  })
}
