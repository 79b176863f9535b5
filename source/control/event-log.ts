/** What happened, in order: the latest events, each safe to print. */
import {printable} from '../printable.ts'
import type {ControlEvent, EventLevel} from './control.ts'

const KEPT = 500
const MAX_TEXT = 500

export class EventLog {
  #events: readonly ControlEvent[] = []
  #lastId = 0
  /** since the start, by level */
  readonly counts: Record<EventLevel, number> = {info: 0, good: 0, warning: 0, bad: 0}
  readonly #listeners = new Set<(event: ControlEvent) => void>()
  readonly #now: () => number

  /** `now`: epoch ms. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** The latest, oldest first. A new array with each event, so that it can be handed out as it is. */
  get events(): readonly ControlEvent[] {
    return this.#events
  }

  add(level: EventLevel, subject: string, text: string, cause: string): void {
    const event: ControlEvent = {
      id: ++this.#lastId,
      at: this.#now(),
      level,
      subject: printable(subject, MAX_TEXT),
      text: printable(text, MAX_TEXT),
      cause: printable(cause, MAX_TEXT),
    }
    this.counts[level]++
    this.#events = [...this.#events.slice(1 - KEPT), event]
    for (const listener of this.#listeners) listener(event)
  }

  /** Calls `listener` with each new event until the function returned is called. */
  subscribe(listener: (event: ControlEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
