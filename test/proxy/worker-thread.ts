/** A look into worker threads from outside, with the debugger that every Node has: no door in the product is needed. */
import {existsSync, mkdtempSync, writeFileSync} from 'node:fs'
import {Session} from 'node:inspector'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {until} from './until.ts'

interface Evaluated {
  readonly result?: {readonly result: {readonly value: unknown}}
}

/** Sees every worker thread of this process that starts after it was made. */
export class WorkerThreads {
  readonly #session = new Session()
  readonly #attached: string[] = []
  readonly #answers = new Map<number, (answer: Evaluated) => void>()
  #lastId = 0

  constructor() {
    this.#session.connect()
    this.#session.on('NodeWorker.attachedToWorker', ({params}) => this.#attached.push(params.sessionId))
    this.#session.on('NodeWorker.detachedFromWorker', ({params}) => {
      const at = this.#attached.indexOf(params.sessionId)
      if (at !== -1) this.#attached.splice(at, 1)
    })
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({params}) => {
      const {id, ...answer} = JSON.parse(params.message) as {id?: number} & Evaluated
      if (id === undefined) return
      this.#answers.get(id)?.(answer)
      this.#answers.delete(id)
    })
    this.#session.post('NodeWorker.enable', {waitForDebuggerOnStart: false})
  }

  get count(): number {
    return this.#attached.length
  }

  /** Resolves once so many threads run. */
  async running(count: number): Promise<void> {
    await until(
      () => this.count === count,
      () => `${this.count} threads`,
    )
  }

  /** Evaluates `expression` in the thread that has run longest, or in the `index`th; its value must be JSON. */
  evaluate(expression: string, index = 0): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#answers.set(id, ({result}) => resolve(result?.result.value))
      const params = {expression, returnByValue: true, awaitPromise: true}
      const message = JSON.stringify({id, method: 'Runtime.evaluate', params})
      const sessionId = this.#attached[index]
      if (sessionId === undefined) return reject(new Error(`no thread ${index}`))
      this.#session.post('NodeWorker.sendMessageToWorker', {sessionId, message}, error => {
        if (error !== null) reject(error)
      })
    })
  }

  /** Does something that never answers: ends the thread, or holds it up. */
  inflict(expression: string, index = 0): void {
    this.evaluate(expression, index).catch(() => {})
  }

  /** Holds a thread up in the midst of a turn of its event loop, until the function that this gives is called. */
  async hold(index = 0): Promise<() => void> {
    const folder = mkdtempSync(join(tmpdir(), 'held-'))
    const [held, released] = [join(folder, 'held'), join(folder, 'released')]
    this.inflict(
      `{
        const {existsSync, rmSync, writeFileSync} = process.getBuiltinModule('fs')
        writeFileSync(${JSON.stringify(held)}, '')
        while (!existsSync(${JSON.stringify(released)})) {}
        rmSync(${JSON.stringify(folder)}, {recursive: true})
      }`,
      index,
    )
    await until(() => existsSync(held))
    return () => writeFileSync(released, '')
  }

  /** What keeps the thread's event loop busy, by kind: `{TCPSocketWrap: 2, …}`. */
  async resources(index = 0): Promise<Record<string, number>> {
    const names = (await this.evaluate('process.getActiveResourcesInfo()', index)) as string[]
    const counts: Record<string, number> = {}
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1
    return counts
  }

  end(): void {
    this.#session.disconnect()
  }
}
