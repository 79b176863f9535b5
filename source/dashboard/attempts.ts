/** All attempts of a request as a table, and why there was no further one. */
import type {AttemptView, RequestView} from '../control/requests.ts'
import {faultWords} from './fault-words.ts'
import {type Block, type Frame, shown} from './frame.ts'
import {tenths} from './numbers.ts'
import {skippedNames} from './pick-bars.ts'
import {statusPiece} from './request-columns.ts'
import {detailOf} from './request-store.ts'
import {cutMiddle, fit, type Piece} from './text.ts'

export function attemptLines(frame: Frame, request: RequestView): Block {
  const {attempts, attemptCount} = request
  const passed = skippedBlock(frame, request)
  if (attempts.length === 0) return [[['label', ' no instance was asked']], ...passed]
  const width = Math.max(9, Math.min(28, frame.columns - 52))
  const header: Piece[] = [
    ['label', `   #  ${fit('INSTANCE', width, 'left', '')}  RESULT          CODE     AT   TOOK  SOCKET`],
  ]
  const first = attemptCount - attempts.length
  const lines = attempts.map((attempt, index) => attemptLine(frame, attempt, index + 1 + first, width))
  const more: Piece[][] =
    first > 0 ? [[['label', `   ${first} before these ${first === 1 ? 'is' : 'are'} not kept`]]] : []
  return [header, ...more, ...lines, ...passed]
}

/** Whom the last pick passed over, all that are known by name. */
function skippedBlock(frame: Frame, request: RequestView): Block {
  const last = detailOf(frame.requests, request).skipped.at(-1)
  if (last === undefined || last.count === 0) return []
  const names = skippedNames(last, last.named.length + 1)
  return [
    [],
    ...names.map((name, index): Piece[] => [
      ['label', index === 0 ? ' skipped  ' : '          '],
      ['warn', name],
    ]),
  ]
}

function attemptLine({glyphs}: Frame, attempt: AttemptView, number: number, width: number): Piece[] {
  const {fault, status, started, ended, uses, connected} = attempt
  const name = shown(attempt.instance) || '-'
  const [tone, code] = statusPiece(status)
  const result = fault === undefined ? (status > 0 ? 'answered' : 'asked') : faultWords(fault)
  const socket = connected === undefined ? '-' : uses > 1 ? `use ${uses}` : 'new'
  return [
    ['label', `${String(number).padStart(4)}  `],
    ['text', `${fit(cutMiddle(name, width, glyphs.cut), width, 'left', glyphs.cut)}  `],
    [fault === undefined ? 'text' : 'bad', fit(result, 15, 'left', glyphs.cut)],
    [tone, code.padStart(5)],
    ['label', tenths(started).padStart(7)],
    ['text', tenths(ended - started).padStart(7)],
    ['label', `  ${socket}`],
  ]
}
