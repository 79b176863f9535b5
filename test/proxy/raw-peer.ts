/** One end of a TCP connection under a test's control: every byte as it comes, and how the connection ended. */
import type {Socket} from 'node:net'
import {until} from './until.ts'

export type Ending = 'end' | 'reset'

export class RawPeer {
  readonly socket: Socket
  /** resolves when the connection is over: `end` in good order, `reset` otherwise */
  readonly closed: Promise<Ending>
  /** all that was read, as latin1 */
  text = ''
  /** the other side has closed its side */
  ended = false
  over: Ending | undefined
  #error: string | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (piece: Buffer) => {
      this.text += piece.toString('latin1')
    })
    socket.on('end', () => {
      this.ended = true
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.message
    })
    this.closed = new Promise(resolve =>
      socket.on('close', () => {
        this.over = this.#error === undefined && this.ended ? 'end' : 'reset'
        resolve(this.over)
      }),
    )
  }

  /** how many requests have come whole; of bodies, those that have a Content-Length are waited for */
  get requests(): number {
    let count = 0
    for (let at = 0; ; count++) {
      const end = this.text.indexOf('\r\n\r\n', at)
      if (end === -1) return count
      const [, length = '0'] = /\r\ncontent-length: *(\d+)/i.exec(this.text.slice(at, end)) ?? []
      at = end + 4 + Number(length)
      if (at > this.text.length) return count
    }
  }

  send(bytes: string | Buffer): void {
    if (!this.socket.destroyed)
      this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** Closes this side in good order. */
  end(): void {
    this.socket.end()
  }

  /** Ends the connection with a RST. */
  reset(): void {
    if (this.socket.connecting) this.socket.once('connect', () => this.socket.resetAndDestroy())
    else this.socket.resetAndDestroy()
  }

  /** Ends both sides at once, as a process that exits does. */
  destroy(): void {
    this.socket.destroy()
  }

  /** Resolves once what was read matches; fails if the connection ends before. */
  async has(pattern: RegExp | string): Promise<void> {
    const matches = () =>
      typeof pattern === 'string' ? this.text.includes(pattern) : pattern.test(this.text)
    await until(
      () => matches() || this.over !== undefined,
      () => `no ${pattern} in ${JSON.stringify(this.text.slice(0, 2000))}`,
    )
    if (!matches())
      throw new Error(`${this.over} before ${pattern}: ${JSON.stringify(this.text.slice(0, 2000))}`)
  }

  /** Resolves once at least `count` bytes have been read. */
  async hasBytes(count: number): Promise<void> {
    await until(
      () => this.text.length >= count,
      () => `${this.text.length} bytes of ${count}`,
    )
  }
}
