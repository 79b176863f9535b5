/** The access log: a line for each finished request, read from the workers' rings, so that no request waits for it. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {RecorderCells} from '../recorder/layout.ts'
import type {Names} from '../recorder/names.ts'
import {ringReaders} from '../recorder/reader.ts'
import {entryOf} from './entry.ts'
import {type LogFormat, logFormats} from './formats.ts'
import {LogWriter} from './log-writer.ts'
import {RingTail} from './ring-tail.ts'

/** A ring holds about a second of the heaviest traffic. */
const LOOK_EVERY_MS = 50
/** Lines that are made in one turn of the main thread: one to two ms. */
const AT_ONCE = 100
/** How long an end waits for whoever takes the lines. */
const CLOSE_MS = 1000
const TELL_EVERY_MS = 60_000

export interface AccessLogSettings {
  /** a file, or `stdout` */
  readonly path: string
  readonly format: LogFormat
}

export interface AccessLogOptions {
  /** one worker's each */
  readonly recorders: readonly RecorderCells[]
  readonly names: Names
  /** something that whoever watches the proxy should know of */
  readonly event: (level: 'good' | 'bad', text: string) => void
}

/** Counts are lines since the start, in whatever file. */
export interface AccessLogReading {
  readonly path: string
  readonly written: number
  readonly dropped: number
  /** why lines are being dropped now; undefined: they are not */
  readonly problem: string | undefined
}

interface Sink {
  readonly settings: AccessLogSettings
  readonly writer: LogWriter
}

export class AccessLog {
  readonly #options: AccessLogOptions
  #sink: Sink | undefined
  #tails: readonly RingTail[] = []
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** gone from the rings before they were read */
  #missed = 0
  #toldAt = Number.NEGATIVE_INFINITY
  /** of files that were written before this one */
  #before = {written: 0, dropped: 0}

  constructor(options: AccessLogOptions) {
    this.#options = options
  }

  /** undefined: it is off */
  get reading(): AccessLogReading | undefined {
    if (this.#sink === undefined) return undefined
    const {path, written, dropped, problem} = this.#sink.writer
    const {written: writtenBefore, dropped: droppedBefore} = this.#before
    return {
      path,
      written: writtenBefore + written,
      dropped: droppedBefore + dropped + this.#missed,
      problem,
    }
  }

  /**
   * Opens what is to be written from `commit` on, between two lines; `abort` closes it again. A log that is on from the start
   * on has the requests, too, that ended before `commit`: workers serve as soon as they listen.
   * @throws the system's error when the path cannot be opened, and leaves everything as it was
   */
  async prepare(
    settings: AccessLogSettings | undefined,
  ): Promise<{commit(from: 'first' | 'now'): void; abort(): void}> {
    const now = this.#sink?.settings
    if (now?.path === settings?.path && now?.format === settings?.format) return {commit() {}, abort() {}}
    const next = settings === undefined ? undefined : {settings, writer: await this.#open(settings.path)}
    return {
      commit: from => this.#use(next, from),
      abort: () => void next?.writer.close(0),
    }
  }

  /** Goes on in the file that has the path now. */
  reopen(): void {
    this.#sink?.writer.reopen()
  }

  /** With all that is in the rings. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
    await this.#look()
    await this.#sink?.writer.close(CLOSE_MS)
  }

  #open(path: string): Promise<LogWriter> {
    const tell = (level: 'good' | 'bad', text: string) =>
      this.#options.event(level, `access log ${path}: ${text}`)
    return LogWriter.start({
      path,
      failed: why => tell('bad', `lines are dropped: ${why}`),
      recovered: dropped => tell('good', `written again; ${dropped} lines were dropped`),
      notReopened: why => tell('bad', `not reopened, the file before goes on: ${why}`),
    })
  }

  #use(next: Sink | undefined, from: 'first' | 'now'): void {
    const before = this.#sink
    this.#sink = next
    if (before !== undefined) void this.#leave(before.writer)
    if (next === undefined) return clearInterval(this.#timer)
    if (before !== undefined) return
    const {recorders} = this.#options
    this.#tails = recorders.map(
      (cells, worker) => new RingTail(ringReaders(cells, recorders.length, worker).recent, from),
    )
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS)
  }

  async #leave(writer: LogWriter): Promise<void> {
    await writer.close(CLOSE_MS)
    this.#before.written += writer.written
    this.#before.dropped += writer.dropped
  }

  #look(): Promise<void> {
    this.#looking ??= this.#readAll().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #readAll(): Promise<void> {
    for (let more = true; more; ) {
      more = false
      for (const tail of this.#tails) if (this.#read(tail)) more = true
      if (more) await nextTurn()
    }
  }

  #read(tail: RingTail): boolean {
    if (this.#sink === undefined) return false
    const {settings, writer} = this.#sink
    const lineOf = logFormats[settings.format]
    let text = ''
    let lines = 0
    const {missed, more} = tail.read(AT_ONCE, record => {
      text += `${lineOf(entryOf(record, this.#options.names))}\n`
      lines++
    })
    if (missed > 0) this.#lost(missed)
    if (lines > 0) writer.add(text, lines)
    return more
  }

  #lost(count: number): void {
    this.#missed += count
    const now = performance.now()
    if (now < this.#toldAt + TELL_EVERY_MS) return
    this.#toldAt = now
    const text = `access log: ${this.#missed} lines dropped so far: more requests ended than could be written`
    this.#options.event('bad', text)
  }
}
