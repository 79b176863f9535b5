/** A restart as the process sees it that is followed: when it cannot be, and what it lets go of in which order. */
import type {Outcome} from '../control/control.ts'
import type {Controller} from '../control/controller.ts'
import {startSuccessor} from './succession.ts'

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

export async function restart(controller: Controller, now: Circumstances): Promise<Outcome> {
  const why = obstacle(now)
  if (why !== undefined) return {ok: false, message: `not restarted: ${why}`}
  going = true
  await now.alone
  const handed = await controller.handedOver()
  const {outcome, release} =
    handed === undefined
      ? {outcome: refusal('a worker did not tell its listeners: try again'), release: undefined}
      : await startSuccessor(handed)
  going = false
  if (release !== undefined)
    setTimeout(async () => {
      await now.letGo()
      release()
      await controller.leave('restart')
    }, ANSWER_MS)
  return outcome
}

function obstacle({isDrawn, hasDemo}: Circumstances): string | undefined {
  if (isDrawn) return 'the dashboard has this terminal; run the proxy with --headless, and attach to it'
  if (hasDemo) return "the demo's instances end with this process; start the proxy without --demo"
  if (process.pid === 1)
    return 'the container ends with its first process, which this is; replace the container'
  return going ? 'a restart is under way' : undefined
}

function refusal(why: string): Outcome {
  return {ok: false, message: `not restarted: ${why}`}
}
