/** A restart as the process sees it that is followed: when it cannot be, and what it lets go of in which order. */
import type {Outcome} from '../control/control.ts'
import type {Controller} from '../control/controller.ts'
import {STOPPING} from '../control/leaving.ts'
import {type CarriedOut, type Successor, startSuccessor} from './succession.ts'

/** Time for the answer to whoever asked over the control socket, which closes then. */
const ANSWER_MS = 100

export interface Circumstances {
  /** a dashboard is drawn on the terminal */
  readonly isDrawn: boolean
  /** servers of the demo answer, which end with this process */
  readonly hasDemo: boolean
  /** resolves once the process before this one has let go of everything */
  readonly alone: Promise<void>
  /** Frees what only one process can have. */
  readonly letGo: () => Promise<void>
}

let going = false

/** Never rejects. */
export async function restart(controller: Controller, now: Circumstances): Promise<Outcome> {
  const why = obstacle(now)
  if (why !== undefined) return refusal(why)
  going = true
  // What is changed from here on is not among what the new process is told at first.
  const since: CarriedOut[] = []
  controller.carriedOut = (command, by) => {
    if (command.type.startsWith('set-')) since.push({command, by})
  }
  const started = await successor(controller, now).catch((error: Error) => error.message)
  if (typeof started === 'string') {
    goOn(controller)
    return controller.isRunning ? refusal(started, 'this process goes on') : refusal(STOPPING.message)
  }
  setTimeout(() => void leave(controller, started, since, now), ANSWER_MS)
  return {ok: true, message: `process ${started.pid} has taken over`}
}

/** A process that listens, or why there is none. */
async function successor(controller: Controller, {alone}: Circumstances): Promise<Successor | string> {
  await alone
  const handed = await controller.handedOver()
  if (handed === undefined) return 'a worker did not tell its listeners: try again'
  const started = await startSuccessor(handed)
  if (typeof started === 'string' || controller.isRunning) return started
  started.end()
  return STOPPING.message
}

async function leave(
  controller: Controller,
  started: Successor,
  since: readonly CarriedOut[],
  {letGo}: Circumstances,
): Promise<void> {
  if (controller.isRunning && !started.hasEnded) {
    await letGo()
    started.release(since)
    return controller.leave('restart')
  }
  started.end()
  goOn(controller)
  const {message} = controller.isRunning
    ? refusal('the new process has ended', 'this process goes on')
    : refusal(STOPPING.message)
  controller.events.add('bad', 'proxy', message, 'restart')
}

function goOn(controller: Controller): void {
  going = false
  controller.carriedOut = undefined
}

function obstacle({isDrawn, hasDemo}: Circumstances): string | undefined {
  if (isDrawn) return 'the dashboard has this terminal; run the proxy with --headless, and attach to it'
  if (hasDemo) return "the demo's instances end with this process; start the proxy without --demo"
  if (process.pid === 1)
    return 'the container ends with its first process, which this is; replace the container'
  return going ? 'a restart is under way' : undefined
}

function refusal(why: string, and?: string): Outcome {
  return {ok: false, message: `not restarted${and === undefined ? '' : `, ${and}`}: ${why}`}
}
