/** The demo's process: does what the parent orders, and ends when the parent is gone. */
import {startInstance} from './instance.ts'
import type {DemoPlan, Order, Report} from './messages.ts'
import {mix} from './mix.ts'
import {startTraffic} from './traffic.ts'

interface Closable {
  stop(): Promise<void>
}

/** In the order in which they are to be stopped: first the traffic, then the servers. */
let running: Closable[] = []

function report(message: Report): void {
  if (process.connected) process.send?.(message)
}

const reportProblem = (text: string) => report({type: 'problem', text})

async function start(plan: DemoPlan): Promise<void> {
  const started = await Promise.all(
    plan.instances.map(async instance => {
      try {
        return [instance.key, await startInstance(instance, reportProblem)] as const
      } catch (error) {
        reportProblem(whyNot(instance.key, error))
        return undefined
      }
    }),
  )
  const instances = new Map(started.filter(entry => entry !== undefined))
  const traffic = startTraffic({
    origin: plan.origin,
    targets: plan.targets.map(({host, instances: behind}) => ({
      host,
      // Behind a taken port stands somebody's real server: it gets nothing but a plain GET of its front page.
      mix: behind.every(key => instances.has(key)) ? mix : mix.filter(({harmless}) => harmless),
    })),
  })
  running = [traffic, ...instances.values()]
  report({type: 'ready', instances: [...instances.keys()]})
}

function whyNot(key: string, error: unknown): string {
  const {code, message} = error as NodeJS.ErrnoException
  return code === 'EADDRINUSE'
    ? `${key} is already in use: leaving it alone`
    : `cannot listen on ${key}: ${message}`
}

async function stop(): Promise<void> {
  for (const part of running) await part.stop()
  process.exit(0)
}

process.on('message', message => {
  const order = message as Order // the other end of this pipe is our own demo.ts
  switch (order.type) {
    case 'start':
      return void start(order.plan)
    case 'stop':
      return void stop()
  }
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C and a closed terminal reach the whole group, but the proxy drains first and needs its instances
// for that. It then stops this process itself; should it die, `disconnect` does.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
