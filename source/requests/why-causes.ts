/** What each fault of the table looked like in one request: one row a fault, with the setting that would change it. */
// Longer than our files are: a table in two files is two tables.
import type {AttemptView, RequestView} from '../control/requests.ts'
import type {FaultCode} from '../faults.ts'
import {bytesText, limitText, spanText} from './words.ts'

/** What the sentences are made of. Times in ms. */
export interface Evidence {
  readonly request: RequestView
  readonly attempt: AttemptView | undefined
  readonly method: string
  readonly instance: string
  readonly service: string
  /** in our own words or a system's code; may be empty */
  readonly detail: string
  /** the attempt */
  readonly took: number
  /** since its head was sent */
  readonly waited: number
  /** since the response began */
  readonly streamed: number
  readonly duration: number
}

/** `text` is a sentence without its full stop; `advice` completes it after a colon. */
interface Cause {
  readonly text: string
  readonly setting?: {readonly key: string; readonly advice: string}
}

const raise = (key: string, rest = '') => ({key, advice: `raise ${key}${rest}`})
const orLook = ' or look at the instance'

export const causes: Readonly<Record<FaultCode, (evidence: Evidence) => Cause>> = {
  REQUEST_MALFORMED: ({detail, request}) => ({
    text: `The client sent what is not valid HTTP/1.1${detail === '' ? '' : `: it ${detail}`}`,
    ...limitOf(request.status),
  }),
  REQUEST_HEAD_TIMEOUT: () => ({
    text: 'The client did not finish the head of its request in time',
    setting: raise('timeouts.clientHead', ' for clients as slow as this'),
  }),
  REQUEST_BODY_TIMEOUT: ({request}) => ({
    text: `The client stopped sending its body after ${bytesText(request.bytesIn)}`,
    setting: raise('timeouts.bodyIdle', ' for clients that pause longer'),
  }),
  CLIENT_CLOSED: ({duration, attempt, instance}) => ({
    text:
      `The client went away after ${spanText(duration)}, before it was answered` +
      (attempt === undefined
        ? ''
        : `; ${instance} was ${attempt.connected === undefined ? 'being connected to' : 'still working on it'}`),
  }),
  CLIENT_STALLED: ({request}) => ({
    text: `The client stopped reading in the middle of the response, after ${bytesText(request.bytesOut)}`,
    setting: raise('timeouts.bodyIdle', ' for clients that pause longer'),
  }),
  METHOD_REFUSED: ({method}) => ({
    text: `${method} is not forwarded by this proxy, which is no tunnel and no mirror`,
  }),
  LOOP: () => ({
    text: 'The request has been through this proxy before',
    setting: {key: 'hosts', advice: 'one of the hosts leads back here'},
  }),
  NO_SERVICE: () => ({
    text: 'No service answers for the host that the client named',
    setting: {key: 'domain', advice: "add it to a service's domain"},
  }),
  NO_ROUTE: () => ({
    text: 'Services answer for the host, but none of them for this path and these header fields',
    setting: {key: 'path', advice: "add a service for it, or change a service's path or headers"},
  }),
  PATH_AMBIGUOUS: () => ({
    text: 'The path holds encoded slashes, empty or dot segments, or parameters that one server reads in one way and another one in another, and the services would differ; a client that writes it plainly is answered',
  }),
  NO_INSTANCE: ({service}) => ({
    text: `No instance of ${service} could take the request: all are down, draining or in maintenance`,
  }),
  STOPPED: ({duration}) => ({
    text: `The proxy was stopped when the request was ${spanText(duration)} old`,
    setting: raise('timeouts.shutdown', ' to let such requests finish'),
  }),
  MADE_ON_PURPOSE: ({request}) => ({
    text: `The proxy answered ${request.status} itself, in place of the instance, as it was told to`,
  }),
  INSTANCE_CUT: ({instance, took}) => ({
    text: `The operator took ${instance} down for maintenance and had its requests cut; this one was ${spanText(took)} old`,
  }),
  INSTANCE_CUT_EARLY: ({instance}) => ({
    text: `The operator took ${instance} down for maintenance while it was being connected to`,
  }),
  INTERNAL: () => ({
    text: 'The proxy made a mistake of its own; its event says which, and is worth reporting',
  }),
  CONNECT_REFUSED: ({instance}) => ({text: `${instance} refused the connection`}),
  CONNECT_TIMEOUT: ({instance, took}) => ({
    text: `${instance} did not accept the connection within ${limitText(took)}`,
    setting: raise('timeouts.connect', orLook),
  }),
  UNREACHABLE: ({instance, detail}) => ({
    text: `${instance} cannot be reached over the network${within(detail)}`,
  }),
  NAME_UNRESOLVED: ({instance, detail}) => ({
    text: `The name of ${instance} could not be resolved${within(detail)}`,
    setting: {key: 'address', advice: "check the host's address"},
  }),
  CERTIFICATE_REFUSED: ({instance, detail}) => ({
    text: `The certificate of ${instance} was not accepted${detail === '' ? '' : `: ${detail}`}`,
    setting: {key: 'tls', advice: 'check tls.ca and tls.serverName, or the certificate'},
  }),
  TLS_ALERT: ({instance, detail}) => ({
    text: `${instance} refused the TLS connection${detail === '' ? '' : `: ${detail}`}`,
    setting: {key: 'tls', advice: 'check tls.serverName and tls.minVersion, or look at the instance'},
  }),
  TLS_FAILED: ({instance, detail}) => ({
    text: `No TLS connection to ${instance} could be made${detail === '' ? '' : `: ${detail}`}`,
    setting: {key: 'tls', advice: 'check that it speaks TLS on this port'},
  }),
  HANDSHAKE_FAILED: ({detail}) => ({
    text: `No TLS connection with the client came about${detail === '' ? '' : `: ${detail}`}`,
  }),
  MISDIRECTED: () => ({
    text: 'The client asked for one name in its TLS handshake and for the host of another certificate in its request',
    setting: {key: 'tls.certificates', advice: 'one certificate for both names would allow it'},
  }),
  STALE_CONNECTION: ({instance, attempt}) => ({
    text: `${instance} closed a kept connection, used ${attempt?.uses ?? 2} times, at the moment it was used again`,
    setting: {
      key: 'timeouts.upstreamIdle',
      advice: 'lower timeouts.upstreamIdle under what the instance allows',
    },
  }),
  RESET: ({instance, detail, waited}) => ({
    text: `${instance} ${detail === 'closed' ? 'closed' : 'reset'} the connection ${spanText(waited)} after the request was sent`,
  }),
  SEND_TIMEOUT: ({instance, request}) => ({
    text: `${instance} stopped reading the request body after ${bytesText(request.bytesIn)} or less`,
    setting: raise('timeouts.bodyIdle', orLook),
  }),
  RESPONSE_TIMEOUT: ({instance, took}) => ({
    text: `No answer within ${limitText(took)} on ${instance}`,
    setting: {
      key: 'retryPolicy.timeout',
      advice: 'raise retryPolicy.timeout (without one, timeouts.responseHead) or look at the instance',
    },
  }),
  RESPONSE_MALFORMED: ({instance, detail}) => ({
    text: `${instance} answered with what is not valid HTTP/1.1${detail === '' ? '' : `: it ${detail}`}`,
  }),
  RESPONSE_HEAD_TOO_LARGE: ({instance}) => ({
    text: `The head of the response of ${instance} is larger than the limit`,
    setting: raise('limits.upstreamHead', orLook),
  }),
  HEAD_INCOMPLETE: ({instance, waited}) => ({
    text: `${instance} closed the connection in the middle of the response head, ${spanText(waited)} after the request was sent`,
  }),
  UNASKED_SWITCH: ({instance}) => ({
    text: `${instance} switched to a protocol that the client did not ask for`,
  }),
  INTERIM_FLOOD: ({instance}) => ({text: `${instance} sent interim responses without end`}),
  BODY_INCOMPLETE: ({instance, request, streamed}) => ({
    text: `${instance} closed the connection ${spanText(streamed)} into the response, after ${bytesText(request.bytesOut)}`,
  }),
  BODY_MALFORMED: ({instance, detail}) => ({
    text: `The response body of ${instance} is not validly framed${detail === '' ? '' : `: it ${detail}`}`,
  }),
  BODY_TIMEOUT: ({instance, request}) => ({
    text: `${instance} stopped sending in the middle of the response, after ${bytesText(request.bytesOut)}`,
    setting: raise('timeouts.bodyIdle', orLook),
  }),
  TUNNEL_TIMEOUT: ({duration}) => ({
    text: `Nothing passed through the tunnel for too long; it was open ${spanText(duration)}`,
    setting: raise('timeouts.tunnelIdle', ' or send pings'),
  }),
  REQUEST_ABANDONED: ({request, duration}) => ({
    text: `The client went away in the middle of its request, after ${bytesText(request.bytesIn)} and ${spanText(duration)}`,
  }),
  RESPONSE_ABANDONED: ({request, duration}) => ({
    text: `The client went away in the middle of the response, after ${bytesText(request.bytesOut)} and ${spanText(duration)}`,
  }),
  STATUS_LISTED: ({instance, attempt}) => ({
    text: `${instance} answered ${attempt?.status ?? 'a status'}, which retryPolicy.statuses lists,`,
  }),
  RATE_LIMITED: ({request}) => ({
    text: `${request.clientAddress} asks more often than rateLimit allows; it was told when to come again`,
    setting: raise('rateLimit', ' if that is to be allowed'),
  }),
  QUEUE_FULL: ({service}) => ({
    text: `All instances of ${service} had as many requests as maxConnections allows, and as many more waited as may`,
    setting: raise('queue', ', or maxConnections, or add instances'),
  }),
  QUEUE_TIMEOUT: ({service, request: {queued, refusal, attempts}}) => ({
    text: `No ${attempts.length === 0 ? '' : 'other '}instance of ${service} had room for the request within ${limitText(queued)}`,
    setting:
      refusal === 'total-time'
        ? raise('retryPolicy.total', ', or maxConnections, or add instances')
        : raise('timeouts.queue', ', or maxConnections, or add instances'),
  }),
  NO_RESOURCES: ({detail, instance}) => ({
    text: `The proxy had no more files, ports or memory for a connection to ${instance}${within(detail)}`,
    setting: {key: 'limits.connections', advice: 'lower limits.connections or raise what the system allows'},
  }),
}

function within(detail: string): string {
  return detail === '' ? '' : ` (${detail})`
}

/** The limits that a request can be too big for have statuses of their own. */
function limitOf(status: number): Pick<Cause, 'setting'> {
  if (status === 414) return {setting: raise('limits.requestLine', ' if that is to be allowed')}
  if (status === 431) return {setting: raise('limits.head', ' or limits.fields if that is to be allowed')}
  return {}
}
