/** A request as filters see it, made in a worker from what is at hand there. */
import {faultCodes} from '../faults.ts'
import type {AttemptFacts, FinishedRequest} from '../recorder/facts.ts'
import {Flag} from '../recorder/layout.ts'
import type {EarlySubject, Subject} from '../requests/filter.ts'
import {fieldOf, hostOf, requestLineOf} from '../requests/heads.ts'
import {hasMade, idText, Made} from '../requests/ids.ts'
import {routeOf} from '../requests/route-of.ts'
import type {Service} from './service.ts'

export function earlySubject(
  requestHead: string,
  service: Service | undefined,
  clientAddress: string,
): EarlySubject {
  const [method, target] = requestLineOf(requestHead)
  return {
    method,
    target,
    host: hostOf(requestHead, target),
    route: routeOf(target),
    service: service?.config.name,
    clientAddress,
  }
}

export function finishedSubject(
  early: EarlySubject,
  facts: FinishedRequest,
  service: Service | undefined,
  id: string,
  idPrefix: string,
): Subject {
  const attempts = [...(facts.earlier ?? []), ...(facts.last.instance < 0 ? [] : [facts.last])]
  return {
    ...early,
    id,
    status: facts.status,
    fault: faultCodes[facts.fault - 1],
    duration: facts.endedAt - facts.startedAt,
    responded: facts.respondedAt < 0 ? undefined : facts.respondedAt - facts.startedAt,
    bytesIn: facts.bytesIn,
    bytesOut: facts.bytesOut,
    attemptCount: attempts.length,
    broken: (facts.flags & Flag.RESPONSE_BROKEN) !== 0,
    upgraded: (facts.flags & Flag.UPGRADED) !== 0,
    onPurpose: (facts.flags & Flag.ON_PURPOSE) !== 0,
    problem: facts.fault !== 0 || facts.status >= 500 || attempts.length > 1,
    requestId: hasMade(facts.made, Made.REQUEST_ID)
      ? idText(idPrefix, facts.made)
      : fieldOf(facts.requestHead, 'x-request-id'),
    attempts: attempts.map(attempt => attemptSubject(attempt, service)),
  }
}

function attemptSubject({instance, fault}: AttemptFacts, service: Service | undefined) {
  return {instance: service?.keyOf(instance) ?? '', fault: faultCodes[fault - 1]}
}
