/** The stage of a story: the program in a terminal, before one upstream of the story's own and one that always answers. */
import {mkdtempSync, rmSync} from 'node:fs'
import {createServer, type RequestListener} from 'node:http'
import {type AddressInfo, connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'node:test'
import {request} from 'undici'
import {freePort} from '../free-port.ts'
import {cleanupOf, configFile, InTerminal, namedInstance, serviceYaml} from './binary.ts'

export async function story(
  t: TestContext,
  answer: RequestListener,
  {flags = [], env = {}}: {readonly flags?: readonly string[]; readonly env?: Record<string, string>} = {},
) {
  const cleanup = cleanupOf(t)
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanup.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const own = (server.address() as AddressInfo).port
  const other = await namedInstance('other', cleanup)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'story-'))
  cleanup.after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))
  const file = configFile(serviceYaml(port, [own, other.port]), cleanup)
  const program = new InTerminal([file, ...flags], cleanup, {TMPDIR: folder, ...env})
  await program.shows(/● 2/)
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET', signal?: AbortSignal) => {
    const {statusCode, body} = await request(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {host: 'api.test'},
      ...(signal === undefined ? {} : {signal}),
    })
    await body.dump()
    return statusCode
  }
  return {program, ask, own, other, port, cleanup, file}
}

/** Sends the bytes (latin1) on a connection of their own; resolves when the proxy has closed it. */
export async function sendBytes(port: number, bytes: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.resume()
  socket.end(bytes, 'latin1')
  await new Promise(resolve => socket.once('close', resolve))
}

/** All that the program writes from now on. */
export function writtenBy(program: InTerminal): {readonly text: string} {
  const written = {text: ''}
  program.pty.onData(data => {
    written.text += data
  })
  return written
}
