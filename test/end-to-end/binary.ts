/** The built program as a user starts it: with or without a terminal, and what it printed and drew. */
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {type IPty, spawn as spawnPty} from '@lydell/node-pty'
import xterm from '@xterm/headless'
import type {Cleanups} from '../proxy/harness.ts'

/** Below the time-out of the tests, so that a failure shows the screen. */
const PATIENCE_MS = 60_000

export const bin = fileURLToPath(new URL('../../../dist/bin.js', import.meta.url))

/** What a test opened, closed in reverse order when it ends. */
export class Cleanup implements Cleanups {
  readonly #steps: Array<() => void | Promise<void>> = []

  after(step: () => void | Promise<void>): void {
    this.#steps.push(step)
  }

  async run(): Promise<void> {
    for (const step of this.#steps.reverse()) await step()
  }
}

export function cleanupOf(t: Cleanups): Cleanup {
  const cleanup = new Cleanup()
  t.after(() => cleanup.run())
  return cleanup
}

/** An instance that says its name. */
export async function namedInstance(name: string, cleanup: Cleanup): Promise<{port: number; server: Server}> {
  const server = createServer((_, response) => response.end(name))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanup.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {port: (server.address() as AddressInfo).port, server}
}

export function configFile(text: string, cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-'))
  cleanup.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))
  const path = join(folder, 'test.yaml')
  writeFileSync(path, text)
  return path
}

export function serviceYaml(listenPort: number, ports: readonly number[], more = ''): string {
  const hosts = ports.map(port => `{address: 127.0.0.1, port: ${port}}`).join(', ')
  return `proxy:
  listen: {address: 127.0.0.1, port: ${listenPort}}
  services:
    - {name: api, domain: api.test, hosts: [${hosts}], tcpHealthcheck: {interval: 0.3, timeout: 0.2}${more}}
`
}

/** The program without a terminal. */
export class Piped {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  /** the process alone: another one may still hold its output */
  readonly exited: Promise<number | null>
  output = ''
  errors = ''
  readonly #waiting = new Set<() => void>()

  constructor(
    args: readonly string[],
    cleanup: Cleanup,
    nodeArgs: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(process.execPath, [...nodeArgs, bin, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {...process.env, ...env},
    })
    this.child.stdout?.on('data', piece => this.#heard('output', piece))
    this.child.stderr?.on('data', piece => this.#heard('errors', piece))
    this.ended = new Promise(resolve => this.child.once('close', code => resolve(code)))
    this.exited = new Promise(resolve => this.child.once('exit', code => resolve(code)))
    cleanup.after(async () => {
      this.child.kill('SIGKILL')
      await this.exited
    })
  }

  /** Resolves once the output matches. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return until(this.#waiting, () => pattern.exec(this.output))
  }

  #heard(where: 'output' | 'errors', piece: Buffer): void {
    this[where] += piece.toString()
    for (const check of this.#waiting) check()
  }
}

/** The program in a terminal of its own. */
export class InTerminal {
  readonly pty: IPty
  readonly terminal: xterm.Terminal
  readonly ended: Promise<number>
  readonly #waiting = new Set<() => void>()
  /** a frame has begun and is not whole: what stands there is half of two screens */
  #isInFrame = false

  constructor(args: readonly string[], cleanup: Cleanup, env: Record<string, string> = {}) {
    const {CI: _, NO_COLOR: __, ...inherited} = process.env
    this.terminal = new xterm.Terminal({cols: 100, rows: 28, allowProposedApi: true})
    this.#watchFrames()
    this.pty = spawnPty(process.execPath, [bin, ...args], {
      name: 'xterm-256color',
      cols: 100,
      rows: 28,
      env: {...inherited, TERM: 'xterm-256color', ...env},
    })
    this.pty.onData(data =>
      this.terminal.write(data, () => {
        for (const check of this.#waiting) check()
      }),
    )
    this.ended = new Promise(resolve => this.pty.onExit(({exitCode}) => resolve(exitCode)))
    cleanup.after(() => {
      try {
        process.kill(this.pty.pid, 'SIGKILL')
      } catch {
        // gone already
      }
    })
  }

  get screen(): string {
    const {active} = this.terminal.buffer
    return Array.from({length: this.terminal.rows}, (_, row) =>
      active.getLine(active.baseY + row)?.translateToString(true),
    ).join('\n')
  }

  /** normal: the terminal has been given back */
  get buffer(): 'normal' | 'alternate' {
    return this.terminal.buffer.active.type
  }

  /** Resolves once the screen matches. What it shows instead after a long time is said in the error. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const tooLong = new AbortController()
    const found = until(this.#waiting, () => (this.#isInFrame ? null : pattern.exec(this.screen)))
    const patience = setTimeout(PATIENCE_MS, undefined, {signal: tooLong.signal, ref: false}).then(() => {
      throw new Error(`the screen never matched ${pattern}:\n${this.screen}`)
    })
    patience.catch(() => undefined)
    try {
      return await Promise.race([found, patience])
    } finally {
      tooLong.abort()
    }
  }

  press(keys: string): void {
    this.pty.write(keys)
  }

  /** Frames lie between the two sequences of synchronized output (DEC private mode 2026). */
  #watchFrames(): void {
    for (const [final, begins] of [
      ['h', true],
      ['l', false],
    ] as const) {
      this.terminal.parser.registerCsiHandler({prefix: '?', final}, ([mode]) => {
        if (mode === 2026) this.#isInFrame = begins
        return false
      })
    }
  }
}

/** Checks now and whenever something new was heard; the test runner's own time-out is the limit. */
function until<Found>(waiting: Set<() => void>, find: () => Found | null): Promise<Found> {
  return new Promise(resolve => {
    const check = () => {
      const found = find()
      if (found === null) return
      waiting.delete(check)
      resolve(found)
    }
    waiting.add(check)
    check()
  })
}
