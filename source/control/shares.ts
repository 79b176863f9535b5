/** Which worker gets which of the sockets that listened before the process started. */
import type {InheritedSocket} from '../proxy/messages.ts'
import {duplicates} from './duplicates.ts'

/**
 * Sockets of a process before this one are dealt out once: a worker that takes the place of another one binds its own. Those of a
 * service manager cannot be bound beside it, and may be fewer than workers: each worker gets descriptors of its own for them,
 * also one that starts later.
 */
export class Shares {
  readonly #dealt: ReadonlyArray<readonly InheritedSocket[]>
  /** for the first worker in each place */
  readonly #first: ReadonlyArray<readonly InheritedSocket[]>
  readonly #isShared: boolean

  private constructor(
    dealt: ReadonlyArray<readonly InheritedSocket[]>,
    first: ReadonlyArray<readonly InheritedSocket[]>,
    isShared: boolean,
  ) {
    this.#dealt = dealt
    this.#first = first
    this.#isShared = isShared
  }

  /** `isShared`: the sockets are a service manager's. @throws Error in words, where they cannot be shared */
  static async open(
    sockets: readonly InheritedSocket[],
    workers: number,
    isShared: boolean,
  ): Promise<Shares> {
    const dealt = deal(sockets, workers, isShared)
    if (!isShared) return new Shares(dealt, dealt, false)
    const fds = await duplicates(dealt.flat().map(({fd}) => fd))
    let next = 0
    const first = dealt.map(its => its.map(socket => ({...socket, fd: fds[next++] ?? socket.fd})))
    return new Shares(dealt, first, true)
  }

  first(worker: number): readonly InheritedSocket[] {
    return this.#first[worker] ?? []
  }

  /** For another worker in its place. */
  async again(worker: number): Promise<readonly InheritedSocket[]> {
    if (!this.#isShared) return []
    const its = this.#dealt[worker] ?? []
    const fds = await duplicates(its.map(({fd}) => fd))
    return its.map((socket, index) => ({...socket, fd: fds[index] ?? socket.fd}))
  }
}

/** Each address's sockets one after the other; where they are shared, in turn until every worker has one of each address. */
function deal(sockets: readonly InheritedSocket[], workers: number, isShared: boolean): InheritedSocket[][] {
  const dealt: InheritedSocket[][] = Array.from({length: workers}, () => [])
  const byAddress = Map.groupBy(sockets, ({address, port}) => `${address}:${port}`)
  for (const its of byAddress.values()) {
    const count = isShared ? Math.max(its.length, workers) : its.length
    for (let place = 0; place < count; place++) {
      const socket = its[place % its.length]
      if (socket !== undefined) dealt[place % workers]?.push(socket)
    }
  }
  return dealt
}
