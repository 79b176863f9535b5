/** Takes a control socket, which is also the lock: one proxy a path, whoever starts when, and a dead one's is replaced. */
import {randomBytes} from 'node:crypto'
import {lstatSync, readlinkSync, renameSync, rmSync, symlinkSync, unlinkSync} from 'node:fs'
import type {Server} from 'node:http'
import {connect} from 'node:net'
import {dirname, join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {codeOf, messageOf} from '../thrown.ts'
import {askJson} from './exchange.ts'
import {PlaceError, prepareFolder} from './places.ts'
import type {Info} from './protocol.ts'

const ASK_MS = 2000
const WAIT_MS = 20
/** Somebody else replaces the socket at the same time: that takes well under a millisecond. */
const TRIES = 100

/** Another process has the socket; without `info` it does not answer. */
export class AlreadyRunning extends Error {
  readonly path: string
  readonly info: Info | undefined

  constructor(path: string, info: Info | undefined) {
    super(`a proxy runs on ${path}`)
    this.path = path
    this.info = info
  }
}

/**
 * Lets the server listen on the path, with rights for its owner alone from the first moment on: it is bound under another
 * name and moved into place. Gives the function that removes it again.
 * @throws AlreadyRunning, PlaceError
 */
export async function claim(server: Server, path: string): Promise<() => void> {
  prepareFolder(path)
  const hidden = join(dirname(path), `.${randomBytes(4).toString('hex')}`)
  await listen(server, hidden)
  let own: string | undefined
  try {
    own = await moveIntoPlace(hidden, path)
  } catch (error) {
    rmSync(hidden, {force: true})
    server.close()
    throw error
  }
  return () => {
    // Whoever took the place of ours keeps it.
    if (own !== undefined && identity(path) === own) rmSync(path, {force: true})
  }
}

/**
 * A rename alone would take the place of a socket that somebody claimed between our look and it. So what lies there is
 * replaced only by the holder of a guard for exactly that, and only if it still lies there then.
 */
async function moveIntoPlace(hidden: string, path: string): Promise<string | undefined> {
  for (let tried = 0; tried < TRIES; tried++) {
    const found = identity(path)
    if (found !== undefined) await assertDead(path)
    const guard = takeGuard(`${path}.${found ?? 'none'}`)
    if (guard !== undefined) {
      try {
        if (identity(path) === found) {
          renameSync(hidden, path)
          return identity(path)
        }
      } finally {
        unlinkSync(guard)
      }
    }
    await setTimeout(WAIT_MS)
  }
  throw new PlaceError(`the control socket is being replaced again and again: ${path}`)
}

/**
 * A link that says whose it is: made in one step, with its content, by one process only. One of a process that died
 * meanwhile stays where it is, and the next number counts.
 */
export function takeGuard(name: string): string | undefined {
  for (let number = 1; ; number++) {
    const guard = `${name}.${number}`
    try {
      symlinkSync(String(process.pid), guard)
      return guard
    } catch (error) {
      if (codeOf(error) !== 'EEXIST')
        throw new PlaceError(
          `no control socket can be made in ${dirname(name)} (${codeOf(error) ?? messageOf(error)})`,
        )
      if (isAlive(holderOf(guard))) return undefined
    }
  }
}

export function holderOf(guard: string): number {
  try {
    return Number(readlinkSync(guard))
  } catch {
    // Gone in this moment: whoever held it lives.
    return process.pid
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** @throws AlreadyRunning when somebody listens; returns when nobody does, or when there is no such path any more. */
async function assertDead(path: string): Promise<void> {
  // To connect to a file of another kind is refused as well, and it would be taken for a dead socket.
  if (lstatSync(path, {throwIfNoEntry: false})?.isSocket() === false)
    throw new PlaceError(`${path} is no socket: choose another path, or remove it`)
  const state = await connected(path)
  if (state === 'ECONNREFUSED' || state === 'ENOENT') return
  if (state !== '' && state !== 'EAGAIN') throw new PlaceError(`${path} cannot be opened (${state})`)
  const question = {method: 'GET', path: '/v1', timeoutMs: ASK_MS}
  const info = await askJson({socketPath: path}, question).catch(() => undefined)
  throw new AlreadyRunning(path, info as Info | undefined)
}

/** Empty: somebody listens there; else the code of the error. */
export function connected(path: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('')
    })
    socket.once('error', error => resolve(codeOf(error) ?? error.message))
  })
}

/** What lies there; undefined: nothing. Another file has another one, also under the same name. */
export function identity(path: string): string | undefined {
  const found = lstatSync(path, {bigint: true, throwIfNoEntry: false})
  return found && `${found.dev}-${found.ino}-${found.ctimeNs}`
}

/** Bound while nobody else may get any right to what this process makes. */
async function listen(server: Server, path: string): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  server.once('error', reject)
  const before = process.umask(0o177)
  try {
    server.listen(path, resolve)
  } finally {
    process.umask(before)
  }
  try {
    await promise
  } catch (error) {
    throw new PlaceError(`no control socket can be made at ${path} (${codeOf(error) ?? messageOf(error)})`)
  } finally {
    server.off('error', reject)
  }
}
