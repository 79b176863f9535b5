/** Which proxies run for this user: those whose control sockets lie in the common folder and answer. For root, the service's too. */
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {Unreachable} from './exchange.ts'
import {assertPrivate, isSocketName, socketFolder} from './places.ts'
import type {Info} from './protocol.ts'
import {infoOf} from './remote-control.ts'

/** One that is there answers at once. */
const ASK_MS = 2000
/** Where the service keeps it (deploy/systemd): its user has no name, and only root can look there. */
const SERVICE_FOLDER = '/run/revproxy-tui/revproxy-tui'

export interface RunningProxy {
  readonly path: string
  /** undefined: somebody has the socket and does not answer */
  readonly info: Info | undefined
}

/** In the order of their paths. @throws PlaceError when the folder is not the user's own */
export async function runningProxies(): Promise<readonly RunningProxy[]> {
  const folder = socketFolder()
  const paths = await socketsIn(folder)
  if (paths.length > 0) assertPrivate(folder)
  // Root alone can make a folder in /run, so nobody can put another one there.
  if (process.getuid?.() === 0 && folder !== SERVICE_FOLDER) paths.push(...(await socketsIn(SERVICE_FOLDER)))
  const found = await Promise.all(
    paths.map(async path => {
      try {
        return [{path, info: await infoOf({socketPath: path}, ASK_MS)}]
      } catch (error) {
        return error instanceof Unreachable && error.isGone ? [] : [{path, info: undefined}]
      }
    }),
  )
  return found.flat().sort((one, other) => (one.path < other.path ? -1 : 1))
}

async function socketsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(isSocketName).map(name => join(folder, name))
}
