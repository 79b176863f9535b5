/** Faults on purpose as a worker meets requests with them: which of them strike, and the trouble that they make. */
import type {ResponseHead} from '../http1/response-head.ts'
import type {MadeAction} from '../made-faults.ts'
import {requestLineOf} from '../requests/heads.ts'
import {isBelow, readingsOf} from '../routing/path.ts'
import type {LiveFault} from './messages.ts'
import type {UpstreamConnection, UpstreamUser} from './upstream-connection.ts'

/** What one attempt meets with. */
export interface Struck {
  readonly delayMs: number
  /** the first that is no delay */
  readonly action: MadeAction | undefined
}

export class MadeFaults {
  readonly #faults: ReadonlyArray<LiveFault & {readonly cells: Uint32Array}>

  constructor(faults: readonly LiveFault[]) {
    this.#faults = faults.map(fault => ({...fault, cells: new Uint32Array(fault.struck)}))
  }

  /** `head` is that of the request. Counts over all workers; undefined: nothing strikes. */
  strike(head: string): Struck | undefined {
    let delayMs = 0
    let action: MadeAction | undefined
    for (const {fault, until, cells} of this.#faults) {
      if (action !== undefined && fault.action.does !== 'delay') continue
      if (until !== undefined && Date.now() >= until) continue
      if (!isMeant(head, fault.path) || Math.random() * 100 >= fault.percent) continue
      if (fault.count !== undefined && Atomics.add(cells, 0, 1) >= fault.count) {
        Atomics.sub(cells, 0, 1)
        continue
      }
      if (fault.count === undefined) Atomics.add(cells, 0, 1)
      if (fault.action.does === 'delay') delayMs += fault.action.ms
      else action = fault.action
    }
    return delayMs === 0 && action === undefined ? undefined : {delayMs, action}
  }
}

function isMeant(head: string, path: string): boolean {
  if (path === '/') return true
  const [, target] = requestLineOf(head)
  return isBelow(readingsOf(target)[0] ?? '', path)
}

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
