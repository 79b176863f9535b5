/** The data plane's thread: listeners, services and connections, told what to do by messages from control. */
import {BlockList, createServer, isIP, type Server} from 'node:net'
import {parentPort, workerData} from 'node:worker_threads'
import type {Listen} from '../config/config.ts'
import {Lane} from '../metrics/lane.ts'
import {RecorderWriter} from '../recorder/writer.ts'
import {Capture} from './capture.ts'
import {Clients, MAX_WAITING} from './clients.ts'
import {Deadlines} from './deadlines.ts'
import type {Ask, Down, Order, Up, WorkerStart} from './messages.ts'
import {Router} from './router.ts'
import {Service} from './service.ts'
import type {WorkerContext} from './worker-context.ts'

/** Events that repeat are a hint, not a log: one of a kind a second is enough. */
const REPORT_EVERY_MS = 1000

const port = parentPort
if (port === null) throw new Error('the data plane runs in a worker thread only')
const start = workerData as WorkerStart
const {config, cells} = start

const lastReports = new Map<string, number>()

function report(event: Up): void {
  if (event.type === 'mistake' || event.type === 'wrong-protocol') {
    const now = performance.now()
    if (now - (lastReports.get(event.type) ?? Number.NEGATIVE_INFINITY) < REPORT_EVERY_MS) return
    lastReports.set(event.type, now)
  }
  port?.postMessage(event)
}

const {limits} = config
const context: WorkerContext = {
  index: start.index,
  limits,
  requestLimits: {firstLine: limits.requestLine, head: limits.head},
  upstreamLimits: {firstLine: limits.upstreamHead, head: limits.upstreamHead},
  timeouts: config.timeouts,
  deadlines: new Deadlines(),
  lane: new Lane(cells.proxy, start.index),
  recorder: new RecorderWriter(start.recorder, start.workers),
  capture: undefined,
  forwardsTrace: config.forwardsTrace,
  trusted: blockListOf(config.trustedProxies),
  pseudonym: start.pseudonym,
  router: new Router([]),
  connections: 0,
  draining: false,
  crowded: false,
  report,
}
const services = new Map(
  config.services.map((service, index) => [service.name, new Service(service, index, cells, context)]),
)
context.router = new Router([...services.values()])
for (const order of start.orders) obey(order)

const clients = new Clients(context, sayIfDrained)
const servers: Server[] = []
let waiting = start.listen.length
for (const listen of start.listen) servers.push(open(listen))

function open(listen: Listen): Server {
  const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
    clients.enter(socket)
  })
  server.maxConnections = limits.connections + MAX_WAITING
  // Not only while it begins to listen: accepting can fail later, for want of files for instance.
  server.on('error', (error: NodeJS.ErrnoException) => {
    const address = `${listen.address}:${listen.port}`
    report({type: 'listen-failed', address, code: error.code ?? '', message: error.message})
  })
  server.listen({host: listen.address, port: listen.port, reusePort: start.reusePort, backlog: 1024}, () => {
    if (--waiting === 0) report({type: 'listening'})
  })
  return server
}

function obey(order: Order): void {
  if (order.type === 'capture') {
    context.capture = order.filter === undefined ? undefined : new Capture(order.filter, start.workers)
    return
  }
  const service = services.get(order.service)
  if (order.type === 'strategy') service?.setStrategy(order.strategy)
  else service?.setSelectable(order.instance, order.selectable)
}

function answer(ask: Ask): void {
  const {type: to, number} = ask
  if (to === 'list-in-flight') report({type: 'answer', to, number, requests: clients.inFlight()})
  else {
    const {requestBody, responseBody} = context.capture?.bodies(ask.sequence) ?? {}
    report({type: 'answer', to, number, requestBody, responseBody})
  }
}

function drain(): void {
  context.draining = true
  for (const server of servers) server.close()
  clients.drain()
  for (const service of services.values()) for (const instance of service.instances) instance.closeIdle()
  sayIfDrained()
}

function sayIfDrained(): void {
  if (context.draining && clients.count === 0) report({type: 'drained'})
}

port.on('message', (message: Down) => {
  switch (message.type) {
    case 'strategy':
    case 'selectable':
    case 'capture':
      return obey(message)
    case 'list-in-flight':
    case 'tell-bodies':
      return answer(message)
    case 'drain':
      return drain()
    case 'cut':
      if (!context.draining) drain()
      return clients.cut()
    case 'ping':
      return report({type: 'alive'})
  }
})

function blockListOf(blocks: readonly string[]): BlockList | undefined {
  if (blocks.length === 0) return undefined
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}
