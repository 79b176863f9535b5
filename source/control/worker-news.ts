/** What workers tell of themselves, and what becomes of it. */
import type {Up} from '../proxy/messages.ts'
import type {Asks} from './asks.ts'
import type {Ejections} from './ejections.ts'
import type {EventLog} from './event-log.ts'
import type {Health} from './health.ts'
import type {Leaving} from './leaving.ts'
import {ListenError} from './listen-probe.ts'
import type {PrepareRounds} from './prepare-rounds.ts'
import type {Topology} from './topology.ts'

export interface WorkerNewsOptions {
  readonly events: EventLog
  readonly asks: Asks
  readonly rounds: PrepareRounds
  readonly health: Health
  readonly ejections: Ejections
  readonly topology: Topology
  readonly leaving: Leaving
  allListening(): boolean
}

export class WorkerNews {
  readonly #options: WorkerNewsOptions
  /** while the first of them start */
  #ready: PromiseWithResolvers<void> | undefined

  constructor(options: WorkerNewsOptions) {
    this.#options = options
  }

  /** Resolves when all of them listen. @throws ListenError */
  listening(): Promise<void> {
    const ready = Promise.withResolvers<void>()
    this.#ready = ready
    return ready.promise.finally(() => {
      this.#ready = undefined
    })
  }

  heard(event: Up, worker: number): void {
    const {events, asks, rounds, health, leaving} = this.#options
    switch (event.type) {
      case 'listening':
        return this.#listens(worker)
      case 'listen-failed': {
        const error = new ListenError(event.address, event.code, event.message)
        if (this.#ready === undefined) events.add('bad', 'proxy', error.message, `worker ${worker + 1}`)
        else this.#ready.reject(error)
        return
      }
      case 'drained':
        return leaving.drained(worker)
      case 'connect-failed':
        void health.checkNow(`${event.service}/${event.instance}`)
        return
      case 'eject':
        return this.#eject(event)
      case 'mistake': {
        const text = `a mistake of the proxy cost one connection: ${event.text}`
        events.add('bad', 'proxy', text, `worker ${worker + 1}`)
        return
      }
      case 'wrong-protocol':
      case 'handshake-failed':
        events.add('warning', 'proxy', event.text, 'client')
        return
      case 'answer':
        return asks.heard(event)
      case 'prepared':
        return rounds.heard(event, worker)
      case 'alive':
        return
    }
  }

  stuck(worker: number, stuck: boolean): void {
    const text = stuck ? 'does not answer' : 'answers again'
    this.#options.events.add(stuck ? 'bad' : 'good', 'proxy', `worker ${worker + 1} ${text}`, 'watchdog')
  }

  died(worker: number, cause: string): void {
    const {events, asks, rounds, topology, leaving} = this.#options
    asks.lost(worker)
    rounds.lost(worker)
    const before = topology.total.inFlight
    topology.settle(worker)
    const lost = before - topology.total.inFlight
    events.add(
      'bad',
      'proxy',
      `worker ${worker + 1} died with ${lost} requests in flight: ${cause}`,
      'watchdog',
    )
    leaving.lost(worker)
    this.#ready?.reject(new Error(`worker ${worker + 1} could not start: ${cause}`))
  }

  #listens(worker: number): void {
    const {events, allListening} = this.#options
    if (this.#ready === undefined) events.add('good', 'proxy', `worker ${worker + 1} is back`, 'watchdog')
    else if (allListening()) this.#ready.resolve()
  }

  #eject(event: Extract<Up, {type: 'eject'}>): void {
    const {topology, ejections} = this.#options
    const service = topology.services.get(event.service)
    const model = service?.instances.get(event.instance)
    if (service !== undefined && model !== undefined) ejections.eject(service, model, event.reason)
  }
}
