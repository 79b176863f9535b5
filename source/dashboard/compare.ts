/** Two requests, or one and its replays: what is the same in both, and what only in one. */
import type {ReplayResult} from '../control/requests.ts'
import {type DiffLine, diffOf, replaySide, sideOf} from '../requests/diff.ts'
import {type Block, blankLine, type Frame, lineOf, rule, shown, spread} from './frame.ts'
import {keySign} from './glyphs.ts'
import {bytes, duration} from './numbers.ts'
import {statusPiece} from './request-columns.ts'
import {detailOf, type HeldRequests} from './request-store.ts'
import {fit, type Piece} from './text.ts'

/** Below the lines given, to the line above the footer. */
export function drawCompare(frame: Frame, head: readonly string[]): string[] {
  const {view, height, requests} = frame
  const inspector = view.requests.inspector
  const lines = [...head]
  const content = compareBlock(frame)
  const title: Piece[] =
    inspector?.compares === 'replay' && (requests.replays?.results.length ?? 0) > 1
      ? [
          ['accent', keySign('→', frame.glyphs)],
          ['label', ' next answer'],
        ]
      : []
  lines.push(spread(frame, legend(frame), title))
  const room = height - 1 - lines.length
  const top = Math.max(0, Math.min(inspector?.top ?? 0, content.length - room))
  for (const line of content.slice(top, top + room)) lines.push(lineOf(frame, line))
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

export function compareBlock(frame: Frame): Block {
  return frame.view.requests.inspector?.compares === 'replay' ? replayBlock(frame) : markedBlock(frame)
}

function legend({view, requests}: Frame): Piece[] {
  const {inspector, marked} = view.requests
  const isReplay = inspector?.compares === 'replay'
  const one = isReplay ? `#${requests.replays?.original.request.id ?? ''}` : `#${marked[0] ?? ''}`
  const other = isReplay ? 'replay' : `#${marked[1] ?? ''}`
  return [
    ['bad', '- '],
    ['text', one],
    ['label', '   against   '],
    ['good', '+ '],
    ['text', other],
  ]
}

function markedBlock(frame: Frame): Block {
  const [one, other] = frame.view.requests.marked.map(id => viewOf(frame.requests, id))
  if (one === undefined || other === undefined) return [[['label', ' one of the two is not held any more']]]
  return diffBlock(frame, diffOf(sideOf(one), sideOf(other)))
}

function viewOf(requests: HeldRequests, id: string) {
  const request = requests.details.get(id)?.request ?? requests.all.findLast(each => each.id === id)
  return request === undefined ? undefined : detailOf(requests, request)
}

function replayBlock(frame: Frame): Block {
  const {replays} = frame.requests
  if (replays === undefined) return [[['label', ' nothing was sent again']]]
  const {results, original} = replays
  const index = Math.max(0, Math.min(results.length - 1, frame.view.requests.inspector?.replay ?? 0))
  const chosen = results[index]
  return [
    ...results.map((result, at) => resultLine(frame, result, at === index && results.length > 1)),
    ...(chosen === undefined ? [] : diffBlock(frame, diffOf(sideOf(original), replaySide(chosen, original)))),
  ]
}

function resultLine({glyphs}: Frame, result: ReplayResult, isChosen: boolean): Piece[] {
  const [tone, status] = statusPiece(result.status)
  return [
    isChosen ? ['accent', glyphs.bar] : ['text', ' '],
    [isChosen ? 'text.strong' : 'text', fit(shown(result.instance), 24, 'left', glyphs.cut)],
    [tone, status.padStart(5)],
    ['text', duration(result.duration).padStart(8)],
    ['label', result.body === undefined ? '' : bytes(result.body.length).padStart(8)],
    ['bad', result.error === undefined ? '' : `  ${shown(result.error)}`],
  ]
}

const signs = {
  same: ['label', '   '],
  one: ['bad', ' - '],
  other: ['good', ' + '],
} as const satisfies Record<Exclude<DiffLine['is'], 'title'>, Piece>

function diffBlock(frame: Frame, lines: readonly DiffLine[]): Block {
  return lines.map(({is, text}): readonly Piece[] => {
    if (is === 'title') return rule(frame, shown(text), frame.columns)
    const [role, sign] = signs[is]
    return [
      [role, sign],
      [is === 'same' ? 'label' : 'text', shown(text)],
    ]
  })
}
