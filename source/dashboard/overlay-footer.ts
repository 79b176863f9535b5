/** The last line while something lies over the screen: a question, a message, or the keys of what is open. */
import {savedFilters} from './filter-line.ts'
import {type Frame, lineOf, shown} from './frame.ts'
import {keySign} from './glyphs.ts'
import {cut, type Piece, widthOfPieces} from './text.ts'
import {typingLine} from './value-lines.ts'

/** undefined: nothing is open, and nothing is to be said. */
export function overlayFooter(frame: Frame): string | undefined {
  const {view} = frame
  if (view.asking !== undefined) return questionLine(frame, view.asking.question)
  if (view.message !== undefined) {
    return lineOf(frame, [[view.message.isBad ? 'bad' : 'accent', ` ${shown(view.message.text)}`]])
  }
  if (view.typing !== undefined) return typingLine(frame, view.typing)
  if (view.choosing !== undefined) return lineOf(frame, choosingKeys(frame))
  if (view.palette !== undefined) return lineOf(frame, paletteKeys(frame))
  if (view.chord) return lineOf(frame, chordKeys(frame))
  if (view.requests.editing !== undefined && view.tab === 'requests') return lineOf(frame, editingKeys(frame))
  return undefined
}

function questionLine(frame: Frame, question: string): string {
  const answers: Piece[] = [
    ['accent.strong', '  y'],
    ['label', ' yes'],
    ['accent.strong', '  n'],
    ['label', ' no'],
  ]
  const room = frame.columns - 1 - widthOfPieces(answers)
  const text = cut(shown(question), Math.max(0, room), frame.glyphs.cut)
  return lineOf(frame, [['warn.strong', ` ${text}`], ...answers])
}

/** What Enter does. */
const chooseWord = {
  strategy: ' set  ',
  replay: ' send  ',
  condition: ' add  ',
  setting: ' change…  ',
} as const

function choosingKeys({glyphs, view}: Frame): Piece[] {
  return [
    ['accent', ` ${keySign('↵', glyphs)}`],
    ['label', keySign(chooseWord[view.choosing?.of ?? 'strategy'], glyphs)],
    ['accent', keySign('↑ ↓', glyphs)],
    ['label', ' choose  '],
    ...(view.choosing?.of === 'strategy' ? guardKey(view.choosing.guard) : []),
    ['accent', 'esc'],
    ['label', ' leave it'],
  ]
}

function guardKey(isOn: boolean): Piece[] {
  return [
    ['accent', 'tab'],
    ['label', isOn ? ' without guard  ' : ' with guard  '],
  ]
}

function paletteKeys({glyphs}: Frame): Piece[] {
  return [
    ['accent', ` ${keySign('↵', glyphs)}`],
    ['label', ' run  '],
    ['accent', 'tab'],
    ['label', ' complete  '],
    ['accent', keySign('↑ ↓', glyphs)],
    ['label', ' choose  '],
    ['accent', 'esc'],
    ['label', ' close'],
  ]
}

function chordKeys({view}: Frame): Piece[] {
  const pieces = Object.entries(savedFilters).flatMap(([key, {word}]): Piece[] => [
    ['accent', `  ${key}`],
    ['label', ` ${word}`],
  ])
  const mine: Piece[] = [
    ['accent', view.requests.mine === '' ? '' : '  m'],
    ['label', view.requests.mine === '' ? '' : ' mine'],
    ['accent', '  M'],
    ['label', ' keep this one as mine'],
  ]
  return [['label', ' saved filter:'], ...pieces, ...mine]
}

/** What is wrong with the text stands here, where there is room for it; the caret stands below the text. */
function editingKeys({view, glyphs, height}: Frame): Piece[] {
  const problem = view.requests.editing?.problem
  if (problem !== undefined && height < 12) return [['bad', ` ${shown(problem.message)}`]]
  return [
    ['accent', ` ${keySign('↵', glyphs)}`],
    ['label', ' apply  '],
    ['accent', 'tab'],
    ['label', ' complete  '],
    ['accent', keySign('↑ ↓', glyphs)],
    ['label', ' before  '],
    ['accent', 'esc'],
    ['label', ' leave it   '],
    ['faint', 'status>=500 or dur>100ms  path:/v1/*  retried'],
  ]
}
