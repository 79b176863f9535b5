/** What we let through, Node's parser must let through and read alike: where two readers differ, a request is smuggled. */
import assert from 'node:assert/strict'
import {METHODS} from 'node:http'
import {test} from 'node:test'
import {Form, type FormKind} from '../../source/http1/chunked.ts'
import {Framing} from '../../source/http1/framing.ts'
import type {HeadKind} from '../../source/http1/head-collector.ts'
import {pick, type Random, seededRandom} from '../random.ts'
import {type Forwarded, forwarded} from './forwarded.ts'
import {cutAtRandom, mutated} from './mutate.ts'
import {type NastyMessage, nastyRequests, nastyResponses} from './nasty.ts'
import {type NodeMessage, type NodeReading, nodeRequests, nodeResponses} from './node-parser.ts'
import {bytesOf, decodedChunks, type Message, type Reading, readMessages} from './read-messages.ts'
import {type ValidStream, validRequests, validResponses} from './valid.ts'

// To hunt for longer: CASES=100000 SEED=7.
const CASES = Number(process.env.CASES ?? 5000)

/** Status lines without the space that should be there are read as if it were. */
function startLine({head}: Message): string {
  return head.slice(0, head.indexOf('\r\n')).replace(/^HTTP\/1\.[01] \d{3}$/, '$& ')
}

function isInterim({head}: Message): boolean {
  return head.startsWith('1', 9)
}

const asNodeSays = (message: Message) => ({
  startLine: startLine(message),
  fields: message.fields,
  payload: message.body,
})

function withoutTrailers({startLine, fields, payload}: NodeMessage): unknown {
  return {startLine, fields, payload}
}

/** `bytes` as they come; `ours` as payload, `wire` as it is passed on. */
interface Case {
  readonly bytes: Buffer
  readonly ours: Reading
  readonly wire: Reading
  readonly node: NodeReading
}

/** Why Node may refuse a message that we let through; undefined: it may not. */
function excuse({bytes, ours, wire}: Case, index: number, message: Message): string | undefined {
  const before = ours.messages[index - 1]
  const text = bytes.toString('latin1', before?.end ?? 0, message.end)
  const body = text.slice(text.indexOf(message.head) + message.head.length)
  const method = /^[^ /]+(?= )/.exec(message.head)?.[0]
  if (method !== undefined && !METHODS.includes(method))
    return 'RFC 9110 §9.1: any token is a method; llhttp has a list'
  if (message.framing === Framing.CHUNKED && body !== wire.messages[index]?.body)
    return 'RFC 9112 §7.1.1, RFC 9110 §6.5.1: white space and obs-text in extensions, and any trailer; we cut them out'
  if (before !== undefined && isInterim(before) && !before.persistent)
    return 'RFC 9112 §9.6: close speaks of the end of the response, and a 1xx is not its end'
  return undefined
}

/** Every message that we read was read alike by Node, which saw no more of them than we did, and no fewer but for an excuse. */
function agree(one: Case): void {
  const {bytes, ours, node} = one
  const context = `${JSON.stringify(bytes.toString('latin1'))}\nours: ${ours.refusal}, Node: ${node.error}`
  for (const [index, message] of ours.messages.entries()) {
    const theirs = node.messages[index]
    if (theirs === undefined) {
      assert.ok(excuse(one, index, message), `Node refuses message ${index}: ${context}`)
      return
    }
    assert.deepEqual(withoutTrailers(theirs), asNodeSays(message), context)
  }
  if (ours.refusal === undefined)
    assert.equal(node.messages.length, ours.messages.length, `Node reads more: ${context}`)
}

function lines(section: string): string[][] {
  const text = (line: string) => /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line)?.slice(1) ?? []
  return section.split('\r\n').slice(0, -1).map(text)
}

/** What goes on to the other side is one message, read there as we read it here. */
async function passedOnAlike(kind: HeadKind, {wire, ours}: Case, method: string): Promise<void> {
  for (const [index, message] of wire.messages.entries()) {
    // Node gives no opinion on an interim response alone.
    if (kind === 'response' && isInterim(message)) continue
    const payload = ours.messages[index]?.body ?? ''
    const sent: Forwarded = forwarded(kind, message, method)
    if (kind === 'request' && !METHODS.includes(sent.startLine.split(' ')[0] ?? '')) continue
    const pieces = [bytesOf(sent.head + message.body)]
    const node = kind === 'request' ? await nodeRequests(pieces) : await nodeResponses(pieces, method)
    const context = `${JSON.stringify(sent.head + message.body)}\nNode: ${node.error}`
    assert.equal(node.error, undefined, context)
    const trailers = message.framing === Framing.CHUNKED ? decodedChunks(message.body).trailers : ''
    assert.deepEqual(
      node.messages.map(read => [read.startLine, read.payload, read.trailers]),
      [[sent.startLine, payload, lines(trailers)]],
      context,
    )
  }
}

interface Source {
  readonly bytes: Buffer
  readonly method: string
}

function sources(valid: readonly ValidStream[], nasty: readonly NastyMessage[]): Source[] {
  const short = nasty.filter(({bytes}) => bytes.length < 1000)
  return [
    ...valid.map(({text, methods}) => ({bytes: bytesOf(text), method: methods?.[0] ?? 'GET'})),
    ...short,
  ]
}

/** All as they are, then mutated; twice as often the valid ones, which come first. */
function* cases(
  pool: readonly Source[],
  valid: number,
  random: Random,
): Generator<Source & {pieces: Buffer[]}> {
  for (const {bytes, method} of pool) yield {bytes, method, pieces: [bytes]}
  for (let index = 0; index < CASES; index++) {
    const {bytes, method} = pick(random(3) === 0 ? pool : pool.slice(0, valid), random)
    const damaged = mutated(bytes, random)
    yield {bytes: damaged, method, pieces: cutAtRandom(damaged, random)}
  }
}

/** Feeds all cases of one kind to both readers; gives how many messages both accepted. */
async function compare(
  kind: HeadKind,
  pool: readonly Source[],
  valid: number,
  seed: number,
): Promise<number> {
  let accepted = 0
  for (const {bytes, method, pieces} of cases(pool, valid, seededRandom(seed))) {
    const read = (form: FormKind) => {
      const reading = readMessages(pieces, {kind, form, methods: [method]})
      return kind === 'request' ? reading : firstResponse(reading)
    }
    const node = kind === 'request' ? await nodeRequests(pieces) : await nodeResponses(pieces, method)
    const one: Case = {bytes, ours: read(Form.PAYLOAD), wire: read(Form.WIRE), node}
    agree(one)
    await passedOnAlike(kind, one, method)
    accepted += one.ours.messages.length
  }
  return accepted
}

/** A client's connection has one request, so only the messages up to the first final response count. */
function firstResponse(reading: Reading): Reading {
  const final = reading.messages.findIndex(
    message => !isInterim(message) || message.head.startsWith('101', 9),
  )
  return final === -1
    ? reading
    : {...reading, refusal: undefined, messages: reading.messages.slice(0, final + 1)}
}

test('requests: what we accept, Node accepts and reads alike, before and after forwarding', async () => {
  const pool = sources(validRequests, nastyRequests())
  const accepted = await compare('request', pool, validRequests.length, Number(process.env.SEED ?? 9112))
  assert.ok(
    accepted > CASES / 5,
    `only ${accepted} messages were accepted: the cases are too damaged to say much`,
  )
})

test('responses: what we accept, Node accepts and reads alike, before and after forwarding', async () => {
  const pool = sources(validResponses, nastyResponses())
  const accepted = await compare('response', pool, validResponses.length, Number(process.env.SEED ?? 9110))
  assert.ok(
    accepted > CASES / 5,
    `only ${accepted} messages were accepted: the cases are too damaged to say much`,
  )
})
