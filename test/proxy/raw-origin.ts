/** An upstream whose every byte, and every silence, is a test's decision. */
import {type AddressInfo, createServer, type Server} from 'node:net'
import {RawPeer} from './raw-peer.ts'
import {until} from './until.ts'

export class RawOrigin {
  /** all connections so far, in order */
  readonly connections: RawPeer[] = []
  readonly #server: Server
  #taken = 0
  /** called with each new connection */
  script: ((connection: RawPeer) => void) | undefined

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', socket => {
      const connection = new RawPeer(socket)
      this.connections.push(connection)
      this.script?.(connection)
    })
  }

  static async start(): Promise<RawOrigin> {
    const server = createServer({noDelay: true})
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return new RawOrigin(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Answers each request that has come whole by `text`. */
  answers(text: string): void {
    this.script = connection => {
      let answered = 0
      connection.socket.on('data', () => {
        const asked = connection.requests
        for (; answered < asked; answered++) connection.send(text)
      })
    }
  }

  /** The next connection that no test step has taken yet. */
  async next(): Promise<RawPeer> {
    const index = this.#taken++
    await until(
      () => this.connections[index] !== undefined,
      () => 'no connection to the origin',
    )
    const connection = this.connections[index]
    if (connection === undefined) throw new Error('unreachable')
    return connection
  }

  /** The next connection, once a whole head has come on it. */
  async asked(): Promise<RawPeer> {
    const connection = await this.next()
    await connection.has('\r\n\r\n')
    return connection
  }

  /** All that came, on all connections. */
  get text(): string {
    return this.connections.map(({text}) => text).join('')
  }

  get open(): number {
    return this.connections.filter(({over}) => over === undefined).length
  }

  /** Resolves once every connection has been closed by the proxy. */
  async left(): Promise<void> {
    for (const connection of this.connections) connection.socket.end()
    await until(
      () => this.open === 0,
      () => `${this.open} connections to the origin are left`,
    )
  }

  async stop(): Promise<void> {
    for (const {socket} of this.connections) socket.destroy()
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve))
  }
}
