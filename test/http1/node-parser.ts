/** A second opinion: the same bytes read by Node's own parser, strict, inside a real server or client in memory. */
import {
  type ClientRequest,
  request as clientRequest,
  createServer,
  type IncomingMessage,
  type Server,
} from 'node:http'
import {Duplex} from 'node:stream'

export interface NodeMessage {
  readonly startLine: string
  readonly fields: ReadonlyArray<readonly [string, string]>
  readonly payload: string
  readonly trailers: ReadonlyArray<readonly [string, string]>
}

export interface NodeReading {
  readonly messages: readonly NodeMessage[]
  /** the code of the parser's error, if there was one */
  readonly error: string | undefined
}

/** One end of a connection whose peer says `pieces` and then closes; what is written to it is thrown away. */
class Wire extends Duplex {
  readonly #pieces: Buffer[]

  constructor(pieces: readonly Buffer[]) {
    super()
    this.#pieces = pieces.filter(piece => piece.length > 0)
  }

  override _read(): void {
    this.push(this.#pieces.shift() ?? null)
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done()
  }

  setTimeout(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }
}

function pairs(raw: readonly string[]): Array<readonly [string, string]> {
  return Array.from(
    {length: raw.length / 2},
    (_, index) => [raw[index * 2] ?? '', raw[index * 2 + 1] ?? ''] as const,
  )
}

async function collected(incoming: IncomingMessage, startLine: string): Promise<NodeMessage | undefined> {
  const pieces: Buffer[] = []
  incoming.on('data', piece => pieces.push(piece))
  await new Promise<void>(resolve => {
    incoming.on('end', resolve)
    incoming.on('close', resolve)
    incoming.on('error', () => resolve())
  })
  if (!incoming.complete) return undefined
  const payload = Buffer.concat(pieces).toString('latin1')
  return {startLine, fields: pairs(incoming.rawHeaders), payload, trailers: pairs(incoming.rawTrailers)}
}

const settings = {insecureHTTPParser: false, maxHeaderSize: 131_072, keepAliveTimeout: 0} as const

/** What a strict node:http server reads. */
export async function nodeRequests(pieces: readonly Buffer[]): Promise<NodeReading> {
  const server: Server = createServer({...settings, requireHostHeader: false})
  server.headersTimeout = 0
  server.requestTimeout = 0
  server.maxHeadersCount = 0
  const reading: Array<Promise<NodeMessage | undefined>> = []
  let error: string | undefined
  const take = (incoming: IncomingMessage) => {
    const startLine = `${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`
    const message = collected(incoming, startLine)
    reading.push(message)
    return message
  }
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, (incoming: IncomingMessage, answer: {end(): void}) => {
      void take(incoming).then(() => answer.end())
    })
  }
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    reading.push(
      Promise.resolve({
        startLine: `CONNECT ${incoming.url} HTTP/${incoming.httpVersion}`,
        fields: pairs(incoming.rawHeaders),
        payload: '',
        trailers: [],
      }),
    )
    socket.destroy()
  })
  server.on('clientError', (problem: NodeJS.ErrnoException, socket: Duplex) => {
    error ??= problem.code
    socket.destroy()
  })
  const wire = new Wire(pieces)
  const closed = new Promise<void>(resolve => wire.on('close', resolve))
  wire.on('error', () => {})
  server.emit('connection', wire)
  await closed
  const messages = await Promise.all(reading)
  server.close()
  return {messages: messages.filter(message => message !== undefined), error}
}

/** What a strict node:http client reads as the answer to one request of `method`: interim responses, then the final one. */
export async function nodeResponses(pieces: readonly Buffer[], method: string): Promise<NodeReading> {
  const messages: NodeMessage[] = []
  const wire = new Wire(pieces)
  wire.on('error', () => {})
  const request: ClientRequest = clientRequest({
    ...settings,
    method,
    host: 'x',

    createConnection: () => wire,
  })
  request.maxHeadersCount = 0
  let error: string | undefined
  request.on('error', (problem: NodeJS.ErrnoException) => {
    error ??= problem.code ?? problem.message
  })
  request.on('information', information => {
    const startLine = `HTTP/${information.httpVersion} ${information.statusCode} ${information.statusMessage}`
    messages.push({startLine, fields: pairs(information.rawHeaders), payload: '', trailers: []})
  })
  const startLineOf = (incoming: IncomingMessage) =>
    `HTTP/${incoming.httpVersion} ${incoming.statusCode} ${incoming.statusMessage}`
  request.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    messages.push({
      startLine: startLineOf(incoming),
      fields: pairs(incoming.rawHeaders),
      payload: '',
      trailers: [],
    })
    socket.destroy()
  })
  let final: Promise<NodeMessage | undefined> | undefined
  request.on('response', (incoming: IncomingMessage) => {
    final = collected(incoming, startLineOf(incoming))
  })
  const closed = new Promise<void>(resolve => request.on('close', resolve))
  request.end()
  await closed
  const message = await final
  if (message !== undefined) messages.push(message)
  wire.destroy()
  return {messages, error}
}
