/** The latest problems as a block below the services: who was asked, what the client got, and what went wrong. */
import type {RequestView} from '../control/requests.ts'
import {reasonOf} from './fault-words.ts'
import {type Frame, lineOf, rule, shown} from './frame.ts'
import {duration, timeWithMillis} from './numbers.ts'
import {instanceName, shortNames, statusPiece} from './request-columns.ts'
import {shareOut} from './table.ts'
import {cut, fit, fitPieces, type Piece} from './text.ts'

/** A rule and the newest, newest first, in at most `lines` lines. */
export function problemLines(frame: Frame, lines: number): string[] {
  const {requests, snapshot} = frame
  const until = frame.view.paused === undefined ? Number.POSITIVE_INFINITY : snapshot.at
  const was = requests.problems.filter(({at, duration: took}) => at + took <= until)
  const newest = was.slice(-(lines - 1)).reverse()
  const title = lineOf(frame, rule(frame, 'problems and retries', frame.columns, 'n opens the newest'))
  return [title, ...newest.map(request => lineOf(frame, problemPieces(frame, request)))]
}

/** Time, method, target, attempts, status, duration, reason: by width, from the right. */
function problemPieces(frame: Frame, request: RequestView): Piece[] {
  const {columns, glyphs, snapshot} = frame
  const time = columns >= 100 ? 12 : 9
  const [reason = 0, attempts = 0, path = 0] = shareOut(columns - time - 26, [
    columns >= 72 ? {least: 13, most: 22} : {least: 0, most: 0},
    {least: 14, most: 36},
    {least: 14, most: 60},
  ])
  const at = timeWithMillis(request.at + request.duration, snapshot.at)
  const retried: Piece = ['warn', request.attemptCount > 1 ? `${glyphs.retried} ` : '']
  return [
    ['label', ` ${(time === 12 ? at : at.slice(3)).padEnd(time)} `],
    ['text', `${fit(shown(request.method), 6, 'left', glyphs.cut)} `],
    ['text', `${fit(shown(request.target), path, 'left', glyphs.cut)} `],
    ...fitPieces(attemptPieces(frame, request, attempts), attempts, 'left', glyphs.cut),
    ['text', ' '],
    statusPiece(request.status),
    ['text', ` ${duration(request.duration).padStart(6)}  `],
    retried,
    [
      request.fault === undefined ? 'warn' : 'bad',
      reason === 0 ? '' : cut(reasonOf(request) ?? '', reason - retried[1].length, glyphs.cut),
    ],
  ]
}

/** `api :3002 ✕ → api :3001`; of more than two the last two. */
function attemptPieces(frame: Frame, request: RequestView, width: number): Piece[] {
  const {glyphs, snapshot} = frame
  const {attempts, service} = request
  const last = attempts.slice(-2)
  if (last.length === 0) return [['faint', '-']]
  const room = last.length === 1 ? width : Math.floor((width - 5) / 2)
  const isShort = shortNames(snapshot)
  return last.flatMap(({instance, fault}, index): Piece[] => {
    const name = instanceName(shown(instance), service, room, isShort, glyphs.cut)
    const isPast = index < last.length - 1
    return [
      ['text', name === '' ? '-' : name],
      ['bad', isPast && fault !== undefined ? ` ${glyphs.bad}` : ''],
      ['label', isPast ? ` ${glyphs.arrow} ` : ''],
    ]
  })
}
