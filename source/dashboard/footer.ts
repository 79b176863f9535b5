/** The last line: a question, a message, or the keys that work here. It is always one line, so nothing above ever moves. */

import {savedFilters} from './filter-line.ts'
import {type Frame, lineOf, shown} from './frame.ts'
import {keySign} from './glyphs.ts'
import type {ActionName, Binding} from './key-table.ts'
import {bindingsFor} from './keymap.ts'
import {si} from './numbers.ts'
import {selectedRow} from './stage.ts'
import {cut, type Piece, widthOfPieces} from './text.ts'
import {screenOf} from './view.ts'

export function footerLine(frame: Frame): string {
  const {view, latest} = frame
  if (view.asking !== undefined) return questionLine(frame, view.asking.question)
  if (view.message !== undefined) {
    return lineOf(frame, [[view.message.isBad ? 'bad' : 'accent', ` ${shown(view.message.text)}`]])
  }
  if (view.choosing !== undefined) return lineOf(frame, choosingKeys(frame))
  if (view.chord) return lineOf(frame, chordKeys(frame))
  if (view.requests.editing !== undefined && view.tab === 'requests') return lineOf(frame, editingKeys(frame))
  if (latest.phase === 'draining') return stoppingLine(frame)
  return keysLine(frame)
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

function choosingKeys({glyphs, view}: Frame): Piece[] {
  return [
    ['accent', ` ${keySign('↵', glyphs)}`],
    ['label', view.choosing?.of === 'replay' ? ' send  ' : ' set  '],
    ['accent', keySign('↑ ↓', glyphs)],
    ['label', ' choose  '],
    ['accent', 'esc'],
    ['label', ' leave it'],
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

/** The word that fits what the key would do now. */
function wordOf(name: ActionName, binding: Binding, frame: Frame): string {
  if (name === 'pause' && frame.view.paused !== undefined) return 'resume'
  if (name === 'drain') {
    const row = selectedRow(frame.view, frame)
    if (row?.kind === 'instance' && row.instance.operator === 'drain') return 'undrain'
  }
  const screen = screenOf(frame.view, frame.snapshot)
  if (name === 'open' && screen !== 'services') {
    if (screen === 'service' || screen === 'errors' || screen === 'latency' || screen === 'routes')
      return 'requests'
    if (screen === 'requests') return frame.view.requests.inspector === undefined ? 'inspect' : 'whole screen'
  }
  if (name === 'open' && screen === 'services' && selectedRow(frame.view, frame)?.kind === 'instance')
    return 'requests'
  if (name === 'follow' && frame.view.requests.follows) return 'freeze'
  return binding.footer?.[0] ?? ''
}

function stoppingLine(frame: Frame): string {
  const {inFlight} = frame.latest.total
  const state = `stopping: ${si(inFlight)} in flight`
  const hint = frame.readOnly ? '' : ', ^C again cuts them'
  return lineOf(frame, [
    ['warn.strong', ` ${state}`],
    ['label', inFlight > 0 ? hint : ''],
  ])
}

/** As many of the keys as fit, the lowest ranks stay longest. */
function keysLine(frame: Frame): string {
  const {view, columns, readOnly, snapshot, glyphs} = frame
  const screen = screenOf(view, snapshot)
  const {filter, inspector} = view.requests
  const hasBack =
    screen === 'requests'
      ? filter !== '' || inspector !== undefined
      : screen !== 'services' && screen !== 'events' && screen !== 'errors'
        ? true
        : view.onlyUnhealthy
  const all = bindingsFor(screen, readOnly).filter(([name, {footer}]) => {
    if (footer === undefined) return false
    if (name === 'back') return hasBack
    if (name === 'open') return screen !== 'inspector'
    if (name === 'compact') return screen === 'services'
    if (name === 'nextProblem') return screen === 'requests' || screen === 'inspector'
    if (name === 'pause') return screen !== 'requests' && screen !== 'inspector'
    if (name === 'mark') return screen === 'requests'
    return name !== 'undo' || view.undo.length > 0
  })
  const gap = columns >= 120 ? 3 : 2
  const pieces = (names: typeof all): Piece[] =>
    names.flatMap(([name, binding], index): Piece[] => [
      ['text', ' '.repeat(index === 0 ? 1 : gap)],
      ['accent', keySign(binding.sign, glyphs)],
      ['label', ` ${wordOf(name, binding, frame)}`],
    ])
  let kept = all
  while (kept.length > 1 && widthOfPieces(pieces(kept)) > columns - 1) {
    const worst = Math.max(...kept.map(([, {footer}]) => footer?.[1] ?? 0))
    kept = kept.filter(([, {footer}]) => footer?.[1] !== worst)
  }
  return lineOf(frame, pieces(footerOrder(kept)))
}

/** By rank, but help and quit last. */
function footerOrder<Row extends readonly [name: string, binding: Binding]>(bindings: readonly Row[]): Row[] {
  const place = ([, {footer}]: Row) =>
    footer === undefined ? 0 : footer[1] < 2 ? 100 + footer[1] : footer[1]
  return bindings.toSorted((a, b) => place(a) - place(b))
}
