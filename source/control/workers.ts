/** The worker threads: started, told, listened to, watched, and replaced when they die. */
import {Worker} from 'node:worker_threads'
import type {Config, Listen} from '../config/config.ts'
import type {Down, Order, SharedCells, Up, WorkerStart} from '../proxy/messages.ts'
import type {RecorderCells} from '../recorder/layout.ts'

const PING_MS = 1000
/** Without an answer to a ping for so long, a worker is stuck: said once, and then it is replaced. */
const STUCK_MS = 5000
const REPLACE_MS = 30_000
const RESPAWN_MS = 100
const RESPAWN_MAX_MS = 5000

export interface WorkersOptions {
  readonly count: number
  readonly config: Config
  readonly listen: readonly Listen[]
  readonly reusePort: boolean
  readonly cells: SharedCells
  /** one worker's each */
  readonly recorders: readonly RecorderCells[]
  readonly pseudonym: string
  /** the orders that hold now, for a worker that starts */
  readonly orders: () => readonly Order[]
  readonly event: (event: Up, worker: number) => void
  /** a worker is gone and will be replaced */
  readonly died: (worker: number, cause: string) => void
  readonly stuck: (worker: number) => void
}

interface Slot {
  worker: Worker | undefined
  listening: boolean
  lastAliveAt: number
  saidStuck: boolean
  deaths: number
}

export class Workers {
  readonly #options: WorkersOptions
  readonly #slots: Slot[] = []
  readonly #timer: NodeJS.Timeout
  #ending = false

  constructor(options: WorkersOptions) {
    this.#options = options
    for (let index = 0; index < options.count; index++) {
      this.#slots.push({worker: undefined, listening: false, lastAliveAt: 0, saidStuck: false, deaths: 0})
      this.#spawn(index)
    }
    this.#timer = setInterval(() => this.#watch(), PING_MS)
  }

  get allListening(): boolean {
    return this.#slots.every(slot => slot.listening)
  }

  post(message: Down): void {
    for (const {worker} of this.#slots) worker?.postMessage(message)
  }

  /** Ends all threads. */
  async end(): Promise<void> {
    this.#ending = true
    clearInterval(this.#timer)
    await Promise.all(this.#slots.map(slot => slot.worker?.terminate()))
  }

  #spawn(index: number): void {
    const slot = this.#slots[index]
    if (slot === undefined || this.#ending) return
    const {count, config, listen, reusePort, cells, recorders, pseudonym, orders} = this.#options
    const recorder = recorders[index]
    if (recorder === undefined) return
    const workerData: WorkerStart = {
      index,
      config,
      listen,
      reusePort,
      cells,
      recorder,
      workers: count,
      pseudonym,
      orders: orders(),
    }
    const worker = new Worker(new URL('../proxy/worker.js', import.meta.url), {
      workerData,
      name: `proxy ${index + 1}`,
    })
    slot.worker = worker
    slot.lastAliveAt = performance.now()
    slot.saidStuck = false
    let cause = 'it ended by itself'
    worker.on('message', (event: Up) => this.#heard(event, index))
    worker.on('error', error => {
      cause = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', () => this.#exited(index, cause))
  }

  #heard(event: Up, index: number): void {
    const slot = this.#slots[index]
    if (slot === undefined) return
    slot.lastAliveAt = performance.now()
    if (event.type === 'listening') slot.listening = true
    if (event.type === 'alive') slot.saidStuck = false
    else this.#options.event(event, index)
  }

  #exited(index: number, cause: string): void {
    const slot = this.#slots[index]
    if (slot === undefined || this.#ending) return
    slot.worker = undefined
    slot.listening = false
    this.#options.died(index, cause)
    const waitMs = Math.min(RESPAWN_MAX_MS, RESPAWN_MS * 2 ** slot.deaths++)
    setTimeout(() => this.#spawn(index), waitMs)
  }

  #watch(): void {
    const now = performance.now()
    this.#slots.forEach((slot, index) => {
      const silentMs = now - slot.lastAliveAt
      if (slot.worker === undefined) return
      if (silentMs > STUCK_MS && !slot.saidStuck) {
        slot.saidStuck = true
        this.#options.stuck(index)
      }
      if (silentMs > REPLACE_MS) void slot.worker.terminate()
      slot.worker.postMessage({type: 'ping'} satisfies Down)
    })
  }
}
