/** How a process comes to its end: told to stop, or followed by another one, it drains; time or force cuts what is left. */
import type {Config} from '../config/config.ts'
import type {Down} from '../proxy/messages.ts'
import type {Outcome, Snapshot} from './control.ts'
import type {EventLog} from './event-log.ts'

/** A client that was not told that its connection ends may be about to send its next request on it. */
const IDLE_ON_LEAVE_MS = 5000

export const STOPPING: Outcome = {ok: false, message: 'the proxy is stopping'}

export interface LeavingOptions {
  readonly events: EventLog
  readonly workers: number
  timeouts(): Config['timeouts']
  inFlight(): number
  post(message: Down): void
  /** nothing is to be begun any more */
  begun(): void
  /** everything is to be closed; `cut`: something was in flight */
  ended(cut: boolean): void
}

export class Leaving {
  readonly #options: LeavingOptions
  readonly #drained = new Set<number>()
  #phase: Snapshot['phase'] = 'running'
  #timer: NodeJS.Timeout | undefined

  constructor(options: LeavingOptions) {
    this.#options = options
  }

  get phase(): Snapshot['phase'] {
    return this.#phase
  }

  get isRunning(): boolean {
    return this.#phase === 'running'
  }

  stop(force: boolean, by: string): Outcome {
    const {events, timeouts, inFlight} = this.#options
    if (this.isRunning) {
      this.#begin()
      const {shutdownDelayMs} = timeouts()
      if (shutdownDelayMs === 0) this.#drain(0)
      else this.#timer = setTimeout(() => this.#drain(0), shutdownDelayMs)
      events.add('info', 'proxy', `stopping: ${inFlight()} in flight`, by)
    } else if (!force) return {ok: false, message: 'stopping already: ask for force to cut what is in flight'}
    if (force) this.#cut(by)
    return {ok: true, message: force ? 'stopped at once' : 'stopping: no new requests'}
  }

  /** Another process has taken over: nothing is accepted here any more, and what is here finishes. */
  follow(by: string): void {
    this.#begin()
    this.#drain(IDLE_ON_LEAVE_MS)
    const {events, inFlight} = this.#options
    events.add('info', 'proxy', `${inFlight()} in flight are finished here`, by)
  }

  /** That worker has nothing left to do. */
  drained(worker: number): void {
    this.#drained.add(worker)
    if (!this.isRunning && this.#drained.size === this.#options.workers) this.#end(false)
  }

  /** That worker is gone, with what it had left to do; another one comes in its place as long as nothing drains. */
  lost(worker: number): void {
    if (!this.isRunning) this.drained(worker)
  }

  /** It has ended, for whatever reason. */
  close(): void {
    clearTimeout(this.#timer)
  }

  #begin(): void {
    this.#phase = 'draining'
    this.#options.begun()
  }

  /** Nothing new from here on; what is in flight has its time. */
  #drain(idleMs: number): void {
    this.#options.post({type: 'drain', idleMs})
    this.#timer = setTimeout(() => this.#cut('time is up'), this.#options.timeouts().shutdownMs)
  }

  #cut(by: string): void {
    const {events, inFlight, post} = this.#options
    const lost = inFlight()
    if (lost > 0) events.add('warning', 'proxy', `cut ${lost} in flight`, by)
    post({type: 'cut'})
    this.#end(lost > 0)
  }

  #end(cut: boolean): void {
    this.close()
    this.#options.ended(cut)
  }
}
