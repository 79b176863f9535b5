/** Sockets that systemd opened before it started the program (sd_listen_fds): the first is the first of `listen`, and so on. */
import type {Listen} from '../config/config.ts'
import type {Inherited} from '../control/inherited.ts'

/** SD_LISTEN_FDS_START */
const FIRST = 3

/** The number of sockets does not fit the configuration. */
export class ActivationError extends Error {}

/**
 * undefined: there are none for this process. With twice as many sockets as addresses, each address has two, in the order
 * of the addresses and then again; and so on.
 * @throws ActivationError
 */
export function activated(env: NodeJS.ProcessEnv, listen: readonly Listen[]): Inherited | undefined {
  const {LISTEN_FDS, LISTEN_PID} = env
  const count = Number(LISTEN_FDS)
  if (LISTEN_PID !== String(process.pid) || !(count > 0)) return undefined
  // A process that is started from here must not take them for its own.
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES']) delete env[name]
  if (count % listen.length !== 0)
    throw new ActivationError(
      `The service manager gave ${count} sockets, and the configuration names ${listen.length} addresses: there has to be a socket for each, in the same order.`,
    )
  const listeners = Array.from({length: count}, (_, index) => {
    const {address = '', port = 0} = listen[index % listen.length] ?? {}
    return {address, port, wanted: port, fd: FIRST + index}
  })
  return {listeners, admin: undefined, shared: true}
}
