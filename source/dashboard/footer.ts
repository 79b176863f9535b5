/** The last line: a question, a message, or the keys that work here. It is always one line, so nothing above ever moves. */
import {type Frame, lineOf} from './frame.ts'
import {keySign} from './glyphs.ts'
import {tabs} from './header.ts'
import type {ActionName, Binding} from './key-table.ts'
import {bindingsFor} from './keymap.ts'
import {si} from './numbers.ts'
import {operatorWord} from './operator.ts'
import {overlayFooter} from './overlay-footer.ts'
import {selectedRow} from './stage.ts'
import {type Piece, widthOfPieces} from './text.ts'
import {type Screen, screenOf, type View} from './view.ts'

export function footerLine(frame: Frame): string {
  const {latest} = frame
  const over = overlayFooter(frame)
  if (over !== undefined) return over
  if (latest.phase === 'draining') return stoppingLine(frame)
  return keysLine(frame)
}

/** The word that fits what the key would do now, else the one of the table of keys. */
function wordOf(name: ActionName, binding: Binding, frame: Frame): string {
  return words[name]?.(frame) ?? binding.footer?.[0] ?? ''
}

const words: Partial<Record<ActionName, (frame: Frame) => string | undefined>> = {
  pause: ({view}) => (view.paused === undefined ? undefined : 'resume'),
  follow: ({view}) => (view.requests.follows ? 'freeze' : undefined),
  drain: frame => operatorsWord('drain', frame),
  maintenance: frame => operatorsWord('maintenance', frame),
  open: openWord,
}

function operatorsWord(name: 'drain' | 'maintenance', frame: Frame): string | undefined {
  const row = selectedRow(frame.view, frame)
  return row?.kind === 'instance' ? operatorWord(name, row.instance) : undefined
}

function openWord(frame: Frame): string | undefined {
  const {view, snapshot, readOnly} = frame
  switch (screenOf(view, snapshot)) {
    case 'services':
      return selectedRow(view, frame)?.kind === 'instance' ? 'requests' : undefined
    case 'service':
    case 'errors':
    case 'latency':
    case 'routes':
      return 'requests'
    case 'policy':
      return readOnly ? '' : 'change'
    case 'requests':
      return view.requests.inspector === undefined ? 'inspect' : 'whole screen'
    default:
      return undefined
  }
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

/** Where a key that works in more places has its word in the footer; without a row here: wherever it works. */
const isOffered: Partial<Record<ActionName, (screen: Screen, view: View) => boolean>> = {
  back: leadsBack,
  open: screen => screen !== 'inspector' && screen !== 'config',
  reload: screen => screen === 'config',
  into: screen => screen === 'inspector',
  filter: screen => screen !== 'inspector',
  compact: screen => screen === 'services',
  nextProblem: screen => screen === 'requests' || screen === 'inspector',
  pause: screen => screen !== 'requests' && screen !== 'inspector',
  mark: screen => screen === 'requests',
  undo: (_, view) => view.undo.length > 0,
}

/** From a tab itself only where it shows less than all. */
function leadsBack(screen: Screen, {requests, onlyUnhealthy}: View): boolean {
  if (screen === 'requests') return requests.filter !== '' || requests.inspector !== undefined
  return onlyUnhealthy || !tabs.some(({id}) => id === screen)
}

/** As many of the keys as fit, the lowest ranks stay longest. */
function keysLine(frame: Frame): string {
  const {view, columns, snapshot, glyphs} = frame
  const screen = screenOf(view, snapshot)
  const all = bindingsFor(screen, frame).filter(
    ([name, {footer}]) => footer !== undefined && (isOffered[name]?.(screen, view) ?? true),
  )
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
