/** The state of an instance in words, and what commands wait for. Pure. */
import type {InstanceSnapshot} from '../control/control.ts'
import type {Named} from './names.ts'

/** Operator first: what he wants is what is so. The words are those of the dashboard. */
export function stateOf({operator, verdict, ejection, check}: InstanceSnapshot): string {
  if (operator !== 'ready') return operator
  if (verdict !== 'down' && ejection !== undefined) return 'ejected'
  if (verdict !== 'unknown') return verdict
  return check === undefined ? 'no check' : 'checking'
}

export interface Progress {
  readonly isDone: boolean
  /** what is still missing; safe where names are */
  readonly says: string
  /** it cannot come so by itself */
  readonly isHopeless: boolean
}

export const waitStates = {healthy, drained} as const
export type WaitState = keyof typeof waitStates

function healthy({service, instances}: Named): Progress {
  // Of a service, those that the operator has taken out are not waited for; one that is named is.
  const wanted = instances.length === 1 ? instances : instances.filter(({operator}) => operator === 'ready')
  const missing = wanted.filter(
    ({selectable, verdict}) => !selectable || (service.check !== undefined && verdict !== 'up'),
  )
  if (wanted.length === 0)
    return {isDone: false, says: `every instance of ${service.name} is taken out`, isHopeless: false}
  const says = missing.map(instance => `the state of ${instance.key} is ${stateOf(instance)}`).join(', ')
  return {isDone: missing.length === 0, says, isHopeless: false}
}

function drained({instances}: Named): Progress {
  const inUse = instances.filter(({operator}) => operator === 'ready')
  if (inUse.length > 0) {
    const says = inUse.map(({key}) => `${key} is ready: drain it first`).join(', ')
    return {isDone: false, says, isHopeless: true}
  }
  const busy = instances.filter(({traffic}) => traffic.inFlight > 0)
  const says = busy.map(({key, traffic}) => `${key} has ${traffic.inFlight} in flight`).join(', ')
  return {isDone: busy.length === 0, says, isHopeless: false}
}
