/** An upstream that speaks TLS, whose every byte is a test's decision: what RawOrigin is without. */
import {type AddressInfo, createServer as createPlain, type Server, type Socket} from 'node:net'
import {createServer, type TLSSocket, type TlsOptions} from 'node:tls'
import type {Cleanups} from '../proxy/harness.ts'
import {RawPeer} from '../proxy/raw-peer.ts'
import {until} from '../proxy/until.ts'
import type {Pair} from './certificates.ts'

export interface SecureConnection {
  readonly peer: RawPeer
  readonly tls: TLSSocket
  /** the connection below: to cut it without the end of TLS */
  readonly below: Socket
}

export class SecureOrigin {
  readonly connections: SecureConnection[] = []
  /** handshakes that failed, by code */
  readonly failures: string[] = []
  script: ((connection: SecureConnection) => void) | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #taken = 0

  private constructor({certificate, key}: Pair, options: TlsOptions) {
    const tls = createServer({cert: certificate, key, allowHalfOpen: true, ...options}, secured => {
      const below = [...this.#sockets].find(({remotePort}) => remotePort === secured.remotePort)
      if (below === undefined) throw new Error('no connection below')
      const connection = {peer: new RawPeer(secured), tls: secured, below}
      this.connections.push(connection)
      this.script?.(connection)
    })
    tls.on('tlsClientError', (error: NodeJS.ErrnoException) => this.failures.push(error.code ?? ''))
    this.#server = createPlain({allowHalfOpen: true, noDelay: true}, below => {
      this.#sockets.add(below)
      below.on('error', () => {})
      below.on('close', () => this.#sockets.delete(below))
      tls.emit('connection', below)
    })
  }

  static async start(t: Cleanups, pair: Pair, options: TlsOptions = {}): Promise<SecureOrigin> {
    const origin = new SecureOrigin(pair, options)
    await new Promise<void>(resolve => origin.#server.listen(0, '127.0.0.1', resolve))
    t.after(async () => {
      for (const socket of origin.#sockets) socket.destroy()
      await new Promise(resolve => origin.#server.close(resolve))
    })
    return origin
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Answers each request that has come whole by `text`. */
  answers(text: string): void {
    this.script = ({peer}) => {
      let answered = 0
      peer.socket.on('data', () => {
        const asked = peer.requests
        for (; answered < asked; answered++) peer.send(text)
      })
    }
  }

  /** The next connection that no test step has taken yet, once a whole head has come on it. */
  async asked(): Promise<SecureConnection> {
    const index = this.#taken++
    await until(
      () => this.connections[index] !== undefined,
      () => `no connection to the origin; failed: ${this.failures}`,
    )
    const connection = this.connections[index]
    if (connection === undefined) throw new Error('unreachable')
    await connection.peer.has('\r\n\r\n')
    return connection
  }
}
