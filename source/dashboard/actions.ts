/** What each key does, as a function from view to view; what changes the proxy is only asked for here, never done. */
import {alikeActions} from './alike.ts'
import {changes, withMessage} from './changes.ts'
import type {Effect} from './effects.ts'
import type {Stage} from './frame.ts'
import {snapshotAfter, snapshotBefore} from './kept-snapshots.ts'
import {type ActionName, keymap} from './key-table.ts'
import {actionFor} from './keymap.ts'
import {actLive} from './live.ts'
import {limitActions} from './max-connections.ts'
import {moved, page} from './moves.ts'
import {back, into, opened, out, toTab} from './navigation.ts'
import {onPurposeActions} from './on-purpose.ts'
import {operatorActions} from './operator.ts'
import {pressOverlay} from './overlay-keys.ts'
import {themeNames} from './palettes.ts'
import {rateActions} from './rate-limits.ts'
import {requestActions} from './request-actions.ts'
import {requestEffects} from './request-effects.ts'
import {emptyPalette} from './requests-view.ts'
import {settingActions} from './settings.ts'
import {splitActions} from './splits.ts'
import {listOf, sortKeys, withList} from './stage.ts'
import {type ListView, rates, routeSorts, type Sending, screenOf, type View} from './view.ts'
import {weightActions} from './weights.ts'

export interface Step {
  readonly view: View
  /** to be sent to the control */
  readonly send?: Sending
  /** to be done beside the proxy */
  readonly effect?: Effect
  /** the terminal holds something else than was drawn */
  readonly redraw?: true
  /** close the dashboard and leave the proxy as it is */
  readonly leave?: true
}

export type Action = (view: View, stage: Stage, key: string) => Step

/** What the view becomes when the key is pressed. */
export function press(view: View, key: string, stage: Stage): Step {
  const over = pressOverlay(view, key, stage)
  if (over !== undefined) return over
  const name = actionFor(key, screenOf(view, stage.snapshot), stage)
  return name === undefined ? {view} : act(name, view, stage, key)
}

/** As if the key of the action had been pressed. */
export function act(name: ActionName, view: View, stage: Stage, key: string): Step {
  return keymap[name].changes ? actLive(actions[name], view, stage, key) : actions[name](view, stage, key)
}

const actions: Record<ActionName, Action> = {
  up: (view, stage) => ({view: moved(view, stage, -1)}),
  down: (view, stage) => ({view: moved(view, stage, 1)}),
  first: (view, stage) => ({view: moved(view, stage, Number.NEGATIVE_INFINITY)}),
  last: (view, stage) => ({view: moved(view, stage, Number.POSITIVE_INFINITY)}),
  halfUp: (view, stage) => ({view: moved(view, stage, -page(view, stage, 2), true)}),
  halfDown: (view, stage) => ({view: moved(view, stage, page(view, stage, 2), true)}),
  pageUp: (view, stage) => ({view: moved(view, stage, -page(view, stage, 1), true)}),
  pageDown: (view, stage) => ({view: moved(view, stage, page(view, stage, 1), true)}),
  open: (view, stage) => ({view: opened(view, stage)}),
  into: (view, stage) => ({view: into(view, stage)}),
  out: (view, stage) => ({view: out(view, stage)}),
  back: (view, stage) => ({view: back(view, stage)}),
  tab: (view, stage, key) => ({view: toTab(view, stage, Number(key) - 1)}),
  pause: (view, stage) => ({view: {...view, paused: view.paused === undefined ? stage.latest : undefined}}),
  rewind: (view, stage) => rewound(view, stage),
  forward: (view, stage) =>
    view.paused === undefined
      ? {view: withMessage(view, stage, 'this is now', false)}
      : {view: {...view, paused: snapshotAfter(stage.kept, view.paused.at)}},
  theme: (view, stage) => themed(view, stage),
  mouse: (view, stage) => ({
    view: withMessage(
      {...view, mouse: !view.mouse},
      stage,
      `the mouse is ${view.mouse ? 'off' : 'on'}`,
      false,
    ),
    effect: {type: 'mouse', on: !view.mouse},
  }),
  picture: view => ({view, effect: {type: 'picture'}}),
  palette: view => ({view: {...view, palette: emptyPalette}}),
  totals: view => ({view: {...view, totals: !view.totals}}),
  faster: view => ({view: {...view, rate: rates.find(rate => rate > view.rate) ?? view.rate}}),
  slower: view => ({view: {...view, rate: rates.findLast(rate => rate < view.rate) ?? view.rate}}),
  redraw: view => ({view, redraw: true}),
  help: view => ({view: {...view, help: {top: 0}}}),
  sortLeft: (view, stage) => ({view: sorted(view, stage, -1)}),
  sortRight: (view, stage) => ({view: sorted(view, stage, 1)}),
  reverse: (view, stage) => ({view: listed(view, stage, list => ({...list, reversed: !list.reversed}))}),
  unhealthy: view => ({view: {...view, onlyUnhealthy: !view.onlyUnhealthy}}),
  compact: (view, stage) => ({view: foldedAll(view, stage)}),
  leave: view => ({view, leave: true}),
  reload: view => ({view: {...view, tab: 'config', config: {top: 0}}, effect: {type: 'compare'}}),
  detach: view => ({view, leave: true}),
  ...changes,
  ...operatorActions,
  ...onPurposeActions,
  ...splitActions,
  ...weightActions,
  ...limitActions,
  ...rateActions,
  ...settingActions,
  ...alikeActions,
  ...requestActions,
  ...requestEffects,
}

function rewound(view: View, stage: Stage): Step {
  const before = snapshotBefore(stage.kept, stage.snapshot.at)
  return before === undefined
    ? {view: withMessage(view, stage, 'nothing older is kept', false)}
    : {view: {...view, paused: before}}
}

function themed(view: View, stage: Stage): Step {
  const next = themeNames[(themeNames.indexOf(view.theme) + 1) % themeNames.length] ?? view.theme
  return {view: withMessage({...view, theme: next}, stage, `theme: ${next}`, false)}
}

function listed(view: View, stage: Stage, change: (list: ListView) => ListView): View {
  return withList(view, stage, change(listOf(view, stage)))
}

/** The order of the file comes before the first column. */
function sorted(view: View, stage: Stage, by: -1 | 1): View {
  if (screenOf(view, stage.snapshot) === 'routes') {
    const at = (routeSorts.indexOf(view.routeSort) + by + routeSorts.length) % routeSorts.length
    return {...view, routeSort: routeSorts[at] ?? view.routeSort}
  }
  const keys = [undefined, ...sortKeys(view, stage)]
  return listed(view, stage, list => {
    const at = Math.max(0, keys.indexOf(list.sort))
    return {...list, sort: keys[(at + by + keys.length) % keys.length], reversed: false}
  })
}

function foldedAll(view: View, stage: Stage): View {
  const names = stage.snapshot.services.map(service => service.name)
  return {...view, folded: new Set(names.every(name => view.folded.has(name)) ? [] : names)}
}
