/** A record of the flight recorder with names for its indexes, what can be computed of it, and without its secrets. */
import {strategyNames} from '../balancing/strategies.ts'
import type {Config} from '../config/config.ts'
import type {AttemptRecord, RequestRecord} from '../recorder/reader.ts'
import {hostOf} from '../requests/heads.ts'
import type {Redact} from '../requests/redact.ts'
import {routeOf} from '../requests/route-of.ts'
import type {AttemptView, RequestView} from './requests.ts'

export function requestView(record: RequestRecord, {services}: Config, redact: Redact): RequestView {
  const service = services[record.service]
  return {
    id: record.id,
    at: record.at,
    duration: record.duration,
    responded: record.responded,
    method: record.method,
    target: record.target,
    host: hostOf(record.requestHead, record.target),
    route: routeOf(record.target),
    minor: record.minor,
    service: service?.name,
    strategy: service === undefined ? undefined : strategyNames[record.strategy],
    candidates: record.candidates,
    status: record.status,
    fault: record.fault,
    detail: record.detail,
    refusal: record.refusal,
    attemptCount: record.attemptCount,
    attempts: record.attempts.map(attempt =>
      attemptView(attempt, service?.instances[attempt.instance]?.key ?? ''),
    ),
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    clientAddress: record.clientAddress,
    clientPort: record.clientPort,
    connection: record.connection,
    requestOnConnection: record.requestOnConnection,
    upgraded: record.upgraded,
    broken: record.broken,
    problem: record.fault !== undefined || record.status >= 500 || record.attemptCount > 1,
    requestHead: redact(record.requestHead),
    responseHead: redact(record.responseHead),
    requestHeadLength: record.requestHeadLength,
    responseHeadLength: record.responseHeadLength,
  }
}

function attemptView(record: AttemptRecord, instance: string): AttemptView {
  const {fault, status, started, connected, ended, uses} = record
  return {instance, fault, status, started, connected, ended, uses}
}
