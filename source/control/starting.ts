/** What has to be there before workers start: settings kept, certificates read, names resolved, addresses to listen on. */
import {availableParallelism} from 'node:os'
import {dirname} from 'node:path'
import type {Config, Listen} from '../config/config.ts'
import type {Given} from '../config/difference.ts'
import {type Inherited, listenFor} from './inherited.ts'
import {InstanceDiscovery} from './instance-discovery.ts'
import {addressText, canReusePort, HeldPorts, ListenError} from './listen-probe.ts'
import {Settings} from './settings.ts'
import {Shares} from './shares.ts'
import {type Kept, readStateFile} from './state-file.ts'
import {type ReadUnits, TlsFiles} from './tls-files.ts'
import type {Wishes} from './wishes.ts'

const MAX_DEFAULT_WORKERS = 4

export interface StartOptions {
  readonly config: Config
  /** where the configuration came from; without it there is nothing to reload */
  readonly file?: {readonly path: string; readonly given: Given}
  /** sockets that listen already, from whoever started this process */
  readonly inherited?: Inherited
  /** what the operator changed in the process that this one follows */
  readonly wishes?: Wishes
}

export interface Start {
  /** with what the operator changed */
  readonly config: Config
  readonly settings: Settings
  readonly wishes: Wishes | undefined
  /** why what a process before this one kept is not in force */
  readonly problem: string | undefined
  readonly listen: readonly Listen[]
  /** to be released once workers listen, or will not; undefined: ports cannot be shared here, and so not be held */
  readonly held: HeldPorts | undefined
  readonly reusePort: boolean
  readonly tls: ReadUnits
  readonly discovery: InstanceDiscovery
  readonly shares: Shares
}

/**
 * @throws ListenError
 * @throws Error in words, when a file of certificates cannot be used
 */
export async function prepareStart(options: StartOptions): Promise<Start> {
  const {file, inherited} = options
  const {wishes, problem} = await keptFor(options)
  const settings =
    file === undefined ? new Settings() : new Settings(wishes?.settings).keptWith(file.given).settings
  const config =
    file === undefined ? options.config : settings.config(options.config, file.given, dirname(file.path))
  const tls = await TlsFiles.read(config)
  if (tls.units === undefined) throw new Error(tls.problem)
  const discovery = await InstanceDiscovery.start(config)
  const reusePort = await canReusePort()
  const held = reusePort ? new HeldPorts() : undefined
  try {
    const listen = await listenFor(config.listen, inherited, held)
    const shares = await sharesOf(inherited, listen, workerCount(config, reusePort))
    return {config, settings, wishes, problem, listen, held, reusePort, tls: tls.units, discovery, shares}
  } catch (error) {
    held?.release()
    discovery.close()
    throw error
  }
}

/** Where an address cannot be bound more than once there is one. */
export function workerCount({workers = defaultWorkers()}: Config, reusePort: boolean): number {
  return reusePort ? workers : 1
}

export function defaultWorkers(): number {
  return Math.max(1, Math.min(MAX_DEFAULT_WORKERS, availableParallelism() - 1))
}

/** Of what was inherited, what is listened on. */
async function sharesOf(
  {listeners, shared}: Inherited = {listeners: [], admin: undefined, shared: false},
  listen: readonly Listen[],
  workers: number,
): Promise<Shares> {
  const wanted = listeners.filter(one =>
    listen.some(({address, port}) => address === one.address && port === one.port),
  )
  return Shares.open(wanted, workers, shared).catch(error => {
    throw new ListenError(wanted.map(addressText).join(', '), '', (error as Error).message)
  })
}

/** From the process before this one, else from the file in which one that has ended left them. */
async function keptFor({wishes, config}: StartOptions): Promise<Kept> {
  if (wishes !== undefined) return {wishes}
  return config.stateFile === undefined ? {} : readStateFile(config.stateFile)
}
