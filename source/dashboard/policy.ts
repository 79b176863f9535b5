/** The fifth page of a service: by which settings it is run, and which of them the file says otherwise. */
import type {ServiceSnapshot, Setting} from '../control/control.ts'
import {hint} from './changes.ts'
import {blankLine, type Frame, lineOf, type Stage, shown} from './frame.ts'
import {serviceHead} from './service-head.ts'
import {settingOpened} from './settings.ts'
import {type Column, left, tableHeader, tableLine, unsorted} from './table.ts'
import {cut, type Piece} from './text.ts'
import {openService, type View} from './view.ts'

/** What has come of the question for the settings of a service. */
export interface Policy {
  readonly service: string
  readonly settings: readonly Setting[]
  /** why there are none */
  readonly failed: string | undefined
}

/** Those of the service whose page is open; none as long as they are being asked for. */
export function policyOf({policy}: Stage, service: ServiceSnapshot): readonly Setting[] {
  return policy?.service === service.name ? policy.settings : []
}

export function policyRoom(stage: Stage): number {
  return Math.max(1, stage.height - 2 - serviceHead.lines(stage))
}

export function drawPolicy(frame: Frame, service: ServiceSnapshot): string[] {
  const {view, height, policy} = frame
  const settings = policyOf(frame, service)
  const columns = policyColumns(frame.columns, settings)
  const changed = settings.filter(({file}) => file !== undefined).length
  const right: Piece[] = [['warn', changed === 0 ? '' : `${changed} set while it runs`]]
  const lines = [...serviceHead.draw(frame, service, 'policy', right), tableHeader(columns, unsorted, frame)]
  const {top, index} = view.policy
  for (const [row, setting] of settings.slice(top, top + policyRoom(frame)).entries())
    lines.push(tableLine(columns, setting, ' ', top + row === index, frame))
  if (settings.length === 0) {
    const failed = policy?.service === service.name ? policy.failed : undefined
    lines.push(lineOf(frame, [[failed === undefined ? 'label' : 'bad', `   ${shown(failed ?? 'asking')}`]]))
  }
  while (lines.length < height - 1) lines.push(blankLine(frame))
  return lines
}

/** Enter: the selected one is typed anew in the last line. */
export function openedSetting(view: View, stage: Stage): View {
  const service = openService(view, stage.snapshot)
  const setting = service && policyOf(stage, service)[view.policy.index]
  if (service === undefined || setting === undefined) return view
  if (stage.readOnly) return hint(view, stage, 'a read-only dashboard changes nothing').view
  return settingOpened(view, service.name, undefined, setting)
}

/** From 60 columns on what each is about, from 100 on what the file says. */
function policyColumns(columns: number, settings: readonly Setting[]): Column<Setting>[] {
  const longest = (texts: readonly string[], least: number, most: number) =>
    Math.max(least, Math.min(most, ...[Math.max(0, ...texts.map(text => text.length))]))
  const key = longest(
    settings.map(setting => setting.key),
    12,
    columns < 60 ? 22 : 30,
  )
  const value = longest(
    settings.map(setting => setting.value),
    8,
    columns < 60 ? columns - key - 5 : 14,
  )
  const file = columns >= 100 ? 14 : 0
  const about = columns - 3 - key - 2 - value - (file === 0 ? 0 : file + 2) - 3
  return [
    words('SETTING', 0, key, setting => ['text', setting.key]),
    words('VALUE', 2, value, setting => [setting.file === undefined ? 'text' : 'warn', shown(setting.value)]),
    ...(file === 0
      ? []
      : [
          words('THE FILE SAYS', 2, file, setting => [
            'label',
            setting.file === undefined ? '' : shown(setting.file),
          ]),
        ]),
    ...(columns >= 60
      ? [words('WHAT IT IS', 2, about, setting => ['label', aboutText(setting, file === 0)])]
      : []),
  ]
}

/** Where there is no column for it, this says what the file says. */
function aboutText({file, about}: Setting, saysFile: boolean): string {
  return saysFile && file !== undefined ? `the file says ${shown(file)}  ${shown(about)}` : shown(about)
}

function words(
  title: string,
  gap: number,
  width: number,
  piece: (setting: Setting) => Piece,
): Column<Setting> {
  return left(title, gap, width, (setting, {glyphs}) => {
    const [role, text] = piece(setting)
    return [[role, cut(text, width, glyphs.cut)]]
  })
}
