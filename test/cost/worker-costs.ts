/** What the kernel and V8 count of a worker thread, read without disturbing it: system calls and memory. */
import {existsSync, readFileSync} from 'node:fs'
import {BroadcastChannel} from 'node:worker_threads'
import {WorkerThreads} from '../proxy/worker-thread.ts'

/** The reason why system calls of a thread cannot be counted here; undefined where they can. */
export const uncountable = existsSync('/proc/thread-self/io')
  ? false
  : 'the system does not count the reads and writes of a thread (/proc/thread-self/io)'

export interface Memory {
  /** bytes on V8's heap: between two readings without a garbage collection, exactly what was allocated */
  readonly heap: number
  /** bytes of buffers beside the heap */
  readonly buffers: number
}

// The debugger is there only to set this up: each of its answers would itself cost hundreds of kilobytes.
const install = `{
  const {BroadcastChannel} = process.getBuiltinModule('worker_threads')
  globalThis.costs = new BroadcastChannel('costs')
  costs.onmessage = () => {
    const {heapUsed, arrayBuffers} = process.memoryUsage()
    costs.postMessage({heap: heapUsed, buffers: arrayBuffers})
  }
  costs.unref()
  process.getBuiltinModule('fs').readlinkSync('/proc/thread-self')
}`

export class WorkerCosts {
  /** the thread's number in the system */
  readonly thread: number
  readonly #channel: BroadcastChannel

  private constructor(thread: number, channel: BroadcastChannel) {
    this.thread = thread
    this.#channel = channel
  }

  /** Of the one worker thread that `start` starts. */
  static async of<Started>(start: () => Promise<Started>): Promise<[WorkerCosts, Started]> {
    const threads = new WorkerThreads()
    const started = await start()
    await threads.running(1)
    const link = String(await threads.evaluate(install))
    threads.end()
    const channel = new BroadcastChannel('costs')
    channel.unref()
    return [new WorkerCosts(Number(link.split('/').at(-1)), channel), started]
  }

  memory(): Promise<Memory> {
    return new Promise(resolve => {
      this.#channel.onmessage = event => resolve((event as MessageEvent).data as Memory)
      this.#channel.postMessage('tell')
    })
  }

  /** Reads and writes so far, of files and sockets alike: proc(5), /proc/PID/task/TID/io. */
  systemCalls(): {readonly reads: number; readonly writes: number} {
    const text = readFileSync(`/proc/self/task/${this.thread}/io`, 'latin1')
    const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1])
    return {reads: count('syscr'), writes: count('syscw')}
  }

  end(): void {
    this.#channel.close()
  }
}
