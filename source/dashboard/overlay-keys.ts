/** The keys while a question, the list of strategies or the help is open: they take all keys but ^C. */
import {strategyNames} from '../balancing/strategies.ts'
import type {Step} from './actions.ts'
import {conditionChosen} from './alike.ts'
import {sending} from './changes.ts'
import {choices} from './chooser.ts'
import {explainedRows} from './explained.ts'
import {inChord, inEditing} from './filter-keys.ts'
import type {Stage} from './frame.ts'
import {actionFor} from './keymap.ts'
import {helpLines, helpRoom} from './overlays.ts'
import {inPalette} from './palette-keys.ts'
import {replayed} from './replays.ts'
import {settingChosen} from './settings.ts'
import {inTyping} from './value-lines.ts'
import {type Choosing, screenOf, type View, type Wanted} from './view.ts'

/** undefined: nothing is open, or the key goes through. */
export function pressOverlay(view: View, key: string, stage: Stage): Step | undefined {
  if (key === 'ctrl+c') return undefined
  if (view.asking !== undefined) return answered(view, view.asking.wanted, key)
  if (view.typing !== undefined) return inTyping(view, view.typing, key, stage)
  if (view.choosing !== undefined) return choosing(view, view.choosing, key, stage)
  if (view.help !== undefined) return inHelp(view, view.help.top, key, stage)
  if (view.explained !== undefined) return inExplained(view, view.explained, key, stage)
  if (view.palette !== undefined) return inPalette(view, view.palette, key, stage)
  if (view.chord) return inChord(view, key, stage)
  const {editing} = view.requests
  if (editing !== undefined && view.tab === 'requests') return inEditing(view, editing, key)
  return undefined
}

/** Only `y` says yes; any other key says no. */
function answered(view: View, wanted: Wanted, key: string): Step {
  const closed = {...view, asking: undefined}
  return key === 'y' ? {view: closed, ...wanted} : {view: closed}
}

function choosing(view: View, what: Choosing, key: string, stage: Stage): Step {
  const closed = {...view, choosing: undefined}
  if (
    key === 'esc' ||
    key === 'q' ||
    key === 'S' ||
    key === 'R' ||
    key === 'e' ||
    key === '&' ||
    key === 'left'
  )
    return {view: closed}
  if (key === 'tab' && what.of === 'strategy')
    return {view: {...view, choosing: {...what, guard: !what.guard}}}
  if (key === 'enter')
    return what.of === 'setting' ? {view: settingChosen(view, what)} : chosen(closed, what, stage)
  const index = scrolled(what.index, key, choices(what, stage).length, stage)
  return {view: {...view, choosing: {...what, index}}}
}

function chosen(view: View, what: Exclude<Choosing, {of: 'setting'}>, stage: Stage): Step {
  if (what.of === 'replay') return replayed(view, what, stage)
  if (what.of === 'condition') return conditionChosen(view, what, stage)
  const strategy = strategyNames[what.index]
  if (strategy === undefined) return {view}
  const service = stage.latest.services.find(({name}) => name === what.service)
  const guard = what.guard === (service?.switchGuard === true) ? {} : {guard: what.guard}
  return sending(view, {type: 'set-strategy', service: what.service, strategy, ...guard})
}

function inExplained(
  view: View,
  {lines, top}: NonNullable<View['explained']>,
  key: string,
  stage: Stage,
): Step {
  if (key === 'esc' || key === 'q' || key === 'enter' || key === 'left')
    return {view: {...view, explained: undefined}}
  const last = Math.max(0, explainedRows(lines, stage.columns).length - helpRoom(stage))
  return {view: {...view, explained: {lines, top: scrolled(Math.min(top, last), key, last + 1, stage)}}}
}

function inHelp(view: View, top: number, key: string, stage: Stage): Step {
  if (key === 'esc' || key === 'q' || key === '?' || key === 'enter' || key === 'left')
    return {view: {...view, help: undefined}}
  const last = Math.max(
    0,
    helpLines(stage, screenOf(view, stage.snapshot), {keys: {}}).length - helpRoom(stage),
  )
  return {view: {...view, help: {top: scrolled(Math.min(top, last), key, last + 1, stage)}}}
}

/** The index after a key that moves, by the same table as everywhere. */
function scrolled(index: number, key: string, count: number, stage: Stage): number {
  const most = Math.max(0, count - 1)
  switch (actionFor(key, 'events', stage)) {
    case 'up':
      return Math.max(0, index - 1)
    case 'down':
      return Math.min(most, index + 1)
    case 'first':
      return 0
    case 'last':
      return most
    case 'halfUp':
    case 'pageUp':
      return Math.max(0, index - 10)
    case 'halfDown':
    case 'pageDown':
      return Math.min(most, index + 10)
    default:
      return index
  }
}
