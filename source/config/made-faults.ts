/** Faults on purpose that a file asks for: read, and judged. */
import type {MadeAction, MadeFault} from '../made-faults.ts'
import type {ServiceConfig} from './config.ts'
import type {ServiceDraft} from './drafts.ts'
import {madeFault, type service} from './fields.ts'
import type {Findings} from './finding.ts'
import {addressAndPort} from './formats.ts'
import {defaultsOf, type Read} from './kinds.ts'
import type {Reader} from './reader.ts'

type ReadFault = Read<typeof madeFault, true>

const actions = ['delay', 'status', 'resetAfter', 'bytesPerSecond', 'refuse'] as const

/** Those of the service and of its hosts. */
export function faultsOf({
  faults = [],
  hosts = [],
}: Read<typeof service, true>): Pick<ServiceConfig, 'faults'> {
  const all = [
    ...faults.map(fault => ({instance: undefined, fault: faultOf(fault)})),
    ...hosts.flatMap(({address, port, faults: own = []}) =>
      own.map(fault => ({instance: addressAndPort(address, port), fault: faultOf(fault)})),
    ),
  ]
  return all.length === 0 ? {} : {faults: all}
}

function faultOf(given: ReadFault): MadeFault {
  const {percent, path} = {...defaultsOf(madeFault.fields), ...given}
  return {action: actionOf(given), percent, path, count: given.count, forMs: given.for}
}

/** A rule sees to it that there is one. */
function actionOf({delay, status, resetAfter, bytesPerSecond}: ReadFault): MadeAction {
  if (delay !== undefined) return {does: 'delay', ms: delay}
  if (status !== undefined) return {does: 'status', status}
  if (resetAfter !== undefined) return {does: 'reset', bytes: resetAfter}
  if (bytesPerSecond !== undefined) return {does: 'slow', bytesPerSecond}
  return {does: 'refuse'}
}

/** Each fault does one thing: several stand in several entries. */
export function judgeFaults(given: ServiceDraft, reader: Reader, findings: Findings): void {
  for (const {faults = []} of [given, ...(given.hosts ?? [])]) {
    for (const [index, fault] of faults.entries()) {
      const [first, second] = actions.filter(action => reader.hasKey(fault, action))
      if (first === undefined && reader.isWhole(fault))
        findings.add(
          reader.entryOffset(faults, index),
          `a fault does nothing; expected one of ${actions.join(', ')}`,
        )
      else if (second !== undefined)
        findings.add(
          reader.keyOffset(fault, second),
          `${second} is given beside ${first}; expected an entry of its own for each`,
        )
    }
  }
}
