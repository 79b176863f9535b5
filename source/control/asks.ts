/** Questions to workers: each is answered once, given up when its worker dies, and never waited for longer than a while. */
import type {Answer, Ask} from '../proxy/messages.ts'

/** A worker that has not answered for so long is stuck: what the others say is shown without it. */
const PATIENCE_MS = 1000

interface Waiting {
  readonly worker: number
  readonly done: (answer: Answer | undefined) => void
}

export class Asks {
  readonly #post: (worker: number, ask: Ask) => boolean
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  /** `post` gives false when that worker is not there. */
  constructor(post: (worker: number, ask: Ask) => boolean) {
    this.#post = post
  }

  /** undefined: the worker is gone, or did not answer in time. */
  ask<Type extends Ask['type']>(
    worker: number,
    ask: Omit<Extract<Ask, {type: Type}>, 'number'> & {readonly type: Type},
  ): Promise<Extract<Answer, {to: Type}> | undefined> {
    const number = ++this.#last
    return new Promise(resolve => {
      const timer = setTimeout(() => this.#settle(number, undefined), PATIENCE_MS).unref()
      this.#waiting.set(number, {
        worker,
        done: answer => {
          clearTimeout(timer)
          // A question is answered in its own kind.
          resolve(answer as Extract<Answer, {to: Type}> | undefined)
        },
      })
      // `Omit` of a union's member and that member's rest: the compiler cannot see that they are the member again.
      const sent = this.#post(worker, {...ask, number} as unknown as Ask)
      if (!sent) this.#settle(number, undefined)
    })
  }

  heard(answer: Answer): void {
    this.#settle(answer.number, answer)
  }

  /** A worker is gone, and with it what it was asked. */
  lost(worker: number): void {
    for (const [number, waiting] of this.#waiting) {
      if (waiting.worker === worker) this.#settle(number, undefined)
    }
  }

  #settle(number: number, answer: Answer | undefined): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    waiting?.done(answer)
  }
}
