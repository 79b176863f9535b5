/** Why a request ended as it did, how slow it was for its route, and whose it was. */
import type {RequestView} from '../control/requests.ts'
import {whyOf} from '../requests/why.ts'
import {type Block, type Frame, shown} from './frame.ts'
import {slowness} from './slowness.ts'
import {type Piece, widthOf} from './text.ts'
import {wrapped} from './wrapped.ts'

const INDENT = 8

export function verdictLines(frame: Frame, request: RequestView): Block {
  const {glyphs} = frame
  const {text, setting, blame} = whyOf(request)
  const lines: Piece[][] = [...paragraph(frame, 'Why', shown(text), 'text')]
  const isBlamed = blame !== undefined && (request.fault !== undefined || request.attemptCount > 1)
  const name = blame === 'proxy' ? 'this proxy' : `the ${blame}`
  if (isBlamed || setting !== undefined)
    lines.push([
      ['label', (isBlamed ? ' Blame' : ' Set').padEnd(INDENT)],
      ['text', isBlamed ? name : ''],
      ['label', isBlamed && setting !== undefined ? '   set ' : ''],
      ['accent', setting ?? ''],
    ])
  const slow = slowness(frame, request)
  if (slow !== '') lines.push(...paragraph(frame, 'Slow', slow, 'text'))
  const keepAlive = `request ${request.requestOnConnection} on connection ${request.connection}`
  const over = request.tls === undefined ? '' : `, ${request.tls}`
  const client = `client ${shown(request.clientAddress)}:${request.clientPort}${over}, ${keepAlive}`
  const host = `${shown(request.host) || '-'}${shown(request.route)}`
  const split = request.splitFrom === undefined ? '' : `${shown(request.splitFrom)}, split ${glyphs.arrow} `
  const route = `route ${host} ${glyphs.arrow} ${split}${shown(request.service ?? 'no service')}`
  lines.push([])
  if (widthOf(client) + widthOf(route) + 5 <= frame.columns) lines.push([['label', ` ${client}    ${route}`]])
  else lines.push([['label', ` ${client}`]], [['label', ` ${route}`]])
  const {requestId, traceId} = request
  const ids = [
    ...(requestId === undefined ? [] : [`id ${shown(requestId)}`]),
    ...(traceId === undefined ? [] : [`trace ${traceId}`]),
  ]
  if (ids.length > 0) lines.push([['label', ` ${ids.join('    ')}`]])
  return lines
}

function paragraph(frame: Frame, title: string, text: string, role: Piece[0]): Piece[][] {
  return wrapped(text, Math.max(16, frame.columns - INDENT - 1)).map((line, index): Piece[] => [
    ['label', ` ${index === 0 ? title : ''}`.padEnd(INDENT)],
    [role, line],
  ])
}
