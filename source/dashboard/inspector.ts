/** One request from all sides: beside the list, or on a screen of its own. */
import type {RequestView} from '../control/requests.ts'
import {attemptLines} from './attempts.ts'
import {compareBlock, drawCompare} from './compare.ts'
import {type Block, blankLine, type Frame, lineOf, rule, type Stage, shown, spread} from './frame.ts'
import {glyphs} from './glyphs.ts'
import {titleLine} from './header.ts'
import {PANE_HEAD} from './inspector-actions.ts'
import {bodyBlock, headBlock, rawBlock} from './messages.ts'
import {bytes, count, duration} from './numbers.ts'
import {statusPiece} from './request-columns.ts'
import {selectedRequest} from './request-list.ts'
import {detailOf} from './request-store.ts'
import {type InspectorTab, inspectorTabs} from './requests-view.ts'
import {cut, type Piece, widthOfPieces} from './text.ts'
import {plain} from './theme.ts'
import {timingLines} from './timing.ts'
import {verdictLines} from './verdict.ts'
import type {View} from './view.ts'

const NONE: Piece[] = [['label', ' no request is selected']]

/** On the whole screen. */
export function drawInspector(frame: Frame): string[] {
  const {view, height} = frame
  const request = inspected(frame)
  const trail = request === undefined ? 'requests' : `requests ${frame.glyphs.into} #${request.id}`
  const lines = [titleLine(frame, trail)]
  if (view.requests.inspector?.compares !== undefined) return drawCompare(frame, lines)
  if (request === undefined) lines.push(lineOf(frame, NONE))
  else {
    const tabs = tabPieces(frame, true)
    const place = placeOf(frame, frame.columns - widthOfPieces(tabs) - 3)
    const moved = frame.columns < 72 ? [] : volume(request)
    lines.push(
      spread(frame, summary(request, frame, frame.columns - widthOfPieces(moved) - 4), moved),
      spread(frame, tabs, frame.columns < 80 ? [] : place),
    )
    const room = height - 1 - lines.length
    const content = contentOf(frame, request)
    const top = Math.max(0, Math.min(view.requests.inspector?.top ?? 0, content.length - room))
    for (const line of content.slice(top, top + room)) lines.push(lineOf(frame, line))
  }
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

/** Which one of the list it is, and as far as `room` lets it how to get to its neighbours. */
function placeOf({view, requests}: Frame, room: number): Piece[] {
  const place: Piece[] = [['label', `${count(view.requests.index + 1)} of ${count(requests.shown.length)}`]]
  const moves: Piece[] = [
    ['accent', '  j'],
    ['label', ' older'],
    ['accent', '  k'],
    ['label', ' newer'],
  ]
  return widthOfPieces([...place, ...moves]) <= room ? [...place, ...moves] : place
}

/** Lines that there are to scroll through, whatever the signs are drawn with. */
export function inspectorLength(view: View, stage: Stage): number {
  const frame: Frame = {...stage, view, theme: plain, glyphs: glyphs(false)}
  if (view.requests.inspector?.compares !== undefined) return compareBlock(frame).length + 1
  const request = inspected(frame)
  return request === undefined ? 0 : contentOf(frame, request).length
}

/** Beside the list: `room` lines, as wide as the frame given. */
export function drawInspectorPane(frame: Frame, room: number): string[] {
  const request = inspected(frame)
  if (request === undefined) return [lineOf(frame, NONE)]
  const {hasKeys = false, top: wanted = 0} = frame.view.requests.inspector ?? {}
  const title: Piece[] = [
    hasKeys ? ['accent', frame.glyphs.bar] : ['text', ' '],
    [hasKeys ? 'accent.strong' : 'label', `#${request.id}  `],
    ['text', `${shown(request.method)} `],
    ['text', shown(request.host) + shown(request.target)],
  ]
  const content = contentOf(frame, request)
  const top = Math.max(0, Math.min(wanted, content.length - (room - PANE_HEAD)))
  const block: Block = [
    title,
    [['text', ' '], ...outcome(request, frame), ['text', '   '], ...volume(request)],
    [['text', ' '], ...tabPieces(frame, hasKeys)],
    [],
    ...content.slice(top),
  ]
  return block.slice(0, room).map(line => lineOf(frame, line))
}

/** With what the control said of it, where that has come: unredacted heads, bodies. */
function inspected(frame: Frame): RequestView | undefined {
  const request = selectedRequest(frame.view, frame)
  return request === undefined ? undefined : detailOf(frame.requests, request).request
}

/** In `room` columns: the target gives way. */
function summary(request: RequestView, frame: Frame, room: number): Piece[] {
  const then: Piece[] = [['label', ` ${frame.glyphs.arrow} `], ...outcome(request, frame)]
  const asked = `${shown(request.method)} ${shown(request.target)}`
  return [['text.strong', cut(asked, Math.max(16, room - widthOfPieces(then)), frame.glyphs.cut)], ...then]
}

function outcome(request: RequestView, {glyphs}: Frame): Piece[] {
  const {attemptCount} = request
  const tries = attemptCount === 1 ? '1 attempt' : `${attemptCount} attempts`
  return [
    statusPiece(request.status),
    ['text', `   ${duration(request.duration)}`],
    ['label', `   ${tries}`],
    ['warn', attemptCount > 1 ? ` ${glyphs.retried}` : ''],
    ['bad', request.broken ? `   ${glyphs.bad} cut` : ''],
    ['label', request.upgraded ? '   tunnel' : ''],
  ]
}

function volume(request: RequestView): Piece[] {
  return [
    ['text', bytes(request.bytesIn)],
    ['label', ' up  '],
    ['text', bytes(request.bytesOut)],
    ['label', ' down'],
  ]
}

function tabPieces(frame: Frame, isNumbered: boolean): Piece[] {
  const active: InspectorTab = frame.view.requests.inspector?.tab ?? 'Timing'
  return inspectorTabs.flatMap((tab, index): Piece[] => {
    const isActive = tab === active
    const name = isNumbered ? `${index + 1} ${tab}` : tab
    const gap = index === 0 ? '' : isActive || inspectorTabs[index - 1] === active ? ' ' : '  '
    return [['text', gap], isActive ? ['accent.strong', `[${name}]`] : ['label', name]]
  })
}

function contentOf(frame: Frame, request: RequestView): Block {
  const detail = detailOf(frame.requests, request)
  const section = (title: string, lines: Block): Block => [[], rule(frame, title, frame.columns), ...lines]
  switch (frame.view.requests.inspector?.tab ?? 'Timing') {
    case 'Timing':
      return [
        ...timingLines(frame, request),
        [],
        ...verdictLines(frame, request),
        ...(frame.height < 32
          ? []
          : [
              ...section('request', headBlock(frame, request, 'request')),
              ...section('response', headBlock(frame, request, 'response')),
            ]),
      ]
    case 'Request':
      return [
        ...headBlock(frame, request, 'request'),
        ...bodyBlock(frame, request, 'request', detail.requestBody),
      ]
    case 'Response':
      return [
        ...headBlock(frame, request, 'response'),
        ...bodyBlock(frame, request, 'response', detail.responseBody),
      ]
    case 'Attempts':
      return [...attemptLines(frame, request), [], ...verdictLines(frame, request)]
    case 'Raw':
      return rawBlock(frame, request)
  }
}
