/** The stage of a story: the program in a terminal, before one upstream of the story's own and one that always answers. */
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {TestContext} from 'node:test'
import {request} from 'undici'
import {Cleanup, configFile, freePort, InTerminal, namedInstance, serviceYaml} from './binary.ts'

export async function story(t: TestContext, answer: RequestListener) {
  const cleanup = new Cleanup()
  t.after(() => cleanup.run())
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanup.add(() => {
    server.closeAllConnections()
    server.close()
  })
  const own = (server.address() as AddressInfo).port
  const other = await namedInstance('other', cleanup)
  const port = await freePort()
  const program = new InTerminal([configFile(serviceYaml(port, [own, other.port]), cleanup)], cleanup)
  await program.shows(/● 2/)
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET') => {
    const {statusCode, body} = await request(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {host: 'api.test'},
    })
    await body.dump()
    return statusCode
  }
  return {program, ask, own, port, cleanup}
}
