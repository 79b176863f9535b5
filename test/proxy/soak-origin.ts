/** An instance for the soak: Node's own HTTP server, so an independent reader, with a fault for each path that asks for one. */
import {createHash} from 'node:crypto'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'

export function pattern(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32BE((at * 2_654_435_761 + seed) >>> 0, at)
  return bytes
}

const faults: Record<string, (socket: Socket, response: ServerResponse) => void> = {
  reset: socket => socket.resetAndDestroy(),
  close: socket => socket.destroy(),
  garbage: socket => socket.end('garbage\r\n\r\n'),
  half: socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
  extra: socket =>
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
    ),
  interim: socket => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)),
  both: socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok'),
  chunk: socket => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n'),
  silent: () => {},
  early: (_, response) => response.writeHead(413, {'Content-Length': 3}).end('big'),
}
export const faultNames = Object.keys(faults)

export class SoakOrigin {
  readonly #server: Server
  #port = 0
  requests = 0

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.keepAliveTimeout = 1500
    this.#server.on('upgrade', (_, socket: Socket) => {
      socket.on('error', () => {})
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
      socket.pipe(socket)
    })
    this.#server.on('clientError', (_, socket) => socket.destroy())
  }

  get port(): number {
    return this.#port
  }

  async start(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Stops listening and resets every connection, as an instance does that is killed. */
  async kill(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests++
    const [, what = '', number = '0'] = /^\/(\w+)(?:-(\d+))?/.exec(request.url ?? '') ?? []
    request.on('error', () => {})
    response.on('error', () => {})
    const fault = faults[what]
    if (fault !== undefined) return fault(request.socket, response)
    if (what === 'bytes') return void response.end(pattern(Number(number), Number(number)))
    if (what === 'chunks') {
      const bytes = pattern(Number(number), Number(number))
      for (let at = 0; at < bytes.length; at += 1000) response.write(bytes.subarray(at, at + 1000))
      return void response.end()
    }
    const hash = createHash('md5')
    request.on('data', piece => hash.update(piece))
    request.on('end', () => response.end(`${number} ${hash.digest('hex')}`))
  }
}
