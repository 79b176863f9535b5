/** Reads a small text file. Whatever prevents it is told in words that say what to do. */
import {constants} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {codeOf} from '../thrown.ts'

/** Far above what any of our files needs, and far below what would hurt. */
export const MAX_FILE_BYTES = 1024 * 1024

/** Whoever writes to a pipe may take so long until there is something more; it is looked for that often. */
const SILENCE_MS = 10_000
const PIPE_MS = 10

/** The problem completes "certificate: ...", or stands alone behind the name of the file. */
export type ReadFile =
  | {readonly text: string; readonly problem?: undefined}
  | {readonly text?: undefined; readonly problem: string}

/** `what` it should be, for a file that cannot be one. Never rejects for what is wrong with the file. */
export async function readTextFile(path: string, what: string): Promise<ReadFile> {
  let bytes: Buffer
  try {
    bytes = await readUpTo(path)
  } catch (error) {
    return {problem: readingProblem(codeOf(error))}
  }
  if (bytes.length > MAX_FILE_BYTES) return {problem: `the file is larger than 1 MiB; expected ${what}`}
  try {
    return {text: new TextDecoder('utf-8', {fatal: true}).decode(bytes)}
  } catch (error) {
    if (!(error instanceof TypeError) || codeOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    return {problem: 'the file is not UTF-8 text; save it as UTF-8'}
  }
}

/** What the code of a failed read means, and what to do about it. */
export function readingProblem(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file; check the path'
    case 'ENOTDIR':
      return 'a part of the path is not a directory; check the path'
    case 'EISDIR':
      return 'this is a directory; name the file in it'
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read the file; allow it for this user'
    case 'ELOOP':
      return 'the links to the file go in a circle; name the file itself'
    case 'ENAMETOOLONG':
      return 'the path is too long; check it'
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open; raise the limit of open files (ulimit -n)'
    case 'ETIMEDOUT':
      return `nothing came from the pipe for ${SILENCE_MS / 1000} s; check who writes to it`
    default:
      return `the file cannot be read (${code ?? 'unknown reason'}); check that it is an ordinary file`
  }
}

/**
 * A byte more than there may be tells that there is more. A loop, because a pipe (`check <(generate)`) has no size, gives
 * pieces, and /dev/zero never ends. Never blocked by a pipe: that would hold a thread, without which no process can end.
 * Rejects with the system's error.
 */
export async function readUpTo(path: string, most = MAX_FILE_BYTES + 1): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(most)
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    let length = 0
    let silentSince = performance.now()
    while (length < most) {
      const bytesRead = await read(file, buffer, length)
      if (bytesRead === 0) break
      if (bytesRead !== undefined) {
        length += bytesRead
        silentSince = performance.now()
      } else if (performance.now() - silentSince < SILENCE_MS) await sleep(PIPE_MS)
      else throw Object.assign(new Error('nothing comes'), {code: 'ETIMEDOUT'})
    }
    return buffer.subarray(0, length)
  } finally {
    await file.close()
  }
}

/** undefined: nothing is there yet. */
async function read(file: FileHandle, buffer: Buffer, at: number): Promise<number | undefined> {
  try {
    return (await file.read(buffer, at, buffer.length - at)).bytesRead
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined
    throw error
  }
}
