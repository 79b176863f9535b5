/** The control socket of a proxy that starts: taken first, since it is the lock, and served once there is a controller. */
import {dirname, join, resolve} from 'node:path'
import type {ControlConfig} from '../config/config.ts'
import type {Controller} from '../control/controller.ts'
import {addressText, ListenError} from '../control/listen-probe.ts'
import type {AlreadyRunning} from '../socket/claim.ts'
import {PlaceError, socketFolder, socketName} from '../socket/places.ts'
import {API, type Info} from '../socket/protocol.ts'
import {ControlServer} from '../socket/server.ts'
import {sweep} from '../socket/sweep.ts'
import {readToken} from '../socket/token.ts'
import {version} from '../version.ts'

export interface Wanted {
  /** the configuration's file */
  readonly path: string
  readonly config: ControlConfig | undefined
  /** `--control`; false: `--no-control` */
  readonly flag: string | false | undefined
}

export interface OpenSocket {
  /** From now on it answers; says so in the events. */
  serve(controller: Controller): void
  close(): Promise<void>
}

const none: OpenSocket = {serve: () => {}, close: async () => {}}

/**
 * @throws AlreadyRunning when another process has it; PlaceError when it cannot lie where the user wants it; TokenError;
 * ListenError. Where nobody said where it should lie and it cannot lie in the usual place, the proxy does without.
 */
export async function openControlSocket(wanted: Wanted): Promise<OpenSocket> {
  if (wanted.flag === false) return none
  const file = resolve(wanted.path)
  const {socket, listen} = wanted.config ?? {}
  const chosen = wanted.flag ?? (socket && resolve(dirname(file), socket))
  const info = infoOf(file)
  let server: ControlServer
  let events: Controller['events'] | undefined
  try {
    const path = chosen === undefined ? join(socketFolder(), socketName(file)) : resolve(chosen)
    server = await ControlServer.claim({
      path,
      info,
      mistake: text => events?.add('bad', 'control', `a mistake of the proxy: ${text}`, 'control'),
    })
  } catch (error) {
    if (chosen !== undefined || listen !== undefined || !(error instanceof PlaceError)) throw error
    const {message} = error
    const serve = ({events}: Controller) =>
      events.add('warning', 'control', `there is no control socket: ${message}`, 'start')
    return {...none, serve}
  }
  if (chosen === undefined) void sweep(socketFolder())
  // Whatever ends the process: who starts next should not have to find out that nobody is there.
  process.once('exit', () => server.releaseNow())
  const address = listen && (await listenOnTcp(server, file, wanted.config))
  return {
    serve: controller => {
      events = controller.events
      server.serve(controller)
      const tcp = address === undefined ? '' : ` and http://${address}`
      events.add('info', 'control', `revproxy-tui attach --control ${server.path}${tcp}`, 'start')
    },
    close: () => server.close(),
  }
}

function infoOf(config: string): Omit<Info, 'phase'> {
  const {pid} = process
  return {program: 'revproxy-tui', version: version(), api: API, pid, startedAt: Date.now(), config}
}

async function listenOnTcp(
  server: ControlServer,
  file: string,
  {listen, token, tokenFile, hosts = []}: Partial<ControlConfig> = {},
): Promise<string | undefined> {
  if (listen === undefined) return undefined
  const secret = tokenFile === undefined ? token : await readToken(resolve(dirname(file), tokenFile))
  const {address, port} = listen
  const isLoopback = /^(127\.|::1$|localhost$)/.test(address)
  // A page whose name was made to point here says that name, and never an address.
  const names = [...hosts, address, ...(isLoopback ? ['localhost', '127.0.0.1', '::1'] : [])]
  try {
    const bound = await server.listen(address, port, {token: secret ?? '', hosts: names})
    return addressText({address, port: bound})
  } catch (error) {
    await server.close()
    const {code = '', message} = error as NodeJS.ErrnoException
    throw new ListenError(addressText(listen), code, message, 'proxy.control.listen')
  }
}

/** For whoever wanted to start what runs already. */
export function runningText({path, info}: AlreadyRunning, now: number): string {
  const attach = `  revproxy-tui attach --control ${path}`
  if (info === undefined)
    return `Another process holds the control socket ${path} and does not answer. See whose it is (fuser ${path}), or use another socket with --control.`
  const since = new Date(info.startedAt).toISOString()
  const {pid, config} = info
  return `${config} is served already, by process ${pid} since ${since} (${ageText(now - info.startedAt)}). See it with\n${attach}`
}

function ageText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000)
  if (minutes < 1) return 'less than a minute'
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  return [days > 0 ? `${days}d` : '', hours > 0 ? `${hours}h` : '', `${minutes % 60}m`]
    .filter(Boolean)
    .join(' ')
}
