/** What a demo instance answers, by path: one table. */
import type {IncomingMessage, ServerResponse} from 'node:http'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {setTimeout as delay} from 'node:timers/promises'
import type {InstancePlan} from './messages.ts'

export interface Exchange {
  readonly plan: InstancePlan
  readonly path: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** closes the server for so many milliseconds */
  readonly die: (downMs: number) => void
}

type Route = (exchange: Exchange) => Promise<void>

const routes: Readonly<Record<string, Route>> = {
  '/': hello,
  '/health': health,
  '/slow': slow,
  '/fail': fail,
  '/large': large,
  '/events': events,
  '/echo': echo,
  '/die': die,
}

/** Paths below this one answer with a little JSON, so that traffic can look like that of a real service. */
const apiPrefix = '/api/'

export function routeOf(path: string): Route {
  if (path.startsWith(apiPrefix)) return api
  return (Object.hasOwn(routes, path) ? routes[path] : undefined) ?? notFound
}

/** A whole number from the query, between 0 and `most`; `otherwise` when it is absent or no number. */
function amount({query}: Exchange, name: string, otherwise: number, most: number): number {
  const asked = Number.parseInt(query.get(name) ?? '', 10)
  return Number.isNaN(asked) ? otherwise : Math.min(Math.max(asked, 0), most)
}

function send({response}: Exchange, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {'content-type': type, 'content-length': Buffer.byteLength(body)}).end(body)
}

const sendJson = (exchange: Exchange, body: unknown) =>
  send(exchange, 200, `${JSON.stringify(body)}\n`, 'application/json')

async function hello(exchange: Exchange) {
  send(exchange, 200, `Hello from ${exchange.plan.service} on ${exchange.plan.key}\n`)
}

async function health(exchange: Exchange) {
  send(exchange, 200, 'OK\n')
}

/** After `?ms=` milliseconds: about a second, a minute at most. */
async function slow(exchange: Exchange) {
  const ms = amount(exchange, 'ms', 1_000, 60_000)
  await delay(ms)
  send(exchange, 200, `${exchange.plan.key} took ${ms} ms\n`)
}

async function fail(exchange: Exchange) {
  send(exchange, 500, `${exchange.plan.key} fails because you asked it to\n`)
}

const block = Buffer.alloc(65_536, 'All work and no play makes a proxy a dull program.\n')

/** `?bytes=` bytes of text: 1 MiB, 1 GiB at most. Made while it is sent, as fast as the client takes it. */
async function large(exchange: Exchange) {
  const bytes = amount(exchange, 'bytes', 1_048_576, 1_073_741_824)
  const {response} = exchange
  response.writeHead(200, {'content-type': 'text/plain', 'content-length': bytes})
  await pipeline(Readable.from(blocks(bytes)), response)
}

function* blocks(bytes: number) {
  for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length))
}

const eventIntervalMs = 1_000
const eventCount = 30

/** An event stream: one event a second, for half a minute. */
async function events({plan, response}: Exchange) {
  response.writeHead(200, {'content-type': 'text/event-stream', 'cache-control': 'no-store'})
  for (let number = 1; number <= eventCount && !response.destroyed; number++) {
    response.write(`id: ${number}\ndata: event ${number} of ${eventCount} from ${plan.key}\n\n`)
    await delay(eventIntervalMs)
  }
  response.end()
}

/** The request as it arrived here, so that one sees what the proxy made of it. Streams: a body of any size. */
async function echo({request, response}: Exchange) {
  response.writeHead(200, {'content-type': 'text/plain; charset=utf-8'})
  response.write(`${request.method} ${request.url} HTTP/${request.httpVersion}\n`)
  const {rawHeaders} = request
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    response.write(`${rawHeaders[index]}: ${rawHeaders[index + 1]}\n`)
  }
  response.write('\n')
  await pipeline(request, response)
}

/** Goes down for `?ms=` milliseconds, 20 s unless told, ten minutes at most; the answer is sent first. */
async function die(exchange: Exchange) {
  const ms = amount(exchange, 'ms', 20_000, 600_000)
  exchange.response.once('close', () => exchange.die(ms))
  exchange.response.setHeader('connection', 'close')
  send(exchange, 200, `${exchange.plan.key} goes down now and comes back in ${ms / 1_000} s\n`)
}

async function api(exchange: Exchange) {
  await delay(2 + Math.random() * 20)
  sendJson(exchange, {path: exchange.path, instance: exchange.plan.key})
}

async function notFound(exchange: Exchange) {
  const known = [...Object.keys(routes), `${apiPrefix}…`].join(' ')
  send(exchange, 404, `Nothing at this path. There is: ${known}\n`)
}
