/** A finished request as the access log tells it: names for numbers, times in seconds. */
import {type Blame, type FaultCode, faults, type Phase} from '../faults.ts'
import type {Refusal} from '../recorder/layout.ts'
import type {Names} from '../recorder/names.ts'
import type {RequestRecord} from '../recorder/record.ts'
import {fieldsOf, hostOf} from '../requests/heads.ts'
import {hasMade, idText, Made, traceIdOf} from '../requests/ids.ts'

export interface AttemptEntry {
  readonly instance: string
  readonly status: number | undefined
  readonly fault: FaultCode | undefined
  /** after the request's start */
  readonly started: number
  readonly connected: number | undefined
  readonly ended: number
  /** exchanges on that connection, this one included */
  readonly uses: number
}

/** Texts come from the network as latin1: every format escapes them. Times in seconds; what is unknown is undefined. */
export interface Entry {
  readonly id: string
  /** epoch ms at which the head was complete */
  readonly at: number
  readonly duration: number
  /** after the start, when the response's head was there */
  readonly responded: number | undefined
  readonly method: string
  readonly target: string
  readonly protocol: string
  readonly host: string
  /** 499: the client was gone before */
  readonly status: number
  readonly bytesIn: number
  /** what the client was sent, the head included */
  readonly bytesOut: number
  readonly client: string
  readonly clientPort: number
  readonly service: string | undefined
  /** of the last attempt */
  readonly instance: string | undefined
  readonly attemptCount: number
  /** the last four */
  readonly attempts: readonly AttemptEntry[]
  readonly fault: FaultCode | undefined
  readonly blame: Blame | undefined
  readonly phase: Phase | undefined
  readonly detail: string | undefined
  readonly refusal: Refusal | undefined
  /** the response had begun and was cut */
  readonly broken: boolean
  readonly upgraded: boolean
  /** a fault on purpose has met it */
  readonly onPurpose: boolean
  readonly referer: string | undefined
  readonly userAgent: string | undefined
  readonly requestId: string | undefined
  readonly traceId: string | undefined
}

export function entryOf(record: RequestRecord, names: Names): Entry {
  const {fault, service, requestHead, target, minor} = record
  const made = record.made
  const fields = new Map<string, string>()
  for (const {name, value} of fieldsOf(requestHead)) {
    const key = name.toLowerCase()
    if (!fields.has(key)) fields.set(key, value)
  }
  const attempts = record.attempts.map(attempt => ({
    instance: names.instanceKey(service, attempt.instance),
    status: attempt.status === 0 ? undefined : attempt.status,
    fault: attempt.fault,
    started: seconds(attempt.started),
    connected: attempt.connected === undefined ? undefined : seconds(attempt.connected),
    ended: seconds(attempt.ended),
    uses: attempt.uses,
  }))
  return {
    id: record.id,
    at: record.at,
    duration: seconds(record.duration),
    responded: record.responded === undefined ? undefined : seconds(record.responded),
    method: record.method,
    target,
    protocol: `HTTP/1.${minor}`,
    host: hostOf(requestHead, target),
    status: record.status,
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    client: record.clientAddress,
    clientPort: record.clientPort,
    service: names.serviceName(service),
    instance: attempts.at(-1)?.instance,
    attemptCount: record.attemptCount,
    attempts,
    fault,
    blame: fault && faults[fault].blame,
    phase: fault && faults[fault].phase,
    detail: record.detail === '' ? undefined : record.detail,
    refusal: record.refusal,
    broken: record.broken,
    upgraded: record.upgraded,
    onPurpose: record.onPurpose,
    referer: fields.get('referer'),
    userAgent: fields.get('user-agent'),
    requestId: hasMade(made, Made.REQUEST_ID) ? idText(names.idPrefix, made) : fields.get('x-request-id'),
    traceId: hasMade(made, Made.TRACE) ? idText(names.idPrefix, made) : traceIdOf(fields.get('traceparent')),
  }
}

/** To the microsecond. */
function seconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000
}
