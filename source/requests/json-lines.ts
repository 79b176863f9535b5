/** Requests as JSON lines: one object a line, flat where it can be, for jq and for tables. */
import type {RequestView} from '../control/requests.ts'
import {whyOf} from './why.ts'

/** Every line ends with a line feed. Times are ISO 8601 and ms. */
export function jsonLines(requests: readonly RequestView[]): string {
  return requests.map(request => `${JSON.stringify(lineOf(request))}\n`).join('')
}

function lineOf(request: RequestView) {
  const {id, at, duration, responded, method, target, host, route, service, strategy, status} = request
  return {
    id,
    time: new Date(at).toISOString(),
    duration: tenths(duration),
    ttfb: responded === undefined ? undefined : tenths(responded),
    method,
    target,
    host,
    route,
    service,
    splitFrom: request.splitFrom,
    strategy,
    status,
    fault: request.fault,
    detail: request.detail === '' ? undefined : request.detail,
    refusal: request.refusal,
    bytesIn: request.bytesIn,
    bytesOut: request.bytesOut,
    requestId: request.requestId,
    traceId: request.traceId,
    client: `${request.clientAddress}:${request.clientPort}`,
    attempts: request.attempts.map(attempt => ({
      ...attempt,
      started: tenths(attempt.started),
      connected: attempt.connected === undefined ? undefined : tenths(attempt.connected),
      ended: tenths(attempt.ended),
    })),
    why: request.problem ? whyOf(request).text : undefined,
  }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
