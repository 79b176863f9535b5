/** Every way in which a request can fail: one closed table, read by answers, retries, counters, logs and screens. */
// Longer than our files are: a table in two files is two tables.

export type Blame = 'client' | 'upstream' | 'proxy'
export type Phase = 'request' | 'route' | 'connect' | 'send' | 'wait' | 'body' | 'tunnel'

export interface FaultRow {
  /** what the client gets if nothing has been sent to it yet; 499: it is gone, nothing is sent */
  readonly status: number
  readonly blame: Blame
  readonly phase: Phase
  /** the error type of RFC 9209 §2.3 */
  readonly proxyStatus: string
  /**
   * Whether the request may be sent again: `always` when no byte of it reached an instance, `idempotent` when RFC 9110
   * §9.2.2 says that twice is as good as once, else `never`.
   */
  readonly retry: 'always' | 'idempotent' | 'never'
  /** what Retry-After says, where it says something */
  readonly retryAfterSeconds?: number
  /** what happened, for a person; names no address */
  readonly sentence: string
}

const client = {blame: 'client', retry: 'never'} as const
const upstream = {blame: 'upstream', retry: 'never'} as const
const proxy = {blame: 'proxy', retry: 'never'} as const

// The order is the index of a fault's counter: new rows go to the end.
export const faults = {
  REQUEST_MALFORMED: {
    ...client,
    status: 400,
    phase: 'request',
    proxyStatus: 'http_request_error',
    sentence: 'The request is not valid HTTP/1.1.',
  },
  REQUEST_HEAD_TIMEOUT: {
    ...client,
    status: 408,
    phase: 'request',
    proxyStatus: 'http_request_error',
    sentence: 'The client did not finish the head of its request in time.',
  },
  REQUEST_BODY_TIMEOUT: {
    ...client,
    status: 408,
    phase: 'send',
    proxyStatus: 'http_request_error',
    sentence: 'The client stopped sending in the middle of its request body.',
  },
  CLIENT_CLOSED: {
    ...client,
    status: 499,
    phase: 'wait',
    proxyStatus: 'connection_terminated',
    sentence: 'The client went away before it was answered.',
  },
  CLIENT_STALLED: {
    ...client,
    status: 499,
    phase: 'body',
    proxyStatus: 'connection_write_timeout',
    sentence: 'The client stopped reading in the middle of the response.',
  },
  METHOD_REFUSED: {
    ...client,
    status: 405,
    phase: 'route',
    proxyStatus: 'http_request_denied',
    sentence: 'This proxy does not forward this method.',
  },
  LOOP: {
    ...client,
    status: 508,
    phase: 'route',
    proxyStatus: 'proxy_loop_detected',
    sentence: 'The request has been through this proxy before: it is going round in a loop.',
  },
  NO_SERVICE: {
    ...client,
    status: 421,
    phase: 'route',
    proxyStatus: 'destination_not_found',
    sentence: 'No service of this proxy answers for this host.',
  },
  NO_INSTANCE: {
    ...proxy,
    status: 503,
    phase: 'route',
    proxyStatus: 'destination_unavailable',
    sentence: 'No instance of the service can take requests now.',
  },
  STOPPED: {
    ...proxy,
    status: 503,
    phase: 'wait',
    proxyStatus: 'proxy_internal_response',
    sentence: 'The proxy was stopped before the response was complete.',
  },
  INTERNAL: {
    ...proxy,
    status: 500,
    phase: 'wait',
    proxyStatus: 'proxy_internal_error',
    sentence: 'The proxy made a mistake of its own.',
  },
  CONNECT_REFUSED: {
    ...upstream,
    status: 502,
    phase: 'connect',
    proxyStatus: 'connection_refused',
    retry: 'always',
    sentence: 'The instance refused the connection.',
  },
  CONNECT_TIMEOUT: {
    ...upstream,
    status: 504,
    phase: 'connect',
    proxyStatus: 'connection_timeout',
    retry: 'always',
    sentence: 'The instance did not accept the connection in time.',
  },
  UNREACHABLE: {
    ...upstream,
    status: 502,
    phase: 'connect',
    proxyStatus: 'destination_ip_unroutable',
    retry: 'always',
    sentence: 'The instance cannot be reached over the network.',
  },
  NAME_UNRESOLVED: {
    ...upstream,
    status: 502,
    phase: 'connect',
    proxyStatus: 'dns_error',
    retry: 'always',
    sentence: "The instance's name could not be resolved.",
  },
  STALE_CONNECTION: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'connection_terminated',
    retry: 'idempotent',
    sentence: 'The instance closed a kept connection at the moment it was used again.',
  },
  RESET: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'connection_terminated',
    retry: 'idempotent',
    sentence: 'The instance closed the connection before it answered.',
  },
  SEND_TIMEOUT: {
    ...upstream,
    status: 504,
    phase: 'send',
    proxyStatus: 'connection_write_timeout',
    sentence: 'The instance stopped reading in the middle of the request body.',
  },
  RESPONSE_TIMEOUT: {
    ...upstream,
    status: 504,
    phase: 'wait',
    proxyStatus: 'http_response_timeout',
    retry: 'idempotent',
    sentence: 'The instance did not answer in time.',
  },
  RESPONSE_MALFORMED: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'http_protocol_error',
    sentence: 'The instance answered with something that is not valid HTTP/1.1.',
  },
  RESPONSE_HEAD_TOO_LARGE: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'http_response_header_section_size',
    sentence: 'The head of the response is larger than the limit.',
  },
  HEAD_INCOMPLETE: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'http_response_incomplete',
    sentence: 'The instance closed the connection in the middle of the response head.',
  },
  UNASKED_SWITCH: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'http_upgrade_failed',
    sentence: 'The instance switched to a protocol that the client did not ask for.',
  },
  INTERIM_FLOOD: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'http_protocol_error',
    sentence: 'The instance sent interim responses without end.',
  },
  BODY_INCOMPLETE: {
    ...upstream,
    status: 502,
    phase: 'body',
    proxyStatus: 'http_response_incomplete',
    sentence: 'The instance closed the connection in the middle of the response body.',
  },
  BODY_MALFORMED: {
    ...upstream,
    status: 502,
    phase: 'body',
    proxyStatus: 'http_response_transfer_coding',
    sentence: 'The response body is not validly framed.',
  },
  BODY_TIMEOUT: {
    ...upstream,
    status: 504,
    phase: 'body',
    proxyStatus: 'connection_read_timeout',
    sentence: 'The instance stopped sending in the middle of the response body.',
  },
  TUNNEL_TIMEOUT: {
    ...upstream,
    status: 504,
    phase: 'tunnel',
    proxyStatus: 'connection_read_timeout',
    sentence: 'Nothing passed through the tunnel for longer than allowed.',
  },
  REQUEST_ABANDONED: {
    ...client,
    status: 499,
    phase: 'request',
    proxyStatus: 'connection_terminated',
    sentence: 'The client went away in the middle of its request.',
  },
  RESPONSE_ABANDONED: {
    ...client,
    status: 499,
    phase: 'body',
    proxyStatus: 'connection_terminated',
    sentence: 'The client went away in the middle of the response.',
  },
  NO_RESOURCES: {
    ...proxy,
    status: 503,
    phase: 'connect',
    proxyStatus: 'proxy_internal_error',
    retry: 'always',
    sentence: 'The proxy has no more files, ports or memory for a connection to the instance.',
  },
  NO_ROUTE: {
    ...client,
    status: 404,
    phase: 'route',
    proxyStatus: 'destination_not_found',
    sentence: 'No service of this proxy answers for this path and these header fields on this host.',
  },
  PATH_AMBIGUOUS: {
    ...client,
    status: 400,
    phase: 'route',
    proxyStatus: 'http_request_denied',
    sentence: 'The path can be read in several ways that belong to different services.',
  },
  INSTANCE_CUT: {
    ...proxy,
    status: 503,
    phase: 'wait',
    proxyStatus: 'connection_terminated',
    retry: 'idempotent',
    sentence: 'The instance was taken out of service before it had answered.',
  },
  CERTIFICATE_REFUSED: {
    ...upstream,
    status: 502,
    phase: 'connect',
    proxyStatus: 'tls_certificate_error',
    retry: 'always',
    sentence: "The instance's certificate is not valid for it.",
  },
  TLS_ALERT: {
    ...upstream,
    status: 502,
    phase: 'connect',
    proxyStatus: 'tls_alert_received',
    retry: 'always',
    sentence: 'The instance refused the TLS connection.',
  },
  TLS_FAILED: {
    ...upstream,
    status: 502,
    phase: 'connect',
    proxyStatus: 'tls_protocol_error',
    retry: 'always',
    sentence: 'No TLS connection to the instance could be made.',
  },
  HANDSHAKE_FAILED: {
    ...client,
    status: 499,
    phase: 'request',
    proxyStatus: 'tls_protocol_error',
    sentence: 'No TLS connection with the client came about.',
  },
  MISDIRECTED: {
    ...client,
    status: 421,
    phase: 'route',
    proxyStatus: 'http_request_denied',
    sentence: 'The certificate that the client was shown is not for this host.',
  },
  STATUS_LISTED: {
    ...upstream,
    status: 502,
    phase: 'wait',
    proxyStatus: 'http_protocol_error',
    retry: 'idempotent',
    sentence: 'The instance answered with a status that the retry policy lists.',
  },
  QUEUE_FULL: {
    ...proxy,
    status: 503,
    phase: 'route',
    proxyStatus: 'connection_limit_reached',
    retryAfterSeconds: 1,
    sentence: 'All instances of the service are busy, and as many requests wait as may.',
  },
  QUEUE_TIMEOUT: {
    ...proxy,
    status: 503,
    phase: 'route',
    proxyStatus: 'connection_limit_reached',
    retryAfterSeconds: 1,
    sentence: 'No instance of the service had room for the request in time.',
  },
  RATE_LIMITED: {
    ...client,
    status: 429,
    phase: 'route',
    proxyStatus: 'http_request_denied',
    sentence: 'The client asks more often than it may.',
  },
  MADE_ON_PURPOSE: {
    ...proxy,
    status: 503,
    phase: 'wait',
    proxyStatus: 'proxy_internal_response',
    sentence: 'The proxy was told to answer so in place of the instance.',
  },
  INSTANCE_CUT_EARLY: {
    ...proxy,
    status: 503,
    phase: 'connect',
    proxyStatus: 'connection_terminated',
    retry: 'always',
    sentence: 'The instance was taken out of service before the request was sent to it.',
  },
} as const satisfies Record<string, FaultRow>

export type FaultCode = keyof typeof faults

export const faultCodes = Object.keys(faults) as readonly FaultCode[]

const indexes = Object.fromEntries(faultCodes.map((code, index) => [code, index])) as Record<
  FaultCode,
  number
>

/** The index of a fault's counter. */
export function faultIndex(code: FaultCode): number {
  return indexes[code]
}

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** RFC 9110 §9.2.2: doing it twice has the effect of doing it once. POST, PATCH and all unknown methods are not. */
export function isIdempotent(method: string): boolean {
  return idempotentMethods.has(method)
}
