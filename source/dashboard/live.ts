/** Keys that change the proxy act on what is now, also while the screen shows what was. */
import type {Action, Step} from './actions.ts'
import {hint} from './changes.ts'
import type {Stage} from './frame.ts'
import {placeOf} from './rows.ts'
import {selectedRow, settled} from './stage.ts'
import type {View} from './view.ts'

/** As `action`, with the selected row as it is now; refused where that is gone since. */
export function actLive(action: Action, view: View, stage: Stage, key: string): Step {
  if (view.paused === undefined) return action(view, stage, key)
  const now: Stage = {...stage, snapshot: stage.latest}
  const live = settled(view, now)
  const before = selectedRow(view, stage)
  const after = selectedRow(live, now)
  const wanted = before && placeOf(before)
  const found = after && placeOf(after)
  if (wanted?.service !== found?.service || wanted?.instance !== found?.instance)
    return hint(view, stage, 'what is selected is not there any more: p shows what is now')
  return action(live, now, key)
}
