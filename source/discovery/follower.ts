/** Asks again and again for something that changes, keeps the last good answer, and says when there is no other. */
import {type Answer, NoAnswer} from './name-resolver.ts'

/** Part of the time by which questions are spread, so that they do not march in step. Never later than asked for. */
const JITTER = 0.1
/** After a failure it is asked again soon, then less and less often. */
const AGAIN_FROM_MS = 1000

export interface FollowerOptions<Value> {
  readonly ask: () => Promise<Answer<Value>>
  /** bounds of the time between two questions, as they are now */
  readonly bounds: () => {readonly leastMs: number; readonly mostMs: number}
  /** there is another answer than before */
  readonly changed: (value: Value, before: Value | undefined) => void
  /** it has begun to fail, or fails for another reason, or (undefined) answers again */
  readonly failed: (problem: string | undefined) => void
}

export class Follower<Value> {
  /** the last good answer; undefined: there was none yet */
  value: Value | undefined
  /** epoch ms of that answer */
  answeredAt: number | undefined
  /** why the last question has no answer; undefined: it has one */
  problem: string | undefined
  /** resolves when the first question has been answered or has failed */
  readonly first: Promise<void>
  readonly #options: FollowerOptions<Value>
  #text = ''
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #asking: Promise<void> | undefined
  #again = false

  constructor(options: FollowerOptions<Value>) {
    this.#options = options
    this.first = this.ask()
  }

  /** Asks now, whatever the time. */
  ask(): Promise<void> {
    clearTimeout(this.#timer)
    // What is found by the question under way may be older than this one.
    this.#again = this.#asking !== undefined
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
      if (this.#again && !this.#closed) void this.ask()
    })
    return this.#asking
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  async #ask(): Promise<void> {
    const {ask, bounds} = this.#options
    try {
      const {value, ttlMs} = await ask()
      if (this.#closed) return
      this.#answered(value)
      const {leastMs, mostMs} = bounds()
      this.#after(Math.min(mostMs, Math.max(leastMs, ttlMs ?? mostMs)))
    } catch (error) {
      if (this.#closed) return
      this.#failed(error instanceof NoAnswer ? error.message : String(error))
      const {leastMs, mostMs} = bounds()
      this.#after(Math.min(mostMs, Math.max(leastMs, AGAIN_FROM_MS * 2 ** Math.min(10, this.#failures - 1))))
    }
  }

  #answered(value: Value): void {
    this.answeredAt = Date.now()
    this.#failures = 0
    const before = this.value
    const text = JSON.stringify(value)
    const isOther = text !== this.#text
    this.value = value
    this.#text = text
    if (this.problem !== undefined) {
      this.problem = undefined
      this.#options.failed(undefined)
    }
    if (isOther) this.#options.changed(value, before)
  }

  #failed(problem: string): void {
    this.#failures++
    if (problem === this.problem) return
    this.problem = problem
    this.#options.failed(problem)
  }

  #after(ms: number): void {
    this.#timer = setTimeout(() => void this.ask(), ms * (1 - JITTER * Math.random()))
    this.#timer.unref()
  }
}
