/** A client's handshake under way: who it is, since when, and why it failed, if that is known. */
import type {Socket} from 'node:net'
import {peerAddress} from './client-peer.ts'
import type {Deadlined} from './deadlines.ts'

type Failure = Pick<NodeJS.ErrnoException, 'code'>

export class Handshake implements Deadlined {
  deadline: number
  deadlineSlot = -1
  readonly below: Socket
  readonly address: string
  readonly port: number
  readonly startedAt = performance.now()
  failure: Failure | undefined

  constructor(below: Socket, deadline: number) {
    this.below = below
    this.deadline = deadline
    this.address = peerAddress(below)
    this.port = below.remotePort ?? 0
  }

  expire(): void {
    this.deadline = Number.POSITIVE_INFINITY
    this.failure ??= {code: 'TIMEOUT'}
    this.below.destroy()
  }
}
