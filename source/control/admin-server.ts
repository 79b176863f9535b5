/** The admin listener: metrics for Prometheus, and whether the proxy is alive and ready, for whoever restarts or routes. */
import {once} from 'node:events'
import {closeSync} from 'node:fs'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {performance} from 'node:perf_hooks'
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Listen} from '../config/config.ts'
import {contentType} from '../metrics/exposition.ts'
import type {InheritedSocket} from '../proxy/messages.ts'
import {addressText, ListenError} from './listen-probe.ts'

/** So long at most is the main thread held before others have their turn. */
const TURN_MS = 2
/** More at once are asked to come again. */
const MAX_SCRAPES = 4
/** Who reads no faster than that is cut off. */
const SCRAPE_MS = 30_000
const MAX_CONNECTIONS = 64

export interface AdminOptions {
  /** piece by piece; empty pieces stand for work */
  readonly metrics: () => Iterable<string>
  /** why no traffic should come here now; undefined: it should */
  readonly notReady: () => string | undefined
}

interface Open {
  /** as configured, port 0 included */
  readonly wanted: Listen
  readonly server: Server
}

export class AdminServer {
  readonly #options: AdminOptions
  #open: Open | undefined
  #scrapes = 0

  constructor(options: AdminOptions) {
    this.#options = options
  }

  /** `address:port` with the port that the system chose; undefined: it is off. */
  get address(): Listen | undefined {
    const bound = this.#open?.server.address()
    if (this.#open === undefined || bound === null || typeof bound !== 'object') return undefined
    return {address: this.#open.wanted.address, port: bound.port}
  }

  /** For another process; undefined: it is off, or this system has none. Node has no public way to it. */
  get socket(): InheritedSocket | undefined {
    if (this.#open === undefined) return undefined
    const {_handle: handle} = this.#open.server as {readonly _handle?: {readonly fd?: number} | null}
    const fd = handle?.fd ?? -1
    return fd < 0 ? undefined : {...this.#open.wanted, fd}
  }

  /**
   * Opens a listener in place of the one before, which `commit` of what is given closes; `abort` closes the new one.
   * @throws ListenError and leaves everything as it was
   */
  async prepare(
    wanted: Listen | undefined,
    inherited?: InheritedSocket,
  ): Promise<{commit(): void; abort(): void}> {
    const before = this.#open
    if (inherited !== undefined && !same(wanted, inherited)) closeSync(inherited.fd)
    if (same(wanted, before?.wanted)) return {commit() {}, abort() {}}
    const next = wanted === undefined ? undefined : {wanted, server: await this.#listen(wanted, inherited)}
    return {
      commit: () => {
        this.#open = next
        if (before !== undefined) close(before.server)
      },
      abort: () => {
        if (next !== undefined) close(next.server)
      },
    }
  }

  close(): void {
    if (this.#open !== undefined) close(this.#open.server)
    this.#open = undefined
  }

  async #listen(listen: Listen, inherited: InheritedSocket | undefined): Promise<Server> {
    const server = createServer(
      {requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 65_000, maxHeaderSize: 8192},
      (request, response) => void this.#answer(request, response),
    )
    server.maxConnections = MAX_CONNECTIONS
    // Who keeps a connection and asks nothing must not keep a probe out: the next one that comes finds room.
    server.on('drop', () => server.closeIdleConnections())
    const fd = same(listen, inherited) ? inherited?.fd : undefined
    if (fd === undefined) server.listen({host: listen.address, port: listen.port, exclusive: true})
    else server.listen({fd})
    try {
      await once(server, 'listening')
    } catch (error) {
      const {code = '', message} = error as NodeJS.ErrnoException
      throw new ListenError(addressText(listen), code, message, 'proxy.admin')
    }
    server.on('error', () => {}) // accepting can fail for want of files: the next one may not
    return server
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    response.setHeader('Cache-Control', 'no-store')
    request.resume()
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return plain(response, 405, 'only GET and HEAD are answered here')
    }
    const [path] = (request.url ?? '').split('?', 1)
    if (path === '/metrics') return await this.#scrape(request, response)
    if (path === '/healthz') return plain(response, 200, 'alive')
    if (path === '/readyz') {
      const why = this.#options.notReady()
      return plain(response, why === undefined ? 200 : 503, why ?? 'ready')
    }
    if (path === '/') return plain(response, 200, 'revproxy-tui: /metrics /healthz /readyz')
    plain(response, 404, 'there is /metrics, /healthz and /readyz')
  }

  async #scrape(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'HEAD') {
      response.writeHead(200, {'Content-Type': contentType}).end()
      return
    }
    if (this.#scrapes >= MAX_SCRAPES)
      return plain(response, 503, `${MAX_SCRAPES} others are being answered: come again`)
    this.#scrapes++
    const tooLong = setTimeout(() => response.destroy(), SCRAPE_MS)
    try {
      response.writeHead(200, {'Content-Type': contentType})
      await send(this.#options.metrics(), response)
      response.end()
    } catch (error) {
      // Half of the metrics must not pass for all of them: the chunked coding says that they are not.
      response.destroy()
      if (!response.closed && !isGone(error)) throw error
    } finally {
      clearTimeout(tooLong)
      this.#scrapes--
    }
  }
}

/** Writes all pieces as fast as they are read, and never holds the thread for longer than a turn. */
async function send(pieces: Iterable<string>, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  response.once('close', leave)
  let turnStartedAt = performance.now()
  try {
    for (const piece of pieces) {
      if (response.destroyed) return
      const more = piece === '' || response.write(piece)
      if (!more) await once(response, 'drain', {signal: gone.signal})
      else if (performance.now() - turnStartedAt > TURN_MS) await nextTurn()
      else continue
      turnStartedAt = performance.now()
    }
  } finally {
    response.off('close', leave)
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || 'code' in error)
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {'Content-Type': 'text/plain; charset=utf-8'}).end(`${text}\n`)
}

function same(
  one: Pick<Listen, 'address' | 'port'> | undefined,
  other: Pick<Listen, 'address' | 'port'> | undefined,
): boolean {
  return one?.address === other?.address && one?.port === other?.port
}

/** No new connection; those that are being answered end by themselves. */
function close(server: Server): void {
  server.close()
  server.closeIdleConnections()
}
