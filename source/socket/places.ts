/** Where control sockets lie: a folder that only their owner can look into, a name made from the configuration's. */
import {createHash} from 'node:crypto'
import {lstatSync, mkdirSync, realpathSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, dirname, extname, isAbsolute, join} from 'node:path'
import {codeOf, messageOf} from '../thrown.ts'

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the last of them a zero. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103
/** a slash, a dot, eight digits: the name under which a socket is made */
const HIDDEN = 10
const MAX_NAME = 40
const ENDING = '.sock'

/** Why a socket cannot lie where it should, and what to do. */
export class PlaceError extends Error {}

/** In `$XDG_RUNTIME_DIR`, which belongs to the user alone; else in the temporary directory, under the user's number. */
export function socketFolder(): string {
  const {XDG_RUNTIME_DIR: own} = process.env
  if (own !== undefined && isAbsolute(own)) return join(own, 'revproxy-tui')
  const uid = ownNumber()
  return join(tmpdir(), uid === undefined ? 'revproxy-tui' : `revproxy-tui-${uid}`)
}

/** The same for the same file, by whatever path it is reached; another one for each other file. */
export function socketName(configPath: string): string {
  const whole = realPath(configPath)
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 10)
  const name = basename(whole, extname(whole))
    .replace(/[^\w.-]/g, '-')
    .slice(0, MAX_NAME)
  return `${name}-${hash}${ENDING}`
}

export function isSocketName(name: string): boolean {
  return name.endsWith(ENDING) && !name.startsWith('.')
}

/**
 * Makes the folder of the socket, for its owner alone, if there is none. One that is there is taken as it is, but the
 * common one has to be the user's own: others can make folders in the temporary directory too.
 * @throws PlaceError
 */
export function prepareFolder(socketPath: string): void {
  const folder = dirname(socketPath)
  if (Buffer.byteLength(socketPath) > MAX_PATH_BYTES || Buffer.byteLength(folder) + HIDDEN > MAX_PATH_BYTES)
    throw new PlaceError(
      `the path of the control socket is longer than ${MAX_PATH_BYTES} bytes: ${socketPath}; choose a shorter one with --control`,
    )
  try {
    mkdirSync(folder, {mode: 0o700})
  } catch (error) {
    if (codeOf(error) !== 'EEXIST')
      throw new PlaceError(
        `there is no folder for the control socket and none can be made: ${folder} (${codeOf(error) ?? messageOf(error)})`,
      )
  }
  if (folder === socketFolder()) assertPrivate(folder)
}

/** @throws PlaceError when others could have a hand in it */
export function assertPrivate(folder: string): void {
  const found = lstatSync(folder)
  const uid = ownNumber()
  if (!found.isDirectory()) throw new PlaceError(`${folder} is no folder: remove it`)
  if (uid !== undefined && found.uid !== uid)
    throw new PlaceError(
      `${folder} belongs to another user: set XDG_RUNTIME_DIR to a folder of your own, or choose a path with --control`,
    )
  if (uid !== undefined && (found.mode & 0o077) !== 0)
    throw new PlaceError(`others can look into ${folder}: chmod 700 it, or choose a path with --control`)
}

/** Not by its name, which users of services and containers may lack; undefined: the system numbers nobody (Windows). */
function ownNumber(): number | undefined {
  return process.getuid?.()
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
