/** Why instances of a service get no new requests: one line each. */
import type {InstanceSnapshot, ServiceSnapshot} from '../control/control.ts'
import {type Block, type Frame, rule, shown} from './frame.ts'
import {inFlightPieces} from './in-flight.ts'
import {age, si} from './numbers.ts'
import {needsAttention} from './standing.ts'
import type {Piece} from './text.ts'

const ATTENTION_LINES = 4

/** One line for each instance that gets no new requests by its state, and why. */
export function attention(frame: Frame, service: ServiceSnapshot): Block {
  const troubled = service.instances.filter(needsAttention)
  const [first, ...others] = troubled
  if (first === undefined) return []
  if (others.length === 0)
    return [rule(frame, trouble(frame, first), frame.columns), ...underWay(frame, service, first)]
  const kept = troubled.slice(0, ATTENTION_LINES)
  const more = troubled.length - kept.length
  const title = `${troubled.length} instances get no new requests`
  const lines: Piece[][] = kept.map(instance => [['text', `   ${trouble(frame, instance)}`]])
  if (more > 0) lines.push([['label', `   and ${more} more`]])
  return [rule(frame, title, frame.columns), ...lines]
}

function trouble(frame: Frame, instance: InstanceSnapshot): string {
  const now = frame.snapshot.at
  const name = shown(instance.key)
  const inFlight = instance.traffic.inFlight
  if (instance.verdict === 'down') {
    const {lastCheck, failuresInRow} = instance
    const reason =
      lastCheck?.passed === false && lastCheck.reason !== '' ? `: ${shown(lastCheck.reason)}` : ''
    const failures = failuresInRow > 1 ? `, ${si(failuresInRow)} checks in a row` : ''
    return `${name} is down for ${age(now - instance.verdictSince)}${reason}${failures}`
  }
  const since = age(now - instance.operatorSince)
  if (inFlight === 0) return `${name} is drained since ${since}: nothing in flight, safe to stop`
  return `${name} is draining: ${si(inFlight)} in flight, for ${since}`
}

const UNDER_WAY_LINES = 3

/** What an instance that drains still has to finish, oldest first. */
function underWay(frame: Frame, service: ServiceSnapshot, {key, operator}: InstanceSnapshot): Block {
  if (operator !== 'drain') return []
  return frame.requests.inFlight
    .filter(request => request.service === service.name && request.instance === key)
    .slice(0, UNDER_WAY_LINES)
    .map(request => inFlightPieces(frame, request))
}

/** The page of a service says what drains: whoever shows it needs to know what is under way there. */
export function needsInFlight(service: ServiceSnapshot | undefined): boolean {
  return (
    service?.instances.some(({operator, traffic}) => operator === 'drain' && traffic.inFlight > 0) ?? false
  )
}
