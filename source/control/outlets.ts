/** What the proxy tells the outside of itself besides its dashboard: metrics, readiness and the access log. */
import {resolve} from 'node:path'
import {AccessLog, type AccessLogOptions, type AccessLogSettings} from '../access-log/access-log.ts'
import type {Config, Listen} from '../config/config.ts'
import type {InheritedSocket} from '../proxy/messages.ts'
import {type AdminOptions, AdminServer} from './admin-server.ts'
import type {Outcome} from './control.ts'
import type {EventLog} from './event-log.ts'
import {addressText} from './listen-probe.ts'

/** The file of the access log cannot be opened. */
export class AccessLogError extends Error {
  constructor(path: string, cause: string) {
    super(
      `Cannot write the access log ${path}: ${cause}. Change proxy.accessLog.path, or what stands in its way.`,
    )
    this.name = 'AccessLogError'
  }
}

export interface OutletsOptions extends AdminOptions, Pick<AccessLogOptions, 'recorders' | 'names'> {
  readonly events: EventLog
  /** a dashboard is drawn on standard output */
  readonly outputTaken: boolean
  /** where relative paths begin */
  readonly folder: string
}

type Wanted = Pick<Config, 'admin' | 'accessLog'>

export class Outlets {
  readonly #options: OutletsOptions
  readonly #admin: AdminServer
  readonly accessLog: AccessLog

  constructor(options: OutletsOptions) {
    const {recorders, names, events} = options
    this.#options = options
    this.#admin = new AdminServer(options)
    this.accessLog = new AccessLog({
      recorders,
      names,
      event: (level, text) => events.add(level, 'proxy', text, 'access log'),
    })
  }

  /** Where metrics can be had, its port resolved; undefined: nowhere. */
  get adminAddress(): Listen | undefined {
    return this.#admin.address
  }

  /**
   * Opens what is new in `wanted`. `commit` puts it into force and closes what is not wanted any more, `abort` closes it.
   * @throws ListenError or AccessLogError, and leaves everything as it was
   */
  async prepare(
    {admin, accessLog}: Wanted,
    inherited?: InheritedSocket,
  ): Promise<{commit(by: string): void; abort(): void}> {
    const server = await this.#admin.prepare(admin, inherited)
    const log = await this.#prepareLog(accessLog).catch(error => {
      server.abort()
      throw error
    })
    return {
      commit: by => {
        const before = this.adminAddress
        server.commit()
        log.commit(by === 'start' ? 'first' : 'now')
        if (accessLog?.path === 'stdout' && this.#options.outputTaken) this.#tellTaken(by)
        if (this.adminAddress?.port !== before?.port) this.#tell(by)
      },
      abort: () => {
        server.abort()
        log.abort()
      },
    }
  }

  reopenLog(by: string): Outcome {
    const {path} = this.accessLog.reading ?? {}
    if (path === undefined)
      return {ok: false, message: 'there is no access log: name one under proxy.accessLog'}
    const {events} = this.#options
    if (path === 'stdout') {
      const message = 'the access log is on stdout: there is no file to open again'
      events.add('warning', 'proxy', message, by)
      return {ok: false, message}
    }
    events.add('info', 'proxy', `access log ${path} reopened`, by)
    this.accessLog.reopen()
    return {ok: true, message: 'access log reopened'}
  }

  /** Of the admin listener, for a process that follows this one. */
  get adminSocket(): InheritedSocket | undefined {
    return this.#admin.socket
  }

  /** Another process answers on the admin listener from now on. */
  leave(): void {
    this.#admin.close()
  }

  async close(): Promise<void> {
    await this.accessLog.close()
    this.#admin.close()
  }

  #prepareLog(given: AccessLogSettings | undefined) {
    if (given === undefined) return this.accessLog.prepare(undefined)
    if (given.path === 'stdout') return this.accessLog.prepare(this.#options.outputTaken ? undefined : given)
    const path = resolve(this.#options.folder, given.path)
    return this.accessLog.prepare({...given, path}).catch((error: Error) => {
      throw new AccessLogError(path, error.message)
    })
  }

  #tellTaken(by: string): void {
    const text = 'no access log: the dashboard is drawn on stdout; name a file, or start with --headless'
    this.#options.events.add('warning', 'proxy', text, by)
  }

  #tell(by: string): void {
    const address = this.adminAddress
    if (address !== undefined)
      this.#options.events.add('info', 'proxy', `metrics on http://${addressText(address)}/metrics`, by)
  }
}
