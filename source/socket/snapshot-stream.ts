/** Snapshots for readers of a stream: written once for all of them, and never more than one that waits to be read. */
import type {ServerResponse} from 'node:http'
import type {Control, ControlEvent, Snapshot} from '../control/control.ts'

/** Of the main thread's time, what writing snapshots may take: ten thousand instances are megabytes each time. */
const MOST_OF_TIME = 0.1

/** A snapshot may come a little early. */
const SLACK_MS = 40

interface Reader {
  readonly response: ServerResponse
  readonly perSecond: number
  /** `at` of the snapshot that it got last */
  lastAt: number
  /** id of the newest event that it has */
  lastEvent: number
  isWriting: boolean
  /** there was a newer one while it was not ready */
  isBehind: boolean
}

export class SnapshotStream {
  readonly #control: Control
  readonly #readers = new Set<Reader>()
  #subscribed: {readonly perSecond: number; readonly end: () => void} | undefined
  #written: {readonly snapshot: Snapshot; readonly start: string} | undefined
  #notBefore = 0

  constructor(control: Control) {
    this.#control = control
  }

  /** The head has been written. The reader gets the present snapshot at once, and at most `perSecond`. */
  add(response: ServerResponse, perSecond: number): void {
    const reader = {response, perSecond, lastAt: 0, lastEvent: 0, isWriting: false, isBehind: false}
    this.#readers.add(reader)
    response.once('close', () => this.#remove(reader))
    this.#subscribe()
    this.#offer(reader)
  }

  /** As often as the one that wants the most. */
  #subscribe(): void {
    const perSecond = Math.max(0, ...[...this.#readers].map(reader => reader.perSecond))
    if (perSecond === (this.#subscribed?.perSecond ?? 0)) return
    this.#subscribed?.end()
    this.#subscribed =
      perSecond === 0
        ? undefined
        : {perSecond, end: this.#control.subscribe(() => this.#publish(), perSecond)}
  }

  /** What has not been sent is sent, and no more. */
  end(): void {
    for (const reader of this.#readers) {
      if (!reader.isWriting) this.#offer(reader)
      reader.response.end()
    }
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader)
    this.#subscribe()
    if (this.#readers.size === 0) this.#written = undefined
  }

  #publish(): void {
    if (performance.now() < this.#notBefore) return
    const {at} = this.#control.snapshot()
    const most = this.#subscribed?.perSecond ?? 0
    for (const reader of this.#readers) {
      // Whoever wants the most gets every one, so that what a command does is seen at once.
      // Against a clock set back as well: then the difference is negative, and large.
      const isDue = Math.abs(at - reader.lastAt) >= 1000 / reader.perSecond - SLACK_MS
      if (isDue || reader.perSecond === most) this.#offer(reader)
    }
  }

  /** A snapshot is the whole state: whoever is slow misses those between, and nothing else. */
  #offer(reader: Reader): void {
    if (reader.isWriting) {
      reader.isBehind = true
      return
    }
    reader.isWriting = true
    reader.isBehind = false
    reader.response.write(this.#line(reader), error => {
      reader.isWriting = false
      if (error === null || error === undefined) {
        if (reader.isBehind && this.#readers.has(reader)) this.#offer(reader)
      }
    })
  }

  #line(reader: Reader): string {
    const snapshot = this.#control.snapshot()
    reader.lastAt = snapshot.at
    const events = newerThan(snapshot.events, reader.lastEvent)
    reader.lastEvent = snapshot.events.at(-1)?.id ?? reader.lastEvent
    return `${this.#startOf(snapshot)},"events":${JSON.stringify(events)}}}\n`
  }

  /** All but the events, which are not the same for each reader; without the last brace. */
  #startOf(snapshot: Snapshot): string {
    if (this.#written?.snapshot === snapshot) return this.#written.start
    const before = performance.now()
    const {events: _, ...rest} = snapshot
    const start = JSON.stringify({snapshot: rest}).slice(0, -2)
    const took = performance.now() - before
    this.#notBefore = before + took / MOST_OF_TIME
    this.#written = {snapshot, start}
    return start
  }
}

/** Ids rise by one; the latest 500 are held. */
export function newerThan(events: readonly ControlEvent[], id: number): readonly ControlEvent[] {
  const first = events[0]?.id ?? 0
  return id < first ? events : events.slice(id - first + 1)
}
