/** Asks the control for what the screen needs of single requests, and only while it needs it. */
import type {Cursor, Requests} from '../control/requests.ts'
import type {Session} from './session.ts'

/** Everything that is held, when it is looked at for the first time; later what came since the last snapshot. */
const FIRST = 20_000
const LATER = 5000

export interface FeedOptions {
  readonly requests: Requests
  readonly session: Session
  /** something came that the screen waits for */
  readonly changed: () => void
  /** a question was not answered; it is asked again with the next snapshot */
  readonly failed: (error: unknown) => void
}

export class RequestFeed {
  readonly #options: FeedOptions
  #cursor: Cursor | undefined
  #asksLog = false
  #asksInFlight = false
  /** finished requests when the log was read last, and whether there were any in it */
  #readAt = -1
  #cameLast = false
  /** what was asked for last */
  #details = ''

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** After each snapshot (with the requests finished so far) and each key. One question of a sort at a time. */
  ask(finished: number): void {
    const wants = this.#options.session.wants()
    if (wants.log && (finished !== this.#readAt || this.#cameLast)) this.#asking(this.#askLog(finished))
    if (wants.inFlight) this.#asking(this.#askInFlight())
    const details = wants.details.length === 0 ? '' : `${wants.details.join(' ')} ${wants.reveals}`
    if (details === this.#details) return
    this.#details = details
    if (wants.details.length > 0) this.#asking(this.#askDetails(wants.details, wants.reveals))
  }

  /** Details are to be asked for again: there may be bodies now. */
  forgetDetails(): void {
    this.#details = ''
  }

  #asking(question: Promise<void>): void {
    question.catch(error => this.#options.failed(error))
  }

  async #askLog(finished: number): Promise<void> {
    if (this.#asksLog) return
    this.#asksLog = true
    try {
      const {requests, session, changed} = this.#options
      const batch = await requests.since(this.#cursor, this.#cursor === undefined ? FIRST : LATER)
      this.#cursor = batch.cursor
      this.#readAt = finished
      this.#cameLast = batch.requests.length > 0
      if (session.receive(batch)) changed()
    } finally {
      this.#asksLog = false
    }
  }

  async #askInFlight(): Promise<void> {
    if (this.#asksInFlight) return
    this.#asksInFlight = true
    try {
      const {requests, session, changed} = this.#options
      if (session.receiveInFlight(await requests.inFlight())) changed()
    } finally {
      this.#asksInFlight = false
    }
  }

  async #askDetails(ids: readonly string[], reveals: boolean): Promise<void> {
    const {requests, session, changed} = this.#options
    const asked = this.#details
    const found = await Promise.all(ids.map(id => requests.detail(id, reveals)))
    if (this.#details !== asked) return
    session.receiveDetails(found.filter(detail => detail !== undefined))
    changed()
  }
}
