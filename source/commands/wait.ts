/** `wait healthy|drained`: ends when it has come so far, or says why it has not. */
import type {Snapshot} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import type {RemoteControl} from '../socket/remote-control.ts'
import {CommandFailure} from './failure.ts'
import {type Progress, type WaitState, waitStates} from './instance-state.ts'
import {namedIn} from './names.ts'
import {timeSpan} from './numbers.ts'
import {json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

const DEFAULT_TIMEOUT = '30s'

export function run({args, options, output}: Call): Promise<number> {
  const [wanted = '', word = ''] = args
  if (!isWaitState(wanted))
    throw new CommandFailure('USAGE', `wait knows ${Object.keys(waitStates).join(' and ')}, not ${wanted}`)
  const timeoutMs = timeSpan(options.timeout ?? DEFAULT_TIMEOUT, '--timeout')
  return withProxy({options}, async control => {
    const progress = await came(control, snapshot => waitStates[wanted](namedIn(snapshot, word)), timeoutMs)
    const {isDone, isHopeless, says} = progress
    if (options.json === true)
      output.write(json({ok: isDone, message: isDone ? `${word} is ${wanted}` : says}))
    else if (isDone) output.write(`${word} is ${wanted}\n`)
    if (isDone) return exitCodes.OK.code
    const exit = isHopeless ? 'REFUSED' : 'TIMED_OUT'
    if (options.json === true) return exitCodes[exit].code
    throw new CommandFailure(exit, isHopeless ? says : `${word} is not ${wanted} in time: ${says}`)
  })
}

/** The progress when it is done, hopeless, or out of time. A proxy that is lost meanwhile may come back. */
async function came(
  control: RemoteControl,
  progressIn: (snapshot: Snapshot) => Progress,
  timeoutMs: number,
): Promise<Progress> {
  let progress = progressIn(control.snapshot())
  if (progress.isDone || progress.isHopeless || timeoutMs === 0) return progress
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, timeoutMs)
  const leave = control.subscribe(snapshot => {
    try {
      progress =
        snapshot.lost === undefined
          ? progressIn(snapshot)
          : {isDone: false, isHopeless: false, says: `the proxy is lost: ${snapshot.lost.why}`}
      if (progress.isDone || progress.isHopeless) resolve()
    } catch (error) {
      reject(error)
    }
  })
  try {
    await promise
    return progress
  } finally {
    clearTimeout(timer)
    leave()
  }
}

function isWaitState(word: string): word is WaitState {
  return Object.hasOwn(waitStates, word)
}
