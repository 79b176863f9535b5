/** A terminal in memory that a dashboard draws on and a test reads: `@xterm/headless` behind the streams of a TTY. */
import {EventEmitter} from 'node:events'
import xterm from '@xterm/headless'

export type Terminal = InMemoryTerminal

class InMemoryTerminal {
  readonly screen: xterm.Terminal
  readonly stdout: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
  /** writes so far: a frame is one or more of them */
  writes = 0
  bytes = 0
  rawMode = false
  /** all that was written, when asked for */
  readonly log: string[] = []
  readonly #parsed = new EventEmitter()
  #pending: string | null = null
  #isGone = false

  constructor(columns: number, rows: number, depth: number) {
    this.screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0})
    this.#parsed.setMaxListeners(0)
    this.stdout = this.#writable(depth)
    this.stdin = this.#readable()
  }

  #writable(depth: number): NodeJS.WriteStream {
    const stdout = Object.assign(new EventEmitter(), {
      isTTY: true,
      writable: true,
      getColorDepth: () => depth,
      write: (data: string | Uint8Array, done?: () => void) => {
        if (this.#isGone) {
          queueMicrotask(() => stdout.emit('error', Object.assign(new Error('write EIO'), {code: 'EIO'})))
          done?.()
          return false
        }
        this.writes++
        this.bytes += data.length
        this.log.push(String(data))
        this.screen.write(String(data).replace(/(?<!\r)\n/g, '\r\n'), () => {
          done?.()
          this.#parsed.emit('parsed')
        })
        return true
      },
    })
    Object.defineProperties(stdout, {
      columns: {get: () => this.screen.cols},
      rows: {get: () => this.screen.rows},
    })
    return stdout as unknown as NodeJS.WriteStream
  }

  #readable(): NodeJS.ReadStream {
    const stdin = Object.assign(new EventEmitter(), {
      isTTY: true,
      setRawMode: (mode: boolean) => {
        this.rawMode = mode
        return stdin
      },
      setEncoding: () => stdin,
      ref: () => stdin,
      unref: () => stdin,
      pause: () => stdin,
      resume: () => stdin,
      read: () => {
        const data = this.#pending
        this.#pending = null
        return data
      },
    })
    return stdin as unknown as NodeJS.ReadStream
  }

  /** Sends the text in one piece, as a terminal does with keys that come fast. */
  type(text: string): void {
    this.#pending = text
    this.stdin.emit('readable')
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows)
    this.stdout.emit('resize')
  }

  /** From now on each write fails, as after the window was closed. */
  vanish(): void {
    this.#isGone = true
  }

  /** What a person sees, line by line, without blanks at line ends. */
  text(): string {
    const {active} = this.screen.buffer
    const lines = Array.from(
      {length: this.screen.rows},
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    )
    return lines.join('\n')
  }

  get isAlternate(): boolean {
    return this.screen.buffer.active.type === 'alternate'
  }

  /** Resolves when the screen holds the text, or fulfils the condition. */
  async until(wanted: string | ((text: string) => boolean)): Promise<string> {
    const holds = (text: string) => (typeof wanted === 'string' ? text.includes(wanted) : wanted(text))
    const abort = AbortSignal.timeout(5000)
    for (;;) {
      const text = this.text()
      if (holds(text)) return text
      await new Promise<void>((resolve, reject) => {
        const failed = () => reject(new Error(`the screen never held ${String(wanted)}:\n${this.text()}`))
        abort.addEventListener('abort', failed, {once: true})
        this.#parsed.once('parsed', () => {
          abort.removeEventListener('abort', failed)
          resolve()
        })
      })
    }
  }
}

export function openTerminal(columns: number, rows: number, depth = 24): Terminal {
  return new InMemoryTerminal(columns, rows, depth)
}
