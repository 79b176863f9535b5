/** `events`: what happened, and with `--follow` what happens. */
import type {ControlEvent} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {eventLine} from './headless.ts'
import {wholeNumber} from './numbers.ts'
import {json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

const MOST = 500

export function run({options, output}: Call): Promise<number> {
  const lines = wholeNumber(options.lines ?? '10', '--lines', MOST)
  const print = (event: ControlEvent) =>
    output.write(options.json === true ? json(event) : `${printable(eventLine(event), 1200)}\n`)
  return withProxy({options}, async control => {
    const {events} = control.snapshot()
    if (lines > 0) for (const event of events.slice(-lines)) print(event)
    if (options.follow === true) {
      const {promise, resolve} = Promise.withResolvers<string>()
      let last = events.at(-1)?.id ?? 0
      control.subscribe(snapshot => {
        for (const event of snapshot.events.filter(({id}) => id > last)) print(event)
        last = snapshot.events.at(-1)?.id ?? last
        if (snapshot.lost !== undefined) resolve(snapshot.lost.why)
      })
      process.stderr.write(`the proxy has ended: ${printable(await promise)}\n`)
    }
    return exitCodes.OK.code
  })
}
