/** Why a request ended as it did, how slow it was for its route, and whose it was. */
import type {RequestView} from '../control/requests.ts'
import {whyOf} from '../requests/why.ts'
import {type Block, type Frame, shown} from './frame.ts'
import {slowness} from './slowness.ts'
import {type Piece, widthOf} from './text.ts'
import {wrapped} from './wrapped.ts'

const INDENT = 8

export function verdictLines(frame: Frame, request: RequestView): Block {
  const why = whyOf(request)
  const slow = slowness(frame, request)
  return [
    ...paragraph(frame, 'Why', shown(why.text), 'text'),
    ...blameLine(request, why),
    ...(slow === '' ? [] : paragraph(frame, 'Slow', slow, 'text')),
    [],
    ...whose(frame, request),
    ...ids(request),
  ]
}

/** Whom to blame, and what setting would change it. */
function blameLine(request: RequestView, {setting, blame}: ReturnType<typeof whyOf>): Block {
  const isBlamed = blame !== undefined && (request.fault !== undefined || request.attemptCount > 1)
  if (!isBlamed && setting === undefined) return []
  const name = blame === 'proxy' ? 'this proxy' : `the ${blame}`
  const line: Piece[] = [
    ['label', (isBlamed ? ' Blame' : ' Set').padEnd(INDENT)],
    ['text', isBlamed ? name : ''],
    ['label', isBlamed && setting !== undefined ? '   set ' : ''],
    ['accent', setting ?? ''],
  ]
  return [line]
}

/** The client and the route, side by side where there is room. */
function whose({glyphs, columns}: Frame, request: RequestView): Block {
  const keepAlive = `request ${request.requestOnConnection} on connection ${request.connection}`
  const over = request.tls === undefined ? '' : `, ${request.tls}`
  const client = `client ${shown(request.clientAddress)}:${request.clientPort}${over}, ${keepAlive}`
  const host = `${shown(request.host) || '-'}${shown(request.route)}`
  const split = request.splitFrom === undefined ? '' : `${shown(request.splitFrom)}, split ${glyphs.arrow} `
  const route = `route ${host} ${glyphs.arrow} ${split}${shown(request.service ?? 'no service')}`
  if (widthOf(client) + widthOf(route) + 5 <= columns) return [[['label', ` ${client}    ${route}`]]]
  return [[['label', ` ${client}`]], [['label', ` ${route}`]]]
}

function ids({requestId, traceId}: RequestView): Block {
  const known = [
    ...(requestId === undefined ? [] : [`id ${shown(requestId)}`]),
    ...(traceId === undefined ? [] : [`trace ${traceId}`]),
  ]
  return known.length === 0 ? [] : [[['label', ` ${known.join('    ')}`]]]
}

function paragraph(frame: Frame, title: string, text: string, role: Piece[0]): Piece[][] {
  return wrapped(text, Math.max(16, frame.columns - INDENT - 1)).map((line, index): Piece[] => [
    ['label', ` ${index === 0 ? title : ''}`.padEnd(INDENT)],
    [role, line],
  ])
}
