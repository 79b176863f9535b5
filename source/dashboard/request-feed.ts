/** Asks the control for what the screen needs of single requests, and only while it needs it. */
import type {Cursor, RequestBatch, Requests} from '../control/requests.ts'
import type {Session} from './session.ts'

/** Everything that is held, when it is looked at for the first time or again; then what came since the last snapshot. */
const FIRST = 20_000
const LATER = 5000
const PROBLEMS = 200
/** What nobody looks at for so long is let go: the recorder still has most of it. */
const UNSEEN_MS = 30_000

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
  /** up to where all are known, and up to where the problems are */
  #cursor: Cursor | undefined
  #problemCursor: Cursor | undefined
  /** questions that have no answer yet */
  readonly #open = new Set<string>()
  /** finished requests when the log was read last, and whether there were any in it */
  #readAt = -1
  #cameLast = false
  /** all were asked for with the snapshot before this one */
  #wasWatching = false
  /** epoch ms of the last snapshot with which they were */
  #watchedAt = Number.NEGATIVE_INFINITY
  /** what was asked for last */
  #details = ''

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** After each snapshot (of `at`, with the requests finished so far) and each key. One question of a sort at a time. */
  ask(finished: number, at: number): void {
    const {session} = this.#options
    const wants = session.wants()
    if (wants.log === 'all') this.#watchedAt = at
    else if (Math.abs(at - this.#watchedAt) > UNSEEN_MS && session.forgetRequests()) this.#cursor = undefined
    if (session.lacksRequests) this.#cursor = undefined
    const isNews = finished !== this.#readAt || this.#cameLast
    if (wants.log === 'all' && (isNews || !this.#wasWatching || this.#cursor === undefined))
      this.#asking(this.#askLog(finished))
    if (wants.log === 'problems' && isNews) this.#asking(this.#askProblems(finished))
    if (wants.log !== 'all') this.#wasWatching = false
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

  /** Whoever looks again after a while gets all that came meanwhile, as far as it is held. */
  #askLog(finished: number): Promise<void> {
    const {requests, session} = this.#options
    const isAnew = this.#cursor === undefined
    const limit = isAnew || !this.#wasWatching ? FIRST : LATER
    return this.#ask('all', finished, async () => {
      const batch = await requests.since(this.#cursor, limit)
      this.#cursor = batch.cursor
      this.#problemCursor = batch.cursor
      this.#wasWatching = true
      return [batch, session.receive(batch, isAnew)]
    })
  }

  #askProblems(finished: number): Promise<void> {
    const {requests, session} = this.#options
    return this.#ask('problems', finished, async () => {
      const batch = await requests.problems(this.#problemCursor, PROBLEMS)
      this.#problemCursor = batch.cursor
      return [batch, session.receiveProblems(batch)]
    })
  }

  /** `read` says what came, and whether the screen waits for it. */
  async #ask(
    what: string,
    finished: number,
    read: () => Promise<readonly [RequestBatch, boolean]>,
  ): Promise<void> {
    if (this.#open.has(what)) return
    this.#open.add(what)
    try {
      const [{requests}, isAwaited] = await read()
      this.#readAt = finished
      this.#cameLast = requests.length > 0
      if (isAwaited) this.#options.changed()
    } finally {
      this.#open.delete(what)
    }
  }

  async #askInFlight(): Promise<void> {
    if (this.#open.has('in flight')) return
    this.#open.add('in flight')
    try {
      const {requests, session, changed} = this.#options
      if (session.receiveInFlight(await requests.inFlight())) changed()
    } finally {
      this.#open.delete('in flight')
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
