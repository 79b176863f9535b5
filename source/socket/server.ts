/** A control over HTTP: on a Unix socket for the user it belongs to, and over TCP for whoever has the token. */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {Control} from '../control/control.ts'
import {printable} from '../printable.ts'
import {stackOf} from '../thrown.ts'
import {answers, Objected} from './answers.ts'
import {bodyFor, endpointOf, perSecondIn} from './asked.ts'
import {claim} from './claim.ts'
import {READ_ONLY_FIELD} from './exchange.ts'
import {type Guard, type GuardOptions, guard} from './guard.ts'
import {beginLines, giveUpUnread} from './lines.ts'
import {type Endpoint, endpoints, type Info, type Problem, type ProblemCode, problems} from './protocol.ts'
import {SnapshotStream} from './snapshot-stream.ts'

const MAX_CONNECTIONS = 100
/** of them, those whose answer does not end */
const MAX_STREAMS = 32

export interface ServerOptions {
  /** where the Unix socket is to lie */
  readonly path: string
  readonly info: Omit<Info, 'phase'>
  /** something that whoever watches the proxy should know of; safe to print */
  readonly mistake?: (text: string) => void
}

export class ControlServer {
  readonly path: string
  readonly #options: ServerOptions
  readonly #servers: Server[] = []
  #control: Control | undefined
  #stream: SnapshotStream | undefined
  #release: () => void = () => {}
  #endless = 0

  private constructor(options: ServerOptions) {
    this.#options = options
    this.path = options.path
  }

  /**
   * Takes the path, which no other proxy can have from now on; says only who it is until there is a control.
   * @throws AlreadyRunning, PlaceError
   */
  static async claim(options: ServerOptions): Promise<ControlServer> {
    const server = new ControlServer(options)
    server.#release = await claim(server.#newServer(undefined), options.path)
    return server
  }

  /** Answers from now on what is asked of the control. */
  serve(control: Control): void {
    this.#control = control
    this.#stream = new SnapshotStream(control)
  }

  /** Listens on an address too. Gives the port. Rejects with the error of the system. */
  async listen(address: string, port: number, options: GuardOptions): Promise<number> {
    const server = this.#newServer(guard(options))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, address, resolve)
    })
    const bound = server.address()
    return typeof bound === 'object' && bound !== null ? bound.port : port
  }

  /** The path first: whoever starts then finds nothing, or us. */
  async close(): Promise<void> {
    this.#release()
    this.#stream?.end()
    // What was just written may be on its way; it is not waited for longer than that.
    await new Promise(setImmediate)
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }

  /** What is left of it when the process ends in whatever way. */
  releaseNow(): void {
    this.#release()
  }

  #newServer(check: Guard | undefined): Server {
    const server = createServer(
      {
        maxHeaderSize: 8192,
        headersTimeout: 5000,
        requestTimeout: 10_000,
        connectionsCheckingInterval: 1000,
        keepAliveTimeout: 5000,
      },
      (request, response) => void this.#answer(request, response, check),
    )
    server.maxConnections = MAX_CONNECTIONS
    server.on('clientError', (_, socket) => socket.destroy())
    server.on('error', () => {}) // accepting can fail for want of files: the next one may not
    this.#servers.push(server)
    return server
  }

  async #answer(request: IncomingMessage, response: ServerResponse, check: Guard | undefined): Promise<void> {
    try {
      const objection = check?.(request)
      if (objection !== undefined) throw new Objected(objection.code, objection.message)
      const url = URL.parse(request.url ?? '', 'http://control')
      if (url === null) throw new Objected('bad-request', 'the target is no URL')
      const [name, id] = endpointOf(request.method ?? '', url.pathname)
      const endpoint: Endpoint = endpoints[name]
      if (endpoint.changes && request.headers[READ_ONLY_FIELD] !== undefined)
        throw new Objected('forbidden', 'this session is read-only')
      if (name === 'info') return sendJson(response, 200, this.#info)
      const control = this.#control
      if (control === undefined) throw new Objected('starting', 'the proxy is starting')
      const body = await bodyFor(endpoint, request)
      if (name === 'stream') return this.#streamTo(response, perSecondIn(url.searchParams))
      const from = check === undefined ? undefined : request.socket.remoteAddress
      const call = {control, query: url.searchParams, id, body, from, response, holdsOn: this.#holdsOn}
      const reply = await answers[name](call)
      if (reply !== undefined) sendJson(response, reply.status, reply.value)
    } catch (error) {
      this.#failed(error, response)
    }
  }

  get #info(): Info {
    return {...this.#options.info, phase: this.#control?.snapshot().phase ?? 'starting'}
  }

  /** Counts an answer that does not end, until it does. */
  readonly #holdsOn = (response: ServerResponse): void => {
    if (this.#endless >= MAX_STREAMS) throw new Objected('busy', `${MAX_STREAMS} readers are there already`)
    this.#endless++
    response.once('close', () => {
      this.#endless--
    })
  }

  #streamTo(response: ServerResponse, perSecond: number): void {
    this.#holdsOn(response)
    beginLines(response)
    response.write(`${JSON.stringify({info: this.#info})}\n`)
    this.#stream?.add(response, perSecond)
  }

  #failed(error: unknown, response: ServerResponse): void {
    if (!(error instanceof Objected)) this.#options.mistake?.(printable(stackOf(error), 300))
    // An answer that has begun can only be broken off.
    if (response.headersSent) response.destroy()
    else if (error instanceof Objected) sendProblem(response, error.code, error.message)
    else sendProblem(response, 'failed', 'a mistake of the proxy')
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = `${JSON.stringify(value)}\n`
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  giveUpUnread(response)
  response.end(text)
}

function sendProblem(response: ServerResponse, code: ProblemCode, message: string): void {
  if (code === 'unauthorized') response.setHeader('www-authenticate', 'Bearer')
  // What is left of a body that is not wanted is not waited for.
  if (code === 'too-large' || code === 'unauthorized') response.setHeader('connection', 'close')
  sendJson(response, problems[code], {error: {code, message}} satisfies Problem)
}
