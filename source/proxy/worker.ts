/** The data plane's thread: listeners, services and connections, told what to do by messages from control. */
// Longer than our files are: what its messages change is the state of one thread, which its parts would have to share.
import type {Socket} from 'node:net'
import {parentPort, workerData} from 'node:worker_threads'
import type {Config, Listen} from '../config/config.ts'
import {Lane} from '../metrics/lane.ts'
import {RecorderWriter} from '../recorder/writer.ts'
import {Capture} from './capture.ts'
import {Clients, FIRST_REQUEST_MS, MAX_WAITING} from './clients.ts'
import {Deadlines} from './deadlines.ts'
import {type Entrance, plainEntrance} from './entrance.ts'
import {Listeners} from './listeners.ts'
import type {Ask, Configure, Down, Order, SharedCells, Up, WorkerStart} from './messages.ts'
import {RateTable} from './rate-table.ts'
import {RequestIds} from './request-ids.ts'
import {Router} from './router.ts'
import {UpstreamContexts} from './secure-link.ts'
import {Service} from './service.ts'
import {Terminator} from './terminator.ts'
import {settingsOf, type WorkerContext} from './worker-context.ts'

/** Events that repeat are a hint, not a log: one of a kind a second is enough. */
const REPORT_EVERY_MS = 1000

const port = parentPort
if (port === null) throw new Error('the data plane runs in a worker thread only')
const start = workerData as WorkerStart

const lastReports = new Map<string, number>()

function report(event: Up): void {
  if (event.type === 'mistake' || event.type === 'wrong-protocol' || event.type === 'handshake-failed') {
    const now = performance.now()
    if (now - (lastReports.get(event.type) ?? Number.NEGATIVE_INFINITY) < REPORT_EVERY_MS) return
    lastReports.set(event.type, now)
  }
  port?.postMessage(event)
}

const context: WorkerContext = {
  index: start.index,
  ...settingsOf(start.config),
  deadlines: new Deadlines(),
  rates: new RateTable(start.cells.rates, () => performance.timeOrigin + performance.now(), Math.random),
  lane: new Lane(start.cells.proxy, start.index),
  recorder: new RecorderWriter(start.recorder, start.workers),
  capture: undefined,
  ids: idsOf(start.config),
  pseudonym: start.pseudonym,
  router: new Router([]),
  secure: new UpstreamContexts(start.tls),
  connections: 0,
  draining: false,
  patienceMs: 0,
  crowded: false,
  report,
}
const services = new Map<string, Service>()
const clients = new Clients(context, sayIfDrained)
const terminator = new Terminator(
  context,
  start,
  (socket, entrance) => clients.enter(socket, entrance),
  sayIfDrained,
)
let listens = start.listen
/** of plain listeners, as they are in force */
let entrances = new Map<Listen, Entrance>()
const listeners = new Listeners({
  reusePort: start.reusePort,
  enter,
  report,
  inherited: start.inherited,
})
listeners.maxConnections = context.limits.connections + MAX_WAITING
arrange(start.config, start.cells)
for (const order of start.orders) obey(order)
void listeners.use(start.listen).then(failure => {
  if (failure === undefined) report({type: 'listening'})
  else report({type: 'listen-failed', ...failure})
})

function enter(socket: Socket, listen: Listen): void {
  if (listen.tls !== undefined) return terminator.enter(socket, listen)
  let entrance = entrances.get(listen)
  if (entrance === undefined) {
    entrance = plainEntrance(listen, listens)
    entrances.set(listen, entrance)
  }
  clients.enter(socket, entrance)
}

function idsOf({identification}: Config): RequestIds | undefined {
  return identification && new RequestIds(start.idPrefix, identification, Math.random)
}

/** Services by name: those that stay are changed in place, so that nothing in flight notices. */
function arrange(config: Config, cells: SharedCells): void {
  const before = new Map(services)
  services.clear()
  for (const service of config.services) {
    const its = cells.services.get(service.name)
    if (its === undefined) throw new Error(`no shared cells for ${service.name}`)
    const known = before.get(service.name)
    known?.update(service, its)
    services.set(service.name, known ?? new Service(service, its, context))
    before.delete(service.name)
  }
  for (const gone of before.values()) gone.leave()
  for (const service of services.values()) {
    const {split} = service.config
    const other = split === undefined ? undefined : services.get(split.to)
    service.split = split === undefined || other === undefined ? undefined : {...split, other}
  }
  context.router = new Router([...services.values()])
}

/** Between two requests: whatever is routed next is routed by the new configuration. */
function configure({config, cells, tls, listen, orders}: Configure): void {
  Object.assign(context, settingsOf(config))
  context.secure.use(tls)
  terminator.use(tls, listen)
  listens = listen
  entrances = new Map()
  context.ids = idsOf(config)
  listeners.maxConnections = context.limits.connections + MAX_WAITING
  arrange(config, cells)
  for (const order of orders) obey(order)
  if (context.draining) return
  void listeners.use(listen).then(failure => {
    if (failure !== undefined) report({type: 'listen-failed', ...failure})
  })
}

function obey(order: Order): void {
  if (order.type === 'capture') {
    context.capture = order.filter === undefined ? undefined : new Capture(order.filter, start.workers)
    return
  }
  if (order.type === 'rate-limit') return limitRate(order)
  const service = services.get(order.service)
  if (order.type === 'strategy') service?.setStrategy(order.strategy)
  else if (order.type === 'split') service?.setSplitPercent(order.percent)
  else if (order.type === 'weight') service?.setWeight(order.instance, order.weight)
  else if (order.type === 'max-connections') service?.setMaxConnections(order.instance, order.maxConnections)
  else if (order.type === 'faults') service?.setFaults(order.faults)
  else if (service !== undefined) {
    service.selection = order.selection
    if (order.type === 'selectable') service.setSelectable(order.instance, order)
  }
}

function limitRate({service: name, limit}: Extract<Order, {type: 'rate-limit'}>): void {
  const holder = name === undefined ? context : services.get(name)
  if (holder !== undefined) holder.rateLimit = limit
}

function answer(ask: Ask): void {
  const {type: to, number} = ask
  if (to === 'list-listeners') report({type: 'answer', to, number, listeners: listeners.open})
  else if (to === 'list-in-flight') report({type: 'answer', to, number, requests: clients.inFlight()})
  else {
    const {requestBody, responseBody} = context.capture?.bodies(ask.sequence) ?? {}
    report({type: 'answer', to, number, requestBody, responseBody})
  }
}

function drain(idleMs: number): void {
  context.draining = true
  context.patienceMs = idleMs
  listeners.closeAll()
  terminator.drain(idleMs || FIRST_REQUEST_MS)
  clients.drain()
  for (const service of services.values()) for (const instance of service.instances) instance.closeIdle()
  sayIfDrained()
}

function sayIfDrained(): void {
  if (context.draining && clients.count + terminator.count === 0) report({type: 'drained'})
}

port.on('message', (message: Down) => {
  switch (message.type) {
    case 'strategy':
    case 'selectable':
    case 'selection':
    case 'split':
    case 'weight':
    case 'rate-limit':
    case 'max-connections':
    case 'faults':
    case 'capture':
      return obey(message)
    case 'list-in-flight':
    case 'list-listeners':
    case 'tell-bodies':
      return answer(message)
    case 'configure':
      return configure(message)
    case 'prepare':
      void listeners
        .prepare(message.listen)
        .then(failure => report({type: 'prepared', number: message.number, failure}))
      return
    case 'cut-instance': {
      const instance = services.get(message.service)?.named(message.instance)
      if (instance !== undefined) clients.cutOn(instance)
      return
    }
    case 'tls':
      context.secure.use(message.tls)
      return terminator.use(message.tls)
    case 'drain':
      return drain(message.idleMs)
    case 'cut':
      if (!context.draining) drain(0)
      terminator.cut()
      return clients.cut()
    case 'ping':
      return report({type: 'alive'})
  }
})
