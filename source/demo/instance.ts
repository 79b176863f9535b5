/** One demo server: answers by the table of routes, goes down when asked to and comes back by itself. */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import type {InstancePlan} from './messages.ts'
import {type Exchange, routeOf} from './routes.ts'
import {acceptWebSocket, isWebSocket} from './websocket.ts'

export interface DemoInstance {
  /** cuts what is open */
  stop(): Promise<void>
}

/** How soon a server that cannot come back tries again. */
const againMs = 1_000

/** Resolves when it listens; rejects with what the system said. `onProblem` hears what goes wrong later. */
export async function startInstance(
  plan: InstancePlan,
  onProblem: (text: string) => void,
): Promise<DemoInstance> {
  const end = new AbortController()
  const tunnels = new Set<Duplex>()
  const server = createServer({shouldUpgradeCallback: isWebSocket}, (request, response) =>
    answer(plan, request, response, die),
  )
  server.on('upgrade', (request, socket) => {
    tunnels.add(socket)
    socket.once('close', () => tunnels.delete(socket)).on('error', () => {})
    acceptWebSocket(request, socket)
  })

  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    server.closeAllConnections()
    for (const socket of tunnels) socket.destroy()
    await closed
  }
  const die = (downMs: number) => {
    if (!server.listening) return
    void cut()
      .then(() => delay(downMs, undefined, {signal: end.signal}))
      .then(() => comeBack(server, plan, end.signal, onProblem))
      .catch(() => {}) // stopped in the meantime
  }

  await listen(server, plan)
  return {
    async stop() {
      end.abort()
      await cut()
    },
  }
}

async function listen(server: Server, {address, port}: InstancePlan): Promise<void> {
  server.listen({host: address, port})
  await once(server, 'listening')
}

/** Somebody may have taken the port in the meantime: say so once, and wait until it is free again. */
async function comeBack(
  server: Server,
  plan: InstancePlan,
  signal: AbortSignal,
  onProblem: (text: string) => void,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      return await listen(server, plan)
    } catch (error) {
      if (attempt === 1) onProblem(`${plan.key} cannot come back yet: ${(error as Error).message}`)
      await delay(againMs, undefined, {signal})
    }
  }
}

function answer(
  plan: InstancePlan,
  request: IncomingMessage,
  response: ServerResponse,
  die: (downMs: number) => void,
): void {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  const exchange: Exchange = {plan, path, query: new URLSearchParams(query), request, response, die}
  response.on('error', () => {}) // the client went away
  void routeOf(path)(exchange).catch(() => response.destroy())
}
