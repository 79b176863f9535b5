/** Ports from the system, and waiting until a server answers. */
import {once} from 'node:events'
import {get} from 'node:http'
import {createServer} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'

const patienceMs = 10_000

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  await once(server.close(), 'close')
  return port
}

/** Resolves when `path` answers 200; rejects with what the process said when it ends first or takes too long. */
export async function untilAnswers(port, path, process) {
  const deadline = Date.now() + patienceMs
  let last = 'no answer'
  while (Date.now() < deadline && !process.hasEnded()) {
    last = await statusOf(port, path)
    if (last === 200) return
    await delay(50)
  }
  const why = process.hasEnded() ? 'ended at once' : `did not get ready (${last})`
  throw new Error(`${why}. ${process.output().trim().slice(-400)}`)
}

function statusOf(port, path) {
  return new Promise(resolve => {
    const request = get({host: '127.0.0.1', port, path, agent: false, timeout: 2_000}, response => {
      response.destroy()
      resolve(response.statusCode)
    })
    request.on('error', error => resolve(error.code))
    request.on('timeout', () => request.destroy())
  })
}
