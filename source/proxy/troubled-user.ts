/** The trouble that a fault on purpose makes with what passes between an instance and an exchange. */
import type {ResponseHead} from '../http1/response-head.ts'
import type {Struck} from './made-faults.ts'
import type {UpstreamConnection, UpstreamUser} from './upstream-connection.ts'

const DRIP_MS = 100
const NOTHING: Buffer[] = []

/** Stands between a connection and its exchange, and makes the trouble that is asked for with what passes. */
export class TroubledUser implements UpstreamUser {
  readonly #user: UpstreamUser & {readonly isOver: boolean}
  readonly #upstream: UpstreamConnection
  readonly #struck: Struck
  readonly #patienceMs: number
  #passed = 0
  #queue: Buffer[] = []
  #isLast = false
  #credit = 0
  #stalledMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(
    user: UpstreamUser & {readonly isOver: boolean},
    upstream: UpstreamConnection,
    struck: Struck,
    patienceMs: number,
  ) {
    this.#user = user
    this.#upstream = upstream
    this.#struck = struck
    this.#patienceMs = patienceMs
  }

  get method(): string {
    return this.#user.method
  }

  get minor(): number {
    return this.#user.minor
  }

  get holdsBytes(): boolean {
    return this.#queue.length > 0 || this.#user.holdsBytes
  }

  /** The answer is not read before its time: it waits in the system. */
  upstreamConnected(): void {
    this.#user.upstreamConnected()
    const {delayMs} = this.#struck
    if (delayMs === 0 || this.#user.isOver) return
    const {socket} = this.#upstream
    socket.pause()
    const timer = setTimeout(() => {
      socket.off('close', forget)
      socket.resume()
    }, delayMs)
    // Nobody may have waited for it: a delay can be a day, and each would hold on to its connection.
    const forget = () => clearTimeout(timer)
    socket.once('close', forget)
  }

  upstreamInterim(head: ResponseHead): void {
    this.#user.upstreamInterim(head)
  }

  upstreamResponded(head: ResponseHead, pieces: Buffer[], done: boolean): void {
    const action = this.#struck.action
    if (action?.does === 'reset') {
      if (action.bytes === 0) return this.#break('RESET')
      if (done && pieces.length === 0) return this.#user.upstreamResponded(head, pieces, done)
      this.#user.upstreamResponded(head, NOTHING, false)
      return this.upstreamBody(pieces, done)
    }
    if (action?.does !== 'slow' || (done && pieces.length === 0))
      return this.#user.upstreamResponded(head, pieces, done)
    this.#user.upstreamResponded(head, NOTHING, false)
    this.upstreamBody(pieces, done)
  }

  upstreamBody(pieces: Buffer[], done: boolean): void {
    const action = this.#struck.action
    if (action?.does === 'reset') return this.#cutAfter(action.bytes, pieces, done)
    if (action?.does !== 'slow') return this.#user.upstreamBody(pieces, done)
    this.#queue.push(...pieces)
    this.#isLast = done
    if (!done) this.#upstream.socket.pause()
    this.#timer ??= setInterval(() => {
      try {
        this.#drip(action.bytesPerSecond)
      } catch (error) {
        this.upstreamMistaken(error)
      }
    }, DRIP_MS)
  }

  upstreamSwitched(head: ResponseHead, rest: Buffer): void {
    this.#user.upstreamSwitched(head, rest)
  }

  upstreamFailed(...failure: Parameters<UpstreamUser['upstreamFailed']>): void {
    clearInterval(this.#timer)
    this.#user.upstreamFailed(...failure)
  }

  upstreamDrained(): void {
    this.#user.upstreamDrained()
  }

  upstreamDeafened(): void {
    this.#user.upstreamDeafened()
  }

  upstreamExpired(): void {
    this.#user.upstreamExpired()
  }

  upstreamMistaken(error: unknown): void {
    clearInterval(this.#timer)
    this.#user.upstreamMistaken(error)
  }

  #break(fault: 'RESET' | 'BODY_INCOMPLETE'): void {
    this.#upstream.destroy()
    this.#user.upstreamFailed(fault, 'made on purpose')
  }

  #cutAfter(bytes: number, pieces: Buffer[], done: boolean): void {
    const kept: Buffer[] = []
    for (const piece of pieces) {
      const room = bytes - this.#passed
      if (piece.length > room) {
        if (room > 0) kept.push(piece.subarray(0, room))
        if (kept.length > 0) this.#user.upstreamBody(kept, false)
        return this.#break('BODY_INCOMPLETE')
      }
      kept.push(piece)
      this.#passed += piece.length
    }
    this.#user.upstreamBody(kept, done)
  }

  #drip(bytesPerSecond: number): void {
    if (this.#user.isOver) return clearInterval(this.#timer)
    if (this.#user.holdsBytes) {
      this.#stalledMs += DRIP_MS
      if (this.#stalledMs < this.#patienceMs) return
      clearInterval(this.#timer)
      return this.#user.upstreamExpired()
    }
    this.#stalledMs = 0
    this.#credit += (bytesPerSecond * DRIP_MS) / 1000
    const pieces: Buffer[] = []
    while (this.#credit >= 1 && this.#queue[0] !== undefined) {
      const first = this.#queue[0]
      const piece = first.subarray(0, Math.floor(this.#credit))
      this.#credit -= piece.length
      if (piece.length === first.length) this.#queue.shift()
      else this.#queue[0] = first.subarray(piece.length)
      pieces.push(piece)
    }
    if (this.#queue.length > 0) {
      if (pieces.length > 0) this.#user.upstreamBody(pieces, false)
      return
    }
    // What was not used up is no advance on what is still to come.
    this.#credit = 0
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#user.upstreamBody(pieces, this.#isLast)
    if (!this.#isLast) this.#upstream.socket.resume()
  }
}
