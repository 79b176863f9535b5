/** `events`: what happened, and with `--follow` what happens. */
import type {ControlEvent} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import type {RemoteControl} from '../socket/remote-control.ts'
import {eventLine} from './headless.ts'
import {wholeNumber} from './numbers.ts'
import {json} from './print.ts'
import {AWAY_MS, sayEnded, unread, withProxy} from './proxy.ts'
import type {Call} from './table.ts'

const MOST = 500

export function run({options, output}: Call): Promise<number> {
  const lines = wholeNumber(options.lines ?? '10', '--lines', MOST)
  const print = (event: ControlEvent) =>
    output.write(options.json === true ? json(event) : `${printable(eventLine(event), 1200)}\n`)
  const gone = unread()
  return withProxy({options}, async control => {
    const {events, startedAt} = control.snapshot()
    if (lines > 0) for (const event of events.slice(-lines)) print(event)
    if (options.follow === true) {
      const known = {last: events.at(-1)?.id ?? 0, startedAt}
      const why = await Promise.race([gone, follow(control, known, print)])
      if (why !== undefined) sayEnded(why)
    }
    return exitCodes.OK.code
  })
}

/** Resolves with the reason when the proxy has ended. One that follows it, after a restart, numbers its events anew. */
function follow(
  control: RemoteControl,
  known: {readonly last: number; readonly startedAt: number},
  print: (event: ControlEvent) => void,
): Promise<string> {
  const {promise, resolve} = Promise.withResolvers<string>()
  let {last, startedAt} = known
  let ending: NodeJS.Timeout | undefined
  control.subscribe(snapshot => {
    const {lost} = snapshot
    if (lost !== undefined) {
      ending ??= setTimeout(() => resolve(lost.why), AWAY_MS)
      return
    }
    clearTimeout(ending)
    ending = undefined
    if (snapshot.startedAt !== startedAt) [last, startedAt] = [0, snapshot.startedAt]
    for (const event of snapshot.events.filter(({id}) => id > last)) print(event)
    last = snapshot.events.at(-1)?.id ?? last
  })
  return promise
}
