/** What checks say of the instance that is selected: the verdict, what made it, the last result, and how it is checked. */
import type {InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import {type Block, type Frame, rule, shown} from './frame.ts'
import {age, millisWithUnit, si} from './numbers.ts'
import {selectedRow} from './stage.ts'

/** Nothing of one that is down or in maintenance: that stands where trouble stands. */
export function health(frame: Frame, service: ServiceSnapshot): Block {
  const row = selectedRow(frame.view, frame)
  if (row?.kind !== 'instance') return []
  const {instance} = row
  if (instance.check === undefined || instance.verdict === 'down' || instance.operator === 'maintenance')
    return []
  const title = rule(frame, verdictText(frame, instance), frame.columns, lastText(instance))
  return instance.check === service.check
    ? [title]
    : [title, [['label', `   its own check: ${shown(instance.check)}`]]]
}

function verdictText({snapshot}: Frame, instance: InstanceSnapshot): string {
  const name = shown(instance.key)
  if (instance.verdict === 'unknown') return `${name} has no verdict yet, and may be used`
  const since = age(snapshot.at - instance.verdictSince)
  return `${name} is ${instance.verdict} for ${since} after ${shown(instance.verdictReason)}`
}

function lastText({lastCheck, passesInRow, failuresInRow}: InstanceSnapshot): string {
  if (lastCheck === undefined) return ''
  return lastCheck.passed
    ? `${si(passesInRow)} passed in a row, last in ${millisWithUnit(lastCheck.tookMs)}`
    : `${si(failuresInRow)} failed in a row: ${shown(lastCheck.reason)}`
}
