/** The worker threads: started, told, listened to, watched, and replaced when they die. */
// Longer than our files are: a worker's life from its start to its replacement is one state.
import {Worker} from 'node:worker_threads'
import type {Configure, Down, InheritedSocket, Up, WorkerStart} from '../proxy/messages.ts'
import type {RecorderCells} from '../recorder/layout.ts'
import {messageOf} from '../thrown.ts'
import type {Shares} from './shares.ts'

/** How workers are watched. Pings are counted, not time: a machine or a process that slept has not lost a worker. */
export interface Watchdog {
  readonly pingMs: number
  /** so many pings without an answer, and a worker is stuck: that is said once */
  readonly stuckAfter: number
  /** so many, and it is replaced */
  readonly replaceAfter: number
}

const defaultWatchdog: Watchdog = {pingMs: 1000, stuckAfter: 5, replaceAfter: 30}
/**
 * V8's new generation in a worker, three spaces of up to 8 MiB: what a request allocates is dead at its end, and in a space
 * that fits the processor's cache the next one finds its memory there; a smaller one is collected too often where each
 * request has a new connection, whose objects all outlive a collection.
 */
const YOUNG_MEBIBYTES = 24
const RESPAWN_MS = 100
const RESPAWN_MAX_MS = 5000
/** A worker that lived so long did not die of what killed the one before it. */
const LONG_LIFE_MS = 60_000

export interface WorkersOptions {
  readonly count: number
  readonly reusePort: boolean
  /** what is in force now, for a worker that starts */
  readonly current: () => Omit<Configure, 'type'>
  /** one worker's each */
  readonly recorders: readonly RecorderCells[]
  readonly pseudonym: string
  /** sockets that listen already */
  readonly shares: Shares
  readonly idPrefix: string
  readonly event: (event: Up, worker: number) => void
  /** a worker is gone and will be replaced */
  readonly died: (worker: number, cause: string) => void
  /** a worker has not answered for some time, or does so again */
  readonly stuck: (worker: number, stuck: boolean) => void
  readonly watchdog?: Watchdog | undefined
}

/** What can be seen of a worker from outside. */
export interface WorkerReading {
  /** counted from 1, as in events */
  readonly worker: number
  readonly listening: boolean
  /** it has not answered for some time */
  readonly stuck: boolean
  /** how many died or were replaced in this place */
  readonly restarts: number
  /** in which the event loop of the one that runs now was busy */
  readonly activeSeconds: number
  /** how long it took to answer the last ping that it answered */
  readonly answerSeconds: number
}

interface Slot {
  worker: Worker | undefined
  listening: boolean
  startedAt: number
  /** pings sent since its last sign of life */
  unanswered: number
  saidStuck: boolean
  /** told to end, as it did not answer: what still comes from it, like answers that were under way, saves it no more */
  givenUp: boolean
  /** in a row, each soon after its start */
  deaths: number
  restarts: number
  pingedAt: number
  answerMs: number
}

export class Workers {
  readonly #options: WorkersOptions
  readonly #slots: Slot[] = []
  readonly #timer: NodeJS.Timeout
  readonly #watchdog: Watchdog
  #draining = false
  #ending = false

  constructor(options: WorkersOptions) {
    this.#options = options
    for (let index = 0; index < options.count; index++) {
      this.#slots.push({
        worker: undefined,
        listening: false,
        startedAt: 0,
        unanswered: 0,
        saidStuck: false,
        givenUp: false,
        deaths: 0,
        restarts: 0,
        pingedAt: 0,
        answerMs: 0,
      })
      this.#spawn(index, options.shares.first(index))
    }
    this.#watchdog = options.watchdog ?? defaultWatchdog
    this.#timer = setInterval(() => this.#watch(), this.#watchdog.pingMs)
  }

  get allListening(): boolean {
    return this.#slots.every(slot => slot.listening)
  }

  get readings(): readonly WorkerReading[] {
    return this.#slots.map(({worker, listening, saidStuck, restarts, answerMs}, index) => ({
      worker: index + 1,
      listening,
      stuck: saidStuck,
      restarts,
      activeSeconds: (worker?.performance.eventLoopUtilization().active ?? 0) / 1000,
      answerSeconds: answerMs / 1000,
    }))
  }

  post(message: Down): void {
    // A worker that dies from here on has nothing left to do: another one would only take new requests.
    if (message.type === 'drain' || message.type === 'cut') this.#draining = true
    for (const {worker} of this.#slots) worker?.postMessage(message)
  }

  /** Gives false when that worker is not there now. */
  postTo(index: number, message: Down): boolean {
    const worker = this.#slots[index]?.worker
    worker?.postMessage(message)
    return worker !== undefined
  }

  /** Ends all threads. */
  async end(): Promise<void> {
    this.#ending = true
    clearInterval(this.#timer)
    await Promise.all(this.#slots.map(slot => slot.worker?.terminate()))
  }

  #spawn(index: number, inherited: readonly InheritedSocket[]): void {
    const slot = this.#slots[index]
    if (slot === undefined || this.#ending || this.#draining) return
    const {count, reusePort, recorders, pseudonym, idPrefix, current} = this.#options
    const recorder = recorders[index]
    if (recorder === undefined) return
    const workerData: WorkerStart = {
      ...current(),
      index,
      reusePort,
      recorder,
      workers: count,
      pseudonym,
      inherited,
      idPrefix,
    }
    const worker = new Worker(new URL('../proxy/worker.js', import.meta.url), {
      workerData,
      name: `proxy ${index + 1}`,
      resourceLimits: {maxYoungGenerationSizeMb: YOUNG_MEBIBYTES},
    })
    slot.worker = worker
    slot.startedAt = performance.now()
    slot.unanswered = 0
    slot.saidStuck = false
    slot.givenUp = false
    let cause = 'it ended by itself'
    worker.on('message', (event: Up) => this.#heard(event, index))
    worker.on('error', error => {
      cause = messageOf(error)
    })
    worker.on('exit', () => {
      if (slot.givenUp) cause = 'it did not answer any more'
      this.#exited(index, cause)
    })
  }

  #heard(event: Up, index: number): void {
    const slot = this.#slots[index]
    if (slot === undefined) return
    if (!slot.givenUp) this.#answered(slot, event, index)
    if (event.type === 'listening') slot.listening = true
    if (event.type !== 'alive') this.#options.event(event, index)
  }

  #answered(slot: Slot, event: Up, index: number): void {
    if (event.type === 'alive' && slot.unanswered === 1) slot.answerMs = performance.now() - slot.pingedAt
    slot.unanswered = 0
    if (slot.saidStuck) this.#options.stuck(index, false)
    slot.saidStuck = false
  }

  #exited(index: number, cause: string): void {
    const slot = this.#slots[index]
    if (slot === undefined || this.#ending) return
    slot.worker = undefined
    slot.listening = false
    slot.restarts++
    if (performance.now() - slot.startedAt > LONG_LIFE_MS) slot.deaths = 0
    this.#options.died(index, cause)
    const waitMs = Math.min(RESPAWN_MAX_MS, RESPAWN_MS * 2 ** slot.deaths++)
    setTimeout(() => void this.#respawn(index), waitMs)
  }

  /** A worker that died has closed what it had. */
  async #respawn(index: number): Promise<void> {
    // Without them it says itself that it cannot listen.
    const inherited = await this.#options.shares.again(index).catch(() => [])
    this.#spawn(index, inherited)
  }

  #watch(): void {
    const {stuckAfter, replaceAfter} = this.#watchdog
    this.#slots.forEach((slot, index) => {
      if (slot.worker === undefined || slot.givenUp) return
      if (slot.unanswered >= stuckAfter && !slot.saidStuck) {
        slot.saidStuck = true
        this.#options.stuck(index, true)
      }
      if (slot.unanswered >= replaceAfter) {
        slot.givenUp = true
        void slot.worker.terminate()
        return
      }
      slot.worker.postMessage({type: 'ping'} satisfies Down)
      if (slot.unanswered++ === 0) slot.pingedAt = performance.now()
    })
  }
}
