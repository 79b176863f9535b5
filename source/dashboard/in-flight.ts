/** Requests that are not over, oldest first: what hangs never comes into a log. */
import type {InFlightView} from '../control/requests.ts'
import {blankLine, type Frame, lineOf, rule, shown} from './frame.ts'
import {bytes, duration, si} from './numbers.ts'
import {instanceName, shortNames} from './request-columns.ts'
import {cut, fit, type Piece} from './text.ts'

const phases = {
  connect: 'connecting',
  send: 'sending',
  wait: 'waiting',
  body: 'body',
  tunnel: 'tunnel',
  backoff: 'pausing',
  queue: 'queued',
} as const satisfies Record<InFlightView['phase'], string>

/** A rule and the oldest, in exactly `lines` lines. */
export function inFlightLines(frame: Frame, lines: number): string[] {
  if (lines < 2) return []
  const {inFlight} = frame.requests
  const rows = lines - 1
  const hidden = inFlight.length - rows
  const title = `${si(inFlight.length)} in flight, oldest first`
  const drawn = [lineOf(frame, rule(frame, title, frame.columns, hidden > 0 ? `${si(hidden)} more` : ''))]
  if (inFlight.length === 0) drawn.push(lineOf(frame, [['label', '   nothing is under way']]))
  for (const request of inFlight.slice(0, rows)) drawn.push(lineOf(frame, inFlightPieces(frame, request)))
  while (drawn.length < lines) drawn.push(blankLine(frame))
  return drawn
}

/** How old, what, where, and how far it has got. */
export function inFlightPieces(frame: Frame, request: InFlightView): Piece[] {
  const {columns, glyphs, snapshot} = frame
  const age = snapshot.at - request.at
  const state = `${phases[request.phase]}${request.bytesOut > 0 ? ` ${bytes(request.bytesOut)}` : ''}`
  const idle = request.idle >= 1000 ? `, idle ${duration(request.idle)}` : ''
  const name = columns < 60 ? 0 : columns < 80 ? 10 : columns < 104 ? 12 : 22
  const end = columns < 60 ? 11 : columns < 80 ? 13 : 24
  const path = Math.max(4, columns - 3 - 7 - 8 - name - end - 4)
  const instance = instanceName(
    shown(request.instance),
    request.service,
    name,
    shortNames(snapshot),
    glyphs.cut,
  )
  return [
    [age >= 1000 ? 'warn' : 'text', `   ${duration(age).padStart(6)} `],
    ['text', `${fit(shown(request.method), 7, 'left', glyphs.cut)} `],
    ['text', `${fit(shown(request.target), path, 'left', glyphs.cut)} `],
    ['text', name === 0 ? '' : `${fit(instance === '' ? '-' : instance, name, 'left', glyphs.cut)} `],
    ['label', cut(`${state}${idle}`, end, glyphs.cut)],
  ]
}
