/** The demo as the rest of the program sees it: a child process with servers and traffic, started and stopped. */
import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import type {Config, Listen} from '../config/config.ts'
import type {DemoPlan, Order, Report} from './messages.ts'
import {planDemo} from './plan.ts'

export interface Demo {
  /** ends traffic and servers; resolves when the child process is gone */
  stop(): Promise<void>
  /** keys of the instances that the demo runs */
  readonly instances: readonly string[]
  /** sentences for a person, oldest first; more may come while the demo runs */
  readonly problems: readonly string[]
}

export interface DemoOptions {
  readonly config: Config
  /** where the proxy listens, or will */
  readonly proxyAddress: Listen
  /** hears each problem, from the first one on */
  readonly onProblem?: (text: string) => void
}

/** How long a stop waits for the child before it is killed. */
const graceMs = 3_000

/**
 * Starts a server on each loopback instance of `config`, and traffic through the proxy.
 * The proxy need not be there yet. A port that is taken is a problem, not an error.
 * Rejects when the configuration has no loopback instance, or the child cannot start.
 */
export async function startDemo({config, proxyAddress, onProblem}: DemoOptions): Promise<Demo> {
  const {plan, remarks} = planDemo(config, proxyAddress)
  const problems: string[] = []
  const note = (text: string) => {
    problems.push(text)
    onProblem?.(text)
  }
  remarks.forEach(note)

  // A process of its own, so that its work is not mistaken for the proxy's in any measurement.
  // Its output is kept off the terminal, which belongs to the dashboard.
  const child = fork(new URL('./child.js', import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stopping = false
  const lastWords = tailOf(child)
  const gone = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', (code, signal) => resolve(`${signal ?? `exit code ${code}`}. ${lastWords()}`.trim()))
  })
  const instances = await ready(child, plan, note, gone)
  void gone.then(reason => {
    if (!stopping) note(`the demo has ended by itself: ${reason}`)
  })
  return {
    instances,
    problems,
    async stop() {
      stopping = true
      if (child.connected) order(child, {type: 'stop'})
      const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(impatience)
    },
  }
}

/** Resolves with the instances that listen, rejects when the child ends before that. */
function ready(child: ChildProcess, plan: DemoPlan, note: (text: string) => void, gone: Promise<string>) {
  return new Promise<readonly string[]>((resolve, reject) => {
    child.on('message', message => {
      const report = message as Report // the other end of this pipe is our own child.ts
      switch (report.type) {
        case 'ready':
          return resolve(report.instances)
        case 'problem':
          return note(report.text)
      }
    })
    void gone.then(reason => reject(new Error(`the demo did not start: ${reason}`)))
    void once(child, 'spawn').then(
      () => order(child, {type: 'start', plan}),
      () => {}, // `gone` says it
    )
  })
}

/** A child that has just gone is no error here: `gone` says it. */
function order(child: ChildProcess, message: Order): void {
  child.send(message, () => {})
}

/** The end of what the child wrote about its own failure. */
function tailOf(child: ChildProcess): () => string {
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2_000)
  })
  return () => tail
}
