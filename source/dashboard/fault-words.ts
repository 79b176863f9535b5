/** A fault in a word or two and in a colour, for where there is room for no more; the sentences stand in the fault table. */
import type {FaultCount} from '../control/control.ts'
import type {AttemptView, RequestView} from '../control/requests.ts'
import type {Role} from './palettes.ts'

type FaultCode = NonNullable<RequestView['fault']>

const short: Partial<Record<FaultCode, string>> = {
  REQUEST_MALFORMED: 'malformed',
  REQUEST_HEAD_TIMEOUT: 'slow head',
  REQUEST_BODY_TIMEOUT: 'body timeout',
  CLIENT_CLOSED: 'client gone',
  CLIENT_STALLED: 'client stalls',
  METHOD_REFUSED: 'method refused',
  NO_INSTANCE: 'no instance',
  CONNECT_REFUSED: 'refused',
  UNREACHABLE: 'unreachable',
  NAME_UNRESOLVED: 'no such name',
  CERTIFICATE_REFUSED: 'bad certificate',
  TLS_ALERT: 'TLS refused',
  TLS_FAILED: 'no TLS',
  HANDSHAKE_FAILED: 'no TLS',
  MISDIRECTED: 'wrong host',
  STALE_CONNECTION: 'stale socket',
  RESET: 'reset',
  RESPONSE_TIMEOUT: 'timeout',
  RESPONSE_MALFORMED: 'not HTTP',
  RESPONSE_HEAD_TOO_LARGE: 'head too large',
  HEAD_INCOMPLETE: 'head cut',
  UNASKED_SWITCH: 'unasked switch',
  BODY_INCOMPLETE: 'body cut',
  MADE_ON_PURPOSE: 'on purpose',
  INSTANCE_CUT: 'cut by operator',
  INSTANCE_CUT_EARLY: 'cut by operator',
  REQUEST_ABANDONED: 'client gone',
  RESPONSE_ABANDONED: 'client gone',
}

/** By who is to blame. */
export const blameTones: Readonly<Record<FaultCount['blame'], Role>> = {
  client: 'label',
  upstream: 'bad',
  proxy: 'warn',
}

export function faultWords(code: FaultCode): string {
  return short[code] ?? code.toLowerCase().replaceAll('_', ' ')
}

export function isTimeout(code: FaultCode): boolean {
  return code.endsWith('_TIMEOUT') || code === 'CLIENT_STALLED'
}

/** What went wrong with a request, also where a retry made it good; undefined: nothing did. */
export function reasonOf({fault, attempts, attemptCount, status}: RequestView): string | undefined {
  if (fault !== undefined) return faultWords(fault)
  const failed = attempts.findLast(attempt => attempt.fault !== undefined)
  if (failed !== undefined) return attemptWords(failed)
  if (attemptCount > 1) return 'retried'
  return status >= 500 ? 'sent by instance' : undefined
}

function attemptWords({fault, status}: AttemptView): string {
  return fault === undefined ? `${status}` : faultWords(fault)
}
