/** The question before a reload: what of the configuration's file is not in force. */
import {sending, withMessage} from './changes.ts'
import {type Compared, changesText, differenceText} from './config-tab.ts'
import type {Stage} from './frame.ts'
import type {View} from './view.ts'

/** The first line of the footer has room for one of the keys; all of them stand on the screen below. */
export function reloadOffered(view: View, stage: Stage, compared: Compared): View {
  if ('failed' in compared) return withMessage(view, stage, compared.failed, true)
  const {findings, differences} = compared
  if (findings.length > 0) return withMessage(view, stage, `not reloaded: ${findings[0]}`, true)
  const [first] = differences
  if (first === undefined)
    return withMessage(view, stage, 'the file is as it was loaded: nothing to reload', false)
  const {send} = sending(view, {type: 'reload'})
  const what = differences.length === 1 ? differenceText(first, 'to') : changesText(differences)
  return send === undefined ? view : {...view, asking: {question: `put into force: ${what}?`, wanted: {send}}}
}
