/** The last line: a question, a message, or the keys that work here. It is always one line, so nothing above ever moves. */
import {type Frame, lineOf} from './frame.ts'
import {keySign} from './glyphs.ts'
import type {ActionName, Binding} from './key-table.ts'
import {bindingsFor} from './keymap.ts'
import {si} from './numbers.ts'
import {operatorWord} from './operator.ts'
import {overlayFooter} from './overlay-footer.ts'
import {selectedRow} from './stage.ts'
import {type Piece, widthOfPieces} from './text.ts'
import {screenOf} from './view.ts'

export function footerLine(frame: Frame): string {
  const {latest} = frame
  const over = overlayFooter(frame)
  if (over !== undefined) return over
  if (latest.phase === 'draining') return stoppingLine(frame)
  return keysLine(frame)
}

/** The word that fits what the key would do now. */
function wordOf(name: ActionName, binding: Binding, frame: Frame): string {
  if (name === 'pause' && frame.view.paused !== undefined) return 'resume'
  if (name === 'drain' || name === 'maintenance') {
    const row = selectedRow(frame.view, frame)
    if (row?.kind === 'instance') return operatorWord(name, row.instance)
  }
  const screen = screenOf(frame.view, frame.snapshot)
  if (name === 'open' && screen !== 'services') {
    if (screen === 'service' || screen === 'errors' || screen === 'latency' || screen === 'routes')
      return 'requests'
    if (screen === 'policy') return frame.readOnly ? '' : 'change'
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
  const hint = frame.readOnly || frame.attached ? '' : ', ^C again cuts them'
  return lineOf(frame, [
    ['warn.strong', ` ${state}`],
    ['label', inFlight > 0 ? hint : ''],
  ])
}

/** As many of the keys as fit, the lowest ranks stay longest. */
function keysLine(frame: Frame): string {
  const {view, columns, snapshot, glyphs} = frame
  const screen = screenOf(view, snapshot)
  const {filter, inspector} = view.requests
  const hasBack =
    screen === 'requests'
      ? filter !== '' || inspector !== undefined
      : screen !== 'services' && screen !== 'events' && screen !== 'errors' && screen !== 'config'
        ? true
        : view.onlyUnhealthy
  const all = bindingsFor(screen, frame).filter(([name, {footer}]) => {
    if (footer === undefined) return false
    if (name === 'back') return hasBack
    if (name === 'open') return screen !== 'inspector' && screen !== 'config'
    if (name === 'reload') return screen === 'config'
    if (name === 'into') return screen === 'inspector'
    if (name === 'filter') return screen !== 'inspector'
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
