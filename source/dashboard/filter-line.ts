/** The second line of the requests: the filter, as it is or as it is written, and how many it lets through. */
import type {Filter} from '../requests/filter.ts'
import {type Frame, firstFitting, lineOf, shown, spread} from './frame.ts'
import {count, si} from './numbers.ts'
import type {Editing} from './requests-view.ts'
import {cut, graphemesOf, type Piece, widthOf, widthOfPieces} from './text.ts'

/** Filters that a key names; `m` is the person's own. */
export const savedFilters = {
  e: {word: 'errors', text: 'problem'},
  s: {word: 'slow', text: 'slow'},
  r: {word: 'retried', text: 'retried'},
} as const satisfies Record<string, {readonly word: string; readonly text: Filter['text']}>

const TITLE = 'filter  '

export function filterLine(frame: Frame): string {
  const {filter, editing} = frame.view.requests
  const all = countPieces(frame, true)
  const isLong = widthOf(shown(filter)) + TITLE.length + widthOfPieces(all) + 3 > frame.columns
  const counts = isLong ? countPieces(frame, false) : all
  if (editing !== undefined) return editLine(frame, editing, counts)
  if (filter === '') {
    const none: Piece[] = [['label', `${TITLE}none`], ...capturePieces(frame)]
    return spread(frame, firstFitting(frame, [[...none, ...savedPieces(frame)], none], counts), counts)
  }
  const set: Piece[] = [['label', TITLE], ['accent', shown(filter)], ...capturePieces(frame)]
  return spread(frame, firstFitting(frame, [[...set, ...savedPieces(frame)], set], counts), counts)
}

/** Bodies take memory, and secrets may be in them: whoever has them kept should not forget it. */
function capturePieces({view}: Frame): Piece[] {
  const {captures} = view.requests
  if (captures === undefined) return []
  return [['warn', `   bodies kept${captures === '' ? '' : ` of ${shown(captures)}`}`]]
}

function savedPieces({view}: Frame): Piece[] {
  const pieces: Piece[] = [['label', '        saved']]
  for (const [key, {word}] of Object.entries(savedFilters))
    pieces.push(['accent', `  '${key}`], ['label', ` ${word}`])
  if (view.requests.mine !== '') pieces.push(['accent', "  'm"], ['label', ' mine'])
  return pieces
}

/** `1,204 of 20.0k  48.1k in all`: those that match, those that are held, those that ever were. */
function countPieces(frame: Frame, inFull: boolean): Piece[] {
  const {requests, snapshot, view, columns} = frame
  if (!requests.isLoaded) return [['label', 'reading']]
  const held = requests.all.length
  const all = snapshot.total.requests
  const ever: Piece = ['label', inFull && all > held && columns >= 80 ? `   ${si(all)} in all` : '']
  if (view.requests.filter === '') return [['text', count(held)], ['label', ' kept'], ever]
  const matching = requests.shown.length
  return [[matching === 0 ? 'warn' : 'text', count(matching)], ['label', ` of ${count(held)}`], ever]
}

/** Scrolled so that the cursor is on screen. */
function editLine(frame: Frame, {text, cursor}: Editing, counts: readonly Piece[]): string {
  const {before, after} = around(frame, text, cursor)
  const pieces: Piece[] = [
    ['accent', TITLE],
    ['text.strong', before],
    ['accent.strong', frame.glyphs.cursor],
    ['text.strong', after],
  ]
  return frame.columns < 80 ? spread(frame, pieces, []) : spread(frame, pieces, counts)
}

function around(frame: Frame, text: string, cursor: number): {before: string; after: string; hidden: number} {
  const parts = graphemesOf(text)
  const all = shown(parts.slice(0, cursor).join(''))
  const room = Math.max(8, frame.columns - widthOf(TITLE) - (frame.columns < 80 ? 4 : 36))
  let before = all
  while (widthOf(before) > room) before = before.slice(Math.max(1, Math.ceil((before.length - room) / 2)))
  return {before, after: shown(parts.slice(cursor).join('')), hidden: all.length - before.length}
}

/** In place of the tabs while the text cannot be read: a caret below the character, and why. */
export function caretLine(frame: Frame): string | undefined {
  const {editing} = frame.view.requests
  if (editing?.problem === undefined) return undefined
  const {at, message} = editing.problem
  const {before, hidden} = around(frame, editing.text, editing.cursor)
  const offset = widthOf(shown(editing.text.slice(0, at))) - hidden
  const column = Math.max(0, offset) + (offset > widthOf(before) ? 1 : 0)
  const room = frame.columns - 1 - TITLE.length - column - 3
  const words = shown(message)
  const indent = ' '.repeat(1 + TITLE.length + column)
  if (widthOf(words) <= room || column < 20)
    return lineOf(frame, [
      ['text', indent],
      ['bad.strong', frame.glyphs.caret],
      ['bad', ` ${cut(words, room, frame.glyphs.cut)}`],
    ])
  const before2 = cut(words, Math.max(0, indent.length - 2), frame.glyphs.cut)
  return lineOf(frame, [
    ['bad', ` ${before2} `.padStart(indent.length)],
    ['bad.strong', frame.glyphs.caret],
  ])
}
