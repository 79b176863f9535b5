/** Snapshots of a proxy elsewhere, for as long as they are wanted: when it is lost that is said, and it is looked for again. */
import type {ControlEvent, Snapshot} from '../control/control.ts'
import {ask, jsonOf, refusal, type Target, textOf, Unreachable, wordsOf} from './exchange.ts'
import {readLines} from './line-reader.ts'
import type {Info} from './protocol.ts'

const KEPT_EVENTS = 500
/** Snapshots come four times a second; one of ten thousand instances may take longer. */
const SILENCE_MS = 15_000
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5000
/** How often it is said that it is still lost. */
const LOST_TICK_MS = 1000

export interface FeedOptions {
  readonly target: Target
  readonly first: Snapshot
  readonly readOnly: boolean
  /** Called with each greeting: another process may answer than before. */
  readonly greeted: (info: Info) => void
  /** Called with each snapshot, and each second while there is none. */
  readonly publish: (snapshot: Snapshot) => void
}

export class SnapshotFeed {
  readonly #options: FeedOptions
  /** the last that came, with all events that are known */
  #latest: Snapshot
  /** what reads now; another one, or none: it is to end */
  #run: symbol | undefined
  #answer: {destroy(): void} | undefined
  #timer: NodeJS.Timeout | undefined
  #lost: {readonly since: number; readonly why: string} | undefined
  #wait = FIRST_WAIT_MS
  #perSecond = 0

  constructor(options: FeedOptions) {
    this.#options = options
    this.#latest = options.first
  }

  /** Again with another number: from then on there are as many. */
  start(perSecond: number): void {
    if (this.#run !== undefined && perSecond === this.#perSecond) return
    this.stop()
    this.#perSecond = perSecond
    this.#run = Symbol('run')
    void this.#keepReading(this.#run)
  }

  stop(): void {
    this.#run = undefined
    this.#answer?.destroy()
    clearTimeout(this.#timer)
  }

  async #keepReading(run: symbol): Promise<void> {
    while (this.#run === run) {
      const why = await this.#read(run)
      if (this.#run === run) await this.#waitAWhile(why, run)
    }
  }

  /** Reads until there is no more to read, and says why. */
  async #read(run: symbol): Promise<string> {
    const {target, readOnly} = this.#options
    let silence: NodeJS.Timeout | undefined
    try {
      const answer = await ask(target, {
        method: 'GET',
        path: `/v1/stream?perSecond=${this.#perSecond}`,
        readOnly,
      })
      if (this.#run !== run) answer.destroy()
      else this.#answer = answer
      if (answer.statusCode !== 200)
        return refusal(answer.statusCode ?? 0, jsonOf(await textOf(answer))).message
      silence = setTimeout(() => answer.destroy(new Unreachable('it says nothing any more')), SILENCE_MS)
      const timer = silence
      await readLines(answer, line => {
        timer.refresh()
        if (this.#run === run) this.#heard(JSON.parse(line))
      })
      return this.#latest.phase === 'draining' ? 'the proxy has stopped' : 'the proxy closed the connection'
    } catch (error) {
      return this.#latest.phase === 'draining' && this.#lost === undefined
        ? 'the proxy has stopped'
        : wordsOf(error)
    } finally {
      clearTimeout(silence)
    }
  }

  #heard(line: {readonly info?: Info; readonly snapshot?: Snapshot}): void {
    if (line.info !== undefined) {
      // The first snapshot of a stream has all events that there are.
      this.#latest = {...this.#latest, events: []}
      this.#options.greeted(line.info)
    }
    if (line.snapshot === undefined) return
    this.#lost = undefined
    this.#wait = FIRST_WAIT_MS
    this.#latest = {...line.snapshot, events: joined(this.#latest.events, line.snapshot.events)}
    this.#options.publish(this.#latest)
  }

  /** Longer each time, and each second whoever looks is told how it stands. */
  async #waitAWhile(why: string, run: symbol): Promise<void> {
    this.#lost = {since: this.#lost?.since ?? Date.now(), why}
    const until = Date.now() + this.#wait
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2)
    while (this.#run === run) {
      this.#options.publish({...this.#latest, at: Date.now(), lost: this.#lost})
      const left = until - Date.now()
      if (left <= 0) return
      await new Promise<void>(resolve => {
        this.#timer = setTimeout(resolve, Math.min(left, LOST_TICK_MS))
      })
    }
  }
}

function joined(known: readonly ControlEvent[], news: readonly ControlEvent[]): readonly ControlEvent[] {
  return news.length === 0 ? known : [...known, ...news].slice(-KEPT_EVENTS)
}
