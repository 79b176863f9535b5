/** `tail [FILTER]`: finished requests as they come. */
import {setTimeout} from 'node:timers/promises'
import type {RequestView} from '../control/requests.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {Unreachable} from '../socket/exchange.ts'
import type {RemoteControl} from '../socket/remote-control.ts'
import {wholeNumber} from './numbers.ts'
import {json, ms} from './print.ts'
import {AWAY_MS, sayEnded, unread, withProxy} from './proxy.ts'
import type {Call} from './table.ts'

const EVERY_MS = 250
const ALL = 20_000
const DEFAULT_LINES = '10'

export function run({args, options, output}: Call): Promise<number> {
  const lines = wholeNumber(options.lines ?? DEFAULT_LINES, '--lines', ALL)
  const filter = args.join(' ')
  const print = (request: RequestView) =>
    output.write(options.json === true ? json(request) : requestLine(request))
  const gone = unread()
  return withProxy({options}, async control => {
    // A filter may pass over many: all that are held are looked through for the last that match.
    const first = await control.requests.matching(undefined, filter === '' ? Math.max(1, lines) : ALL, filter)
    if (lines > 0) for (const request of first.requests.slice(-lines)) print(request)
    if (options['no-follow'] !== true)
      await Promise.race([gone, follow(control, first.cursor, filter, print)])
    return exitCodes.OK.code
  })
}

/** Until the proxy ends. One that follows it, after a restart, takes a moment to have its control socket. */
async function follow(
  control: RemoteControl,
  from: string,
  filter: string,
  print: (request: RequestView) => void,
): Promise<void> {
  let cursor = from
  for (let lost = 0; ; ) {
    await setTimeout(EVERY_MS)
    try {
      const batch = await control.requests.matching(cursor, ALL, filter)
      cursor = batch.cursor
      lost = 0
      for (const request of batch.requests) print(request)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      lost += EVERY_MS
      if (lost >= AWAY_MS) return sayEnded(error.message)
    }
  }
}

function requestLine(request: RequestView): string {
  const {at, duration, status, method, host, target, service, fault, attempts, attemptCount} = request
  const to = attempts.at(-1)?.instance ?? ''
  const parts = [
    new Date(at + duration).toISOString(),
    String(status),
    method,
    `${host}${target}`,
    ms(duration),
    service === undefined ? 'no service' : `${service}/${to === '' ? 'no instance' : to}`,
    ...(attemptCount > 1 ? [`${attemptCount} attempts`] : []),
    ...(fault === undefined ? [] : [fault]),
  ]
  return `${printable(parts.join(' '), 500)}\n`
}
