/** Lines to a file, a pipe or a device, in order and whole, by a writer that waits for nobody: what does not fit is dropped and counted. */
// Longer than our files are: what waits, what is written and what was dropped has to agree at every step of one writer.
import {Buffer} from 'node:buffer'
import {close, constants, fstatSync, open, write} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'

/** What may wait for a slow disk or a slow reader. */
const MAX_WAITING = 8 * 2 ** 20
/** A full pipe is tried again so soon, anything else that failed so late. */
const FULL_MS = 20
const FAILED_MS = 1000
const LINE_FEED = 10

export interface LogWriterOptions {
  /** a file, or `stdout` */
  readonly path: string
  /** lines are about to be dropped, and why; once until they are not */
  readonly failed: (why: string) => void
  /** lines are written again, after so many that were dropped */
  readonly recovered: (dropped: number) => void
  /** the file could not be opened once more, and why; the one that was open goes on */
  readonly notReopened: (why: string) => void
}

interface Batch {
  readonly bytes: Buffer
  readonly lines: number
}

export class LogWriter {
  readonly path: string
  /** lines */
  written = 0
  dropped = 0
  /** why lines are being dropped now */
  problem: string | undefined
  readonly #options: LogWriterOptions
  readonly #waiting: Batch[] = []
  #waitingBytes = 0
  /** how much of the first batch has been written */
  #offset = 0
  #file: number | undefined
  #isOwn = true
  #busy = false
  #closed = false
  #reopening = false
  /** the last write did, and not because a pipe is full */
  #hasFailed = false
  #retry: NodeJS.Timeout | undefined
  #droppedBefore = 0

  private constructor(options: LogWriterOptions) {
    this.#options = options
    this.path = options.path
  }

  /** @throws the system's error when the path cannot be opened; a pipe that nobody reads yet is no error */
  static async start(options: LogWriterOptions): Promise<LogWriter> {
    const writer = new LogWriter(options)
    try {
      await writer.#open()
    } catch (error) {
      if (!isUnread(error)) throw error
      writer.#fail('nobody reads the pipe')
    }
    return writer
  }

  /** `text`: lines with their ends, in ASCII. */
  add(text: string, lines: number): void {
    if (this.#closed || this.#waitingBytes + text.length > MAX_WAITING) {
      if (!this.#closed) this.#say('what takes the lines is too slow')
      this.dropped += lines
      return
    }
    this.#waiting.push({bytes: Buffer.from(text, 'latin1'), lines})
    this.#waitingBytes += text.length
    this.#pump()
  }

  /** Closes the file and opens whatever has the path now, between two lines. */
  reopen(): void {
    if (!this.#isOwn || this.#closed) return
    this.#reopening = true
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#pump()
  }

  /** Writes what waits, for at most so long. */
  async close(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs
    while ((this.#busy || this.#waiting.length > 0) && performance.now() < until) await sleep(5)
    this.#closed = true
    clearTimeout(this.#retry)
    for (const {lines} of this.#waiting.splice(0)) this.dropped += lines
    if (!this.#busy) this.#shut()
  }

  async #open(): Promise<void> {
    const [path, flags] = this.#place()
    if (path === undefined) {
      this.#file = 1
      this.#isOwn = false
      return
    }
    const file = await new Promise<number>((resolve, reject) =>
      open(path, flags, 0o640, (error, opened) => (error === null ? resolve(opened) : reject(error))),
    )
    this.#shut()
    this.#file = file
  }

  /**
   * A pipe on standard output is opened once more, so that it can be written without waiting: the flag belongs to what
   * is opened, and our parent may have the other one. No path: descriptor 1 itself.
   */
  #place(): readonly [path: string | undefined, flags: number] {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK
    if (this.path !== 'stdout') return [this.path, flags | constants.O_APPEND | constants.O_CREAT]
    return fstatSync(1).isFIFO() ? ['/proc/self/fd/1', flags] : [undefined, flags]
  }

  #shut(): void {
    if (this.#file !== undefined && this.#isOwn) close(this.#file, () => {})
    this.#file = undefined
  }

  #pump(): void {
    if (this.#busy || this.#retry !== undefined) return
    // A line of which a part is out goes to the same file, unless that takes nothing any more.
    const isBetween = this.#offset === 0 || this.#hasFailed
    if (this.#file === undefined || (this.#reopening && isBetween)) return this.#openAgain()
    const [batch] = this.#waiting
    if (batch === undefined) return
    this.#busy = true
    write(this.#file, batch.bytes, this.#offset, null, null, (error, written) => {
      this.#busy = false
      if (error === null && written > 0) this.#wrote(batch, written)
      else this.#refused(error)
    })
  }

  #wrote(batch: Batch, bytes: number): void {
    this.#hasFailed = false
    this.#offset += bytes
    if (this.#offset < batch.bytes.length) return this.#pump()
    this.written += batch.lines
    this.#forget(batch)
    if (this.problem !== undefined) {
      this.problem = undefined
      this.#options.recovered(this.dropped - this.#droppedBefore)
    }
    if (this.#closed) this.#shut()
    else this.#pump()
  }

  #refused(error: NodeJS.ErrnoException | null): void {
    if (this.#closed) return this.#shut()
    if (error?.code === 'EAGAIN') return this.#later(FULL_MS)
    this.#hasFailed = true
    // Its reader has gone: another one has to open the pipe first.
    if (error?.code === 'EPIPE') this.#shut()
    this.#fail(error === null ? 'nothing could be written' : error.message)
    this.#dropWaiting()
  }

  /** All that waits, except for the rest of a line of which a part is out. */
  #dropWaiting(): void {
    const [first, ...others] = this.#waiting.splice(0)
    for (const {lines} of others) this.dropped += lines
    this.#waitingBytes = 0
    if (first === undefined) return
    const {bytes, lines} = first
    const isWhole = this.#offset === 0 || bytes[this.#offset - 1] === LINE_FEED
    const end = isWhole ? this.#offset : bytes.indexOf(LINE_FEED, this.#offset) + 1
    const out = linesIn(bytes, end)
    this.dropped += lines - out
    if (end > this.#offset && this.#file !== undefined) {
      this.#waiting.push({bytes: bytes.subarray(0, end), lines: out})
      this.#waitingBytes = end
    } else {
      this.written += linesIn(bytes, this.#offset)
      this.dropped += out - linesIn(bytes, this.#offset)
      this.#offset = 0
    }
  }

  /** Of the line of which a part is out: that is in another file. */
  #dropRest(): void {
    const [first] = this.#waiting
    if (first === undefined || this.#offset === 0) return
    const {bytes, lines} = first
    const out = linesIn(bytes, this.#offset)
    const isWhole = bytes[this.#offset - 1] === LINE_FEED
    const next = isWhole ? this.#offset : bytes.indexOf(LINE_FEED, this.#offset) + 1
    const lost = isWhole ? 0 : 1
    this.written += out
    this.dropped += lost
    this.#waitingBytes -= next
    this.#offset = 0
    if (next === bytes.length) this.#waiting.shift()
    else this.#waiting[0] = {bytes: bytes.subarray(next), lines: lines - out - lost}
  }

  #forget(batch: Batch): void {
    this.#waiting.shift()
    this.#waitingBytes -= batch.bytes.length
    this.#offset = 0
  }

  #fail(why: string): void {
    this.#say(why)
    this.#later(FAILED_MS)
  }

  #say(why: string): void {
    if (this.problem !== undefined) return
    this.problem = why
    this.#droppedBefore = this.dropped
    this.#options.failed(why)
  }

  #later(ms: number): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#pump()
    }, ms).unref()
  }

  #openAgain(): void {
    this.#busy = true
    this.#reopening = false
    this.#open()
      .then(
        () => undefined,
        (error: NodeJS.ErrnoException) => (isUnread(error) ? 'nobody reads the pipe' : error.message),
      )
      .then(problem => {
        this.#busy = false
        if (this.#closed) return this.#shut()
        if (problem === undefined) {
          this.#dropRest()
          return this.#pump()
        }
        if (this.#file !== undefined) {
          this.#options.notReopened(problem)
          return this.#pump()
        }
        this.#fail(problem)
        this.#dropWaiting()
      })
  }
}

function isUnread(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENXIO'
}

function linesIn(bytes: Buffer, end: number): number {
  let lines = 0
  for (let at = bytes.indexOf(LINE_FEED); at !== -1 && at < end; at = bytes.indexOf(LINE_FEED, at + 1))
    lines++
  return lines
}
