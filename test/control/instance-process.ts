/** A server in a process of its own, so that a test can stop it, kill it and start it again: HTTP, `ok` for everything. */
import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:http'
import {fileURLToPath} from 'node:url'
import type {Cleanups} from '../proxy/harness.ts'

interface Shape {
  /** 0: any free one */
  readonly port: number
  /** connections that may wait to be accepted */
  readonly backlog: number
  /** answers 503 until it is told that it is ready */
  readonly isCold: boolean
}

export class InstanceProcess {
  readonly child: ChildProcess
  readonly port: number

  private constructor(child: ChildProcess, port: number) {
    this.child = child
    this.port = port
  }

  static async start(t: Cleanups, shape: Partial<Shape> = {}): Promise<InstanceProcess> {
    const all: Shape = {port: 0, backlog: 511, isCold: false, ...shape}
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(all)])
    t.after(() => void child.kill('SIGKILL'))
    const [port] = await once(child, 'message')
    return new InstanceProcess(child, Number(port))
  }

  /** As `kill -NAME` does. A process that is killed is gone when this resolves. */
  async signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
    const gone = name === 'SIGKILL' ? once(this.child, 'exit') : undefined
    this.child.kill(name)
    await gone
  }

  /** A cold one is ready from here on. */
  warmUp(): void {
    this.child.send('ready')
  }
}

function serve({port, backlog, isCold}: Shape): void {
  let isReady = !isCold
  process.on('message', () => {
    isReady = true
  })
  const server = createServer((_, response) => {
    response.statusCode = isReady ? 200 : 503
    response.end(isReady ? 'ok' : 'starting')
  })
  server.listen({port, host: '127.0.0.1', backlog}, () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : 0)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(JSON.parse(process.argv[2] ?? '{}'))
