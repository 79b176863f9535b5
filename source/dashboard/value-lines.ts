/** The table of values that are typed in a line, the keys while it is open, and how it looks. A kind of value is a row. */
import type {Step} from './actions.ts'
import {withMessage} from './changes.ts'
import {typed} from './filter-keys.ts'
import {type Frame, firstFitting, lineOf, type Stage, shown} from './frame.ts'
import {keySign} from './glyphs.ts'
import {limitLine} from './max-connections.ts'
import {rateLine} from './rate-limits.ts'
import {settingLine} from './settings.ts'
import type {Piece} from './text.ts'
import {graphemesOf} from './text.ts'
import type {ValueLine} from './value-line.ts'
import type {TypedValue, View} from './view.ts'
import {weightLine} from './weights.ts'

const lines = {
  weight: weightLine,
  limit: limitLine,
  rate: rateLine,
  setting: settingLine,
} as const satisfies Record<TypedValue['of'], ValueLine>

const rowOf = ({of}: TypedValue): ValueLine => lines[of]

/** The keys while the line is open. */
export function inTyping(view: View, value: TypedValue, key: string, stage: Stage): Step {
  const {accepts, next} = rowOf(value)
  if (key === 'esc') return {view: {...view, typing: undefined}}
  if (key === 'enter') return entered(view, value, stage)
  if (key === 'tab') return {view: next === undefined ? view : next.of(value, view, stage)}
  const line = typed(value.line, key)
  return accepts.test(line.text)
    ? {view: {...view, message: undefined, typing: {...value, line: {...value.line, ...line}}}}
    : {view}
}

function entered(view: View, value: TypedValue, stage: Stage): Step {
  const closed = {...view, typing: undefined}
  const line = rowOf(value)
  const text = value.line.text.trim()
  const now = line.now(value, stage)
  if (now === undefined)
    return {
      view: withMessage(closed, stage, `${shown(value.instance ?? value.service ?? 'it')} is gone`, true),
    }
  if (text === '' || text === now) return {view: closed}
  const step = line.entered(text, value, stage, closed)
  return typeof step === 'string' ? {view: withMessage(view, stage, step, true)} : step
}

/** The last line of the screen while it is open; where there is little room, the keys go first, then the form. */
export function typingLine(frame: Frame, value: TypedValue): string {
  const {glyphs, latest} = frame
  const row = rowOf(value)
  const now = row.now(value, {...frame, snapshot: latest})
  const parts = graphemesOf(value.line.text)
  const asked: Piece[] = [
    ['accent', row.title(value)],
    ['label', now === undefined ? '' : `, now ${shown(now)}`],
    ['text', ': '],
    ['text.strong', shown(parts.slice(0, value.line.cursor).join(''))],
    ['accent.strong', glyphs.cursor],
    ['text.strong', shown(parts.slice(value.line.cursor).join(''))],
  ]
  const form: Piece[] = [['label', `  ${row.form(value)}`]]
  const keys: Piece[] = [
    ['label', row.also === undefined ? '' : `; ${row.also}`],
    ['accent', `  ${keySign('↵', glyphs)}`],
    ['label', ' set'],
    ['accent', row.next === undefined ? '' : '  tab'],
    ['label', row.next === undefined ? '' : ` ${row.next.word}`],
    ['accent', '  esc'],
    ['label', ' leave it'],
  ]
  const variants = [[...asked, ...form, ...keys], [...asked, ...form], asked]
  return lineOf(frame, [['text', ' '], ...firstFitting(frame, variants, [])])
}
