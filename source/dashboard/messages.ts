/** Heads and bodies of a request and its response, as lines. */
import type {CapturedBody, RequestView} from '../control/requests.ts'
import {printable} from '../printable.ts'
import {type BodyLines, bodyLines} from '../requests/body-lines.ts'
import {announcesBody, fieldsOf, firstLine} from '../requests/heads.ts'
import {type Block, type Frame, rule, shown} from './frame.ts'
import {bytes} from './numbers.ts'
import {cut, fit, type Piece, widthOf} from './text.ts'

type Side = 'request' | 'response'

function headOf(request: RequestView, side: Side): {readonly head: string; readonly length: number} {
  return side === 'request'
    ? {head: request.requestHead, length: request.requestHeadLength}
    : {head: request.responseHead, length: request.responseHeadLength}
}

/** The first line and the fields, names in one column. */
export function headBlock(frame: Frame, request: RequestView, side: Side): Block {
  const {head, length} = headOf(request, side)
  if (head === '')
    return [[['label', side === 'request' ? ' its head was not kept' : ' no response came from an instance']]]
  const fields = fieldsOf(head)
  const nameWidth = Math.min(28, Math.max(4, ...fields.map(({name}) => widthOf(shown(name)))))
  const room = Math.max(8, frame.columns - nameWidth - 4)
  const lines: Piece[][] = [[['text.strong', ` ${shown(firstLine(head))}`]]]
  for (const {name, value} of fields) {
    const isHidden = value.includes('...') && frame.view.requests.inspector?.reveals !== true
    const note = isHidden && secrets.test(name) ? '  hidden, v shows' : ''
    const text = shown(value)
    const parts = chunks(text, room, 4)
    for (const [index, part] of parts.entries()) {
      const isEnd = index === parts.length - 1 && widthOf(part) + note.length <= room
      lines.push([
        ['label', ` ${fit(index === 0 ? shown(name) : '', nameWidth, 'left', frame.glyphs.cut)}  `],
        ['text', part],
        ['warn', isEnd ? note : ''],
      ])
    }
  }
  if (isCut(head, length)) lines.push([['label', ` ${bytes(head.length)} of ${bytes(length)} were kept`]])
  return lines
}

/** Hidden values make a head shorter that is whole. */
function isCut(head: string, length: number): boolean {
  return length > head.length && !head.endsWith('\r\n\r\n')
}

const secrets = /auth|cookie|key|token|secret|session/i

/** The text in pieces of `width` columns, the last of at most `most` cut. */
function chunks(text: string, width: number, most: number): string[] {
  const parts: string[] = []
  let rest = text
  while (rest !== '' && parts.length < most - 1 && widthOf(rest) > width) {
    const part = cut(rest, width, '')
    if (part === '') break
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return [...parts, rest]
}

export function bodyBlock(
  frame: Frame,
  request: RequestView,
  side: Side,
  body: CapturedBody | undefined,
): Block {
  const {head} = headOf(request, side)
  if (body === undefined) return absentBody(frame, request, side, head)
  const {as, lines} = safeBodyLines(body, head)
  const part = body.isCut ? `, ${bytes(body.bytes.length)} kept` : ''
  const hidden = body.hidden > 0 ? `, ${body.hidden} hidden, v shows` : ''
  return [
    [],
    rule(frame, `body, ${bytes(body.length)}${part}${hidden}`, frame.columns, as),
    ...lines.map((line): Piece[] => [['text', ` ${line}`]]),
  ]
}

const MAX_LINES = 5000
const known = new WeakMap<CapturedBody, BodyLines>()

/** Made once a body, and safe to draw. */
export function safeBodyLines(body: CapturedBody, head: string): BodyLines {
  const made = known.get(body)
  if (made !== undefined) return made
  const {as, lines} = bodyLines(body, head)
  const safe = {
    as,
    lines: lines.slice(0, MAX_LINES).map(line => printable(line.replaceAll('\t', '  '), 2000)),
  }
  known.set(body, safe)
  return safe
}

function absentBody(frame: Frame, request: RequestView, side: Side, head: string): Block {
  const passed =
    side === 'request' ? announcesBody(head) : request.responded !== undefined && request.bytesOut > 0
  if (!passed) return []
  const how: Piece[] = frame.readOnly
    ? []
    : [
        ['label', ': '],
        ['accent', 'b'],
        ['label', ' keeps those of requests to come'],
      ]
  return [[], [['label', ' its body was not kept'], ...how]]
}

/** Both heads byte for byte, control characters spelt out. */
export function rawBlock(frame: Frame, request: RequestView): Block {
  const width = Math.max(8, frame.columns - 2)
  const side = (name: Side): Block => {
    const {head, length} = headOf(request, name)
    const lines = head === '' ? [] : head.replace(/\r?\n$/, '').split('\n')
    const note = isCut(head, length) ? `${bytes(head.length)} of ${bytes(length)}` : bytes(length)
    return [
      rule(frame, `${name} head`, frame.columns, note),
      ...lines.flatMap(line =>
        chunks(shown(line.replace(/\r$/, '')), width, 8).map((part): Piece[] => [['text', ` ${part}`]]),
      ),
      [],
    ]
  }
  return [...side('request'), ...side('response')]
}
