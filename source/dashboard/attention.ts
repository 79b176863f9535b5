/** Why instances of a service get no new requests: one line each, and what the one looked at still has to finish. */
import type {InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import type {InFlightView} from '../control/requests.ts'
import {type Block, type Frame, rule, shown} from './frame.ts'
import {inFlightPieces} from './in-flight.ts'
import {age, duration, si} from './numbers.ts'
import {operatorWord} from './operator.ts'
import {selectedRow} from './stage.ts'
import {needsAttention} from './standing.ts'
import type {Piece} from './text.ts'

const ATTENTION_LINES = 4

/** One line for each instance that gets no new requests by its state, and why; the selected one, or the only one, in full. */
export function attention(frame: Frame, service: ServiceSnapshot): Block {
  const troubled = service.instances.filter(needsAttention)
  const [first, ...others] = troubled
  if (first === undefined) return []
  const row = selectedRow(frame.view, frame)
  const selected =
    row?.kind === 'instance'
      ? troubled.find(({key}) => key === row.instance.key && isFinishing(row.instance))
      : undefined
  if (others.length === 0 || selected !== undefined) return inFull(frame, service, selected ?? first)
  const kept = troubled.slice(0, ATTENTION_LINES)
  const more = troubled.length - kept.length
  const title = `${troubled.length} instances get no new requests`
  const lines: Piece[][] = kept.map(instance => [['text', `   ${trouble(frame, service, instance)}`]])
  if (more > 0) lines.push([['label', `   and ${more} more`]])
  return [rule(frame, title, frame.columns), ...lines]
}

/** Not ready, with something in flight. */
function isFinishing({operator, traffic}: InstanceSnapshot): boolean {
  return operator !== 'ready' && traffic.inFlight > 0
}

function trouble(frame: Frame, service: ServiceSnapshot, instance: InstanceSnapshot): string {
  const now = frame.snapshot.at
  const name = shown(instance.key)
  const since = age(now - instance.operatorSince)
  if (instance.operator === 'maintenance') {
    const how = isFinishing(instance)
      ? ''
      : ` for ${since}${instance.check === undefined ? '' : ', not checked'}`
    return `${name} is in maintenance${how}: ${leftText(frame, service, instance)}`
  }
  if (instance.verdict === 'down') {
    const {lastCheck, failuresInRow} = instance
    const reason =
      lastCheck?.passed === false && lastCheck.reason !== '' ? `: ${shown(lastCheck.reason)}` : ''
    const failures = failuresInRow > 1 ? `, ${si(failuresInRow)} checks in a row` : ''
    return `${name} is down for ${age(now - instance.verdictSince)}${reason}${failures}`
  }
  if (instance.ejection !== undefined) {
    const {until, reason, times} = instance.ejection
    const often = times > 1 ? `, ${times} times in a row` : ''
    return `${name} is ejected for ${age(Math.max(0, until - now))} more: ${shown(reason)}${often}`
  }
  if (instance.traffic.inFlight === 0)
    return `${name} is drained since ${since}: ${leftText(frame, service, instance)}`
  return `${name} is draining: ${leftText(frame, service, instance)}`
}

/** How much is left, the age of the oldest, and when it will have ended, as far as that can be told. */
function leftText(frame: Frame, service: ServiceSnapshot, instance: InstanceSnapshot): string {
  const {inFlight} = instance.traffic
  if (inFlight === 0) return 'nothing in flight, safe to stop'
  const [oldest] = underWay(frame, service, instance)
  const oldestText = oldest === undefined ? '' : `, oldest ${duration(frame.snapshot.at - oldest.at)}`
  const {drainedInMs} = instance
  const end = drainedInMs === undefined ? '' : `, about ${age(Math.max(1000, drainedInMs))} more`
  return `${si(inFlight)} in flight${oldestText}${end}`
}

/** Oldest first. */
function underWay(frame: Frame, service: ServiceSnapshot, {key}: InstanceSnapshot): readonly InFlightView[] {
  return frame.requests.inFlight.filter(
    request => request.service === service.name && request.instance === key,
  )
}

/** The rule says it all, what is under way stands below. */
function inFull(frame: Frame, service: ServiceSnapshot, instance: InstanceSnapshot): Block {
  const keys = frame.readOnly || !isFinishing(instance) ? '' : keysText(instance)
  const title = rule(frame, trouble(frame, service, instance), frame.columns, keys)
  if (!isFinishing(instance)) return [title]
  const all = underWay(frame, service, instance)
  const kept = all.slice(0, underWayLines(frame))
  const more: Piece[][] =
    kept.length < all.length ? [[['label', `   and ${si(all.length - kept.length)} more`]]] : []
  return [title, ...kept.map(request => inFlightPieces(frame, request)), ...more]
}

function keysText(instance: InstanceSnapshot): string {
  return `d ${operatorWord('drain', instance)}  D ${operatorWord('maintenance', instance)}`
}

function underWayLines({height}: Frame): number {
  return height < 30 ? 3 : height < 45 ? 6 : 10
}

/** The page of a service says what finishes there: whoever shows it needs to know what is under way. */
export function needsInFlight(service: ServiceSnapshot | undefined): boolean {
  return service?.instances.some(isFinishing) ?? false
}
