/**
 * One process follows another without a connection lost: the old one starts the new one with the listening sockets open
 * in it, and lets go of its own only when the new one listens on them too. Whoever waits in their queues is accepted.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import type {Outcome} from '../control/control.ts'
import type {Handed} from '../control/inherited.ts'

/** Says to the new process what it has been given; its value is JSON. */
const VARIABLE = 'REVPROXY_TUI_HANDED'
/** stdin, stdout and stderr come first; the channel between the two is the fourth. */
const FIRST = 4
/** How long a new process may take to listen. */
const START_MS = 30_000

/** What the two say to each other. */
type Word =
  /** new: it listens */
  | 'listening'
  /** old: the control socket is free, and nothing is accepted here any more */
  | 'yours'

/** Starts a process like this one. Resolves when it listens, or with the reason why it does not. */
export async function startSuccessor(
  handed: Handed,
): Promise<{readonly outcome: Outcome; readonly release: (() => void) | undefined}> {
  const sockets = [...handed.listeners, ...(handed.admin === undefined ? [] : [handed.admin])]
  const places = new Map(sockets.map(({fd}, index) => [fd, FIRST + index]))
  const moved = <Socket extends {readonly fd: number}>(socket: Socket) => ({
    ...socket,
    fd: places.get(socket.fd) ?? -1,
  })
  const told: Handed = {
    ...handed,
    listeners: handed.listeners.map(moved),
    admin: handed.admin && moved(handed.admin),
  }
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...sockets.map(({fd}) => fd)],
    env: {...process.env, [VARIABLE]: JSON.stringify(told)},
  })
  const failure = await listening(child)
  if (failure !== undefined) {
    const message = `not restarted, this process goes on: ${failure}`
    return {outcome: {ok: false, message}, release: undefined}
  }
  return {
    outcome: {ok: true, message: `process ${child.pid} has taken over`},
    release: () => {
      child.send('yours' satisfies Word, () => child.disconnect())
      child.unref()
    },
  }
}

/** undefined: it listens. */
function listening(child: ChildProcess): Promise<string | undefined> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`the new process did not listen within ${START_MS / 1000} seconds`)
    }, START_MS)
    const done = (failure: string | undefined) => {
      clearTimeout(timer)
      resolve(failure)
    }
    child.once('error', error => done(error.message))
    child.once('exit', (code, signal) => done(`the new process ended with ${signal ?? `exit code ${code}`}`))
    child.once('message', () => done(undefined))
  })
}

/** What the process before this one has left to it; undefined: there was none. */
export function predecessor(): Predecessor | undefined {
  const text = process.env[VARIABLE]
  delete process.env[VARIABLE]
  if (text === undefined || process.send === undefined) return undefined
  return new Predecessor(JSON.parse(text) as Handed) // written by the function above
}

export class Predecessor {
  readonly handed: Handed

  constructor(handed: Handed) {
    this.handed = handed
  }

  /** Says that this process listens; resolves when the other one has let go, in whatever way. */
  async takeOver(): Promise<void> {
    const free = new Promise<void>(resolve => {
      process.once('message', () => resolve())
      process.once('disconnect', () => resolve())
    })
    process.send?.('listening' satisfies Word)
    await free
    if (process.connected) process.disconnect?.()
  }
}
