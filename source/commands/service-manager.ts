/** What is said to systemd (sd_notify), by its own program: Node has no Unix datagram sockets. */
import {execFile} from 'node:child_process'
import type {Controller} from '../control/controller.ts'

export class ServiceManager {
  /** µs after which systemd takes a process without a sign of life for dead; 0: it does not watch */
  readonly #watchdogMicros: number
  readonly #told: boolean
  #timer: NodeJS.Timeout | undefined

  /** `followed`: this process follows another one, whose number is still in the environment. */
  constructor(env: NodeJS.ProcessEnv, followed: boolean) {
    const {NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID} = env
    this.#told = NOTIFY_SOCKET !== undefined && NOTIFY_SOCKET !== ''
    const forUs = followed || WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid)
    const micros = Number(WATCHDOG_USEC)
    this.#watchdogMicros = this.#told && forUs && micros > 0 ? micros : 0
  }

  /** The service runs, and this is its process. From here on the watchdog is fed as long as all workers answer. */
  async ready(controller: Controller): Promise<void> {
    await this.#say(controller, 'READY=1', `MAINPID=${process.pid}`)
    if (this.#watchdogMicros === 0) return
    const feed = () => {
      if (controller.answers) void this.#say(controller, 'WATCHDOG=1')
    }
    feed()
    // sd_watchdog_enabled(3) recommends half of the time.
    this.#timer = setInterval(feed, this.#watchdogMicros / 2000).unref()
  }

  /** Where systemd stops the service itself, it ends whoever would tell it so. */
  async stopping(): Promise<void> {
    await this.#say(undefined, 'STOPPING=1')
  }

  /** Another process is the service now. */
  leave(): void {
    clearInterval(this.#timer)
  }

  #say(controller: Controller | undefined, ...words: readonly string[]): Promise<void> {
    if (!this.#told) return Promise.resolve()
    return new Promise(resolve => {
      // Without --pid: it would name this process as the service's again, after another one has taken over.
      execFile('systemd-notify', words, {timeout: 5000}, error => {
        if (error !== null)
          controller?.events.add('warning', 'proxy', `systemd cannot be told: ${error.message}`, 'systemd')
        resolve()
      })
    })
  }
}
