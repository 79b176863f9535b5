/**
 * One process follows another without a connection lost: the old one starts the new one with the listening sockets open
 * in it, and lets go of its own only when the new one listens on them too. Whoever waits in their queues is accepted.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import type {Command} from '../control/control.ts'
import type {Handed} from '../control/inherited.ts'
import type {Wishes} from '../control/wishes.ts'
import {exitCodes} from '../exit-codes.ts'

/** Says to the new process which sockets it has been given; its value is JSON. */
const VARIABLE = 'REVPROXY_TUI_HANDED'
/** stdin, stdout and stderr come first; the channel between the two is the fourth. */
const FIRST = 4
/** How long a new process may take to listen. */
const START_MS = 30_000

type Sockets = Omit<Handed, 'wishes'>

/** A command, and who gave it. */
export interface CarriedOut {
  readonly command: Command
  readonly by: string
}

/** What the two say to each other. */
type Word =
  /** old, first of all: what the operator changed, which is more than a variable can hold */
  | {readonly wishes: Wishes}
  /** new: it listens */
  | 'listening'
  /** new: it cannot start, and why */
  | {readonly failure: string}
  /** old: the control socket is free, nothing is accepted here any more, and these were carried out since the wishes */
  | {readonly yours: readonly CarriedOut[]}

/** A process that listens and waits for the one before it to let go. */
export class Successor {
  readonly #child: ChildProcess
  readonly #unbind: () => void

  constructor(child: ChildProcess, unbind: () => void) {
    this.#child = child
    this.#unbind = unbind
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get hasEnded(): boolean {
    const {exitCode, signalCode} = this.#child
    return exitCode !== null || signalCode !== null
  }

  /** Everything is its own from here on. */
  release(since: readonly CarriedOut[]): void {
    const child = this.#child
    this.#unbind()
    child.send({yours: since} satisfies Word, () => {
      if (child.connected) child.disconnect()
    })
    child.unref()
  }

  /** It is not wanted any more. */
  end(): void {
    this.#unbind()
    this.#child.kill('SIGTERM')
  }
}

/** Who stops the old process meanwhile wants no new one; where it fails, the new one is what is left. Gives how to end that. */
function bound(child: ChildProcess): () => void {
  const ended = (code: number) => {
    if (code === exitCodes.OK.code || code === exitCodes.CUT.code) child.kill('SIGTERM')
  }
  process.on('exit', ended)
  return () => process.off('exit', ended)
}

/** Starts a process like this one. Resolves when it listens, or with the reason why it does not. May reject, too. */
export async function startSuccessor({wishes, ...handed}: Handed): Promise<Successor | string> {
  const sockets = [...handed.listeners, ...(handed.admin === undefined ? [] : [handed.admin])]
  const places = new Map(sockets.map(({fd}, index) => [fd, FIRST + index]))
  const moved = <Socket extends {readonly fd: number}>(socket: Socket) => ({
    ...socket,
    fd: places.get(socket.fd) ?? -1,
  })
  const told: Sockets = {
    ...handed,
    listeners: handed.listeners.map(moved),
    admin: handed.admin && moved(handed.admin),
  }
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...sockets.map(({fd}) => fd)],
    env: {...process.env, [VARIABLE]: JSON.stringify(told)},
  })
  const unbind = bound(child)
  // What cannot be said to it any more is told by its end.
  child.send({wishes} satisfies Word, () => {})
  const failure = await failureOf(child)
  if (failure === undefined) return new Successor(child, unbind)
  unbind()
  return failure
}

/** Why it does not start; undefined: it listens. */
function failureOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`the new process did not listen within ${START_MS / 1000} seconds`)
    }, START_MS)
    const done = (failure: string | undefined) => {
      clearTimeout(timer)
      resolve(failure)
    }
    child.on('error', error => done(error.message))
    child.once('exit', (code, signal) => done(`the new process ended with ${signal ?? `exit code ${code}`}`))
    child.once('message', (word: Word) =>
      done(typeof word === 'object' && 'failure' in word ? word.failure : undefined),
    )
  })
}

/** What the process before this one has left to it; undefined: there was none. */
export async function predecessor(): Promise<Predecessor | undefined> {
  const text = process.env[VARIABLE]
  delete process.env[VARIABLE]
  if (text === undefined || process.send === undefined) return undefined
  const sockets = JSON.parse(text) as Sockets // written by the function above
  return new Predecessor({...sockets, wishes: (await heard('wishes'))?.wishes ?? {services: []}})
}

/** What the other process says; undefined: it has gone, in whatever way. */
function heard<Key extends 'wishes' | 'yours'>(
  key: Key,
): Promise<Extract<Word, Record<Key, unknown>> | undefined> {
  return new Promise(resolve => {
    process.once('message', (word: Word) => {
      const isIt = typeof word === 'object' && key in word
      resolve(isIt ? (word as Extract<Word, Record<Key, unknown>>) : undefined)
    })
    process.once('disconnect', () => resolve(undefined))
  })
}

export class Predecessor {
  readonly handed: Handed

  constructor(handed: Handed) {
    this.handed = handed
  }

  /** Says that this process listens; resolves when the other one has let go, with what it has carried out meanwhile. */
  async takeOver(): Promise<readonly CarriedOut[]> {
    const free = heard('yours')
    process.send?.('listening' satisfies Word)
    const word = await free
    if (process.connected) process.disconnect?.()
    return word?.yours ?? []
  }

  /** Says why this process does not start; resolves when that is on its way. */
  failed(why: string): Promise<void> {
    return new Promise(resolve => {
      if (process.connected)
        process.send?.({failure: why} satisfies Word, undefined, undefined, () => resolve())
      else resolve()
    })
  }
}
