/** Requests for tests, always the same: what a shop sees in a bad minute, and what a hostile client sends. */
import {capturedBody} from '../../source/control/captured-body.ts'
import type {AttemptView, InFlightView, RequestView, SkippedThen} from '../../source/control/requests.ts'
import {NOW} from './samples.ts'

export function attempt(port: number, values: Partial<AttemptView> = {}): AttemptView {
  return {
    instance: `127.0.0.1:${port}`,
    fault: undefined,
    status: 200,
    started: 0.3,
    connected: 0.3,
    ended: 20,
    uses: 41,
    ...values,
  }
}

export function request(id: number, values: Partial<RequestView> = {}): RequestView {
  const {
    method = 'GET',
    target = '/v1/orders/90',
    host = 'api.local',
    duration = 20,
    status = 200,
    fault,
  } = values
  const attempts = values.attempts ?? [attempt(3001, {status, ended: duration})]
  const attemptCount = values.attemptCount ?? attempts.length
  const requestHead = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: shop-app/4.2\r\nAccept: application/json\r\nAuthorization: Bearer eyJh...\r\n\r\n`
  const responseHead =
    attempts.length === 0
      ? ''
      : `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nContent-Length: 512\r\nSet-Cookie: sid=...; HttpOnly\r\n\r\n`
  return {
    id: `0.${id}`,
    at: NOW - 1000 - (48_200 - id) * 11 - duration,
    duration,
    responded: fault === undefined ? duration * 0.9 : undefined,
    method,
    target,
    host,
    route: target.replace(/\?.*/, '').replace(/\/\d+/g, '/:id'),
    minor: 1,
    service: 'api',
    splitFrom: undefined,
    strategy: 'ROUND_ROBIN',
    candidates: 3,
    queued: 0,
    status,
    fault: undefined,
    detail: '',
    refusal: undefined,
    attemptCount,
    attempts,
    bytesIn: 0,
    bytesOut: 512,
    clientAddress: '127.0.0.1',
    clientPort: 53_122,
    connection: 12,
    requestOnConnection: 9,
    upgraded: false,
    sticky: false,
    broken: false,
    onPurpose: false,
    problem: fault !== undefined || status >= 500 || attemptCount > 1,
    requestHead,
    responseHead,
    requestHeadLength: requestHead.length,
    responseHeadLength: responseHead.length,
    ...values,
  }
}

function failed(id: number, values: Partial<RequestView>): RequestView {
  return request(id, {
    status: 502,
    fault: 'RESET',
    detail: 'ECONNRESET',
    refusal: 'spent',
    bytesOut: 138,
    ...values,
  })
}

export const retriedLogin = request(48_200, {
  method: 'POST',
  target: '/login',
  host: 'auth.local',
  route: '/login',
  service: 'auth',
  strategy: 'RANDOM',
  candidates: 2,
  duration: 94.2,
  responded: 88.3,
  bytesIn: 132,
  bytesOut: 1100,
  attempts: [
    attempt(5002, {
      fault: 'CONNECT_REFUSED',
      status: 502,
      started: 0.3,
      connected: undefined,
      ended: 1.7,
      uses: 1,
    }),
    attempt(5001, {started: 26.7, connected: 26.7, ended: 94.2}),
  ],
})

const reset = (port: number, ended: number) => [
  attempt(port, {fault: 'RESET', status: 502, connected: 0.4, ended}),
]

/** Oldest first, as a control gives them. */
export const shopRequests: readonly RequestView[] = [
  request(48_184, {target: '/v1/search?q=cup', duration: 388, attempts: [attempt(3001, {ended: 388})]}),
  request(48_185, {target: '/v1/cart/2210', duration: 112, attempts: [attempt(3002, {ended: 112})]}),
  request(48_186, {method: 'DELETE', target: '/v1/cart/7001', status: 204, duration: 131}),
  request(48_187, {duration: 104, attempts: [attempt(3002, {ended: 104})]}),
  request(48_188, {target: '/v1/orders/91', duration: 7.9}),
  failed(48_189, {target: '/v1/cart/7001', duration: 122, attempts: reset(3004, 122)}),
  request(48_190, {
    method: 'POST',
    target: '/v1/upload',
    duration: 611,
    responded: 610,
    bytesIn: 4_100_000,
    attempts: [
      attempt(3002, {fault: 'STALE_CONNECTION', status: 502, ended: 4.1}),
      attempt(3001, {started: 29, connected: 30.4, ended: 611, uses: 1}),
    ],
  }),
  request(48_191, {target: '/v1/search?q=plate', duration: 402, attempts: [attempt(3002, {ended: 402})]}),
  failed(48_192, {
    target: '/v1/report',
    status: 503,
    fault: 'NO_INSTANCE',
    detail: '',
    refusal: undefined,
    duration: 0.2,
    attempts: [],
    service: 'web',
    host: 'web.local',
    candidates: 0,
  }),
  failed(48_193, {target: '/v1/cart/4410', duration: 119, attempts: reset(3004, 119)}),
  request(48_194, {method: 'POST', target: '/v1/orders', status: 201, duration: 143}),
  failed(48_195, {
    target: '/v1/search?q=mug',
    status: 504,
    fault: 'RESPONSE_TIMEOUT',
    detail: '',
    duration: 5003,
    attempts: [attempt(3002, {fault: 'RESPONSE_TIMEOUT', status: 504, connected: 0.4, ended: 5003})],
  }),
  request(48_196, {method: 'PUT', target: '/v1/cart/8812/items', duration: 118, bytesIn: 2210}),
  request(48_197, {
    target: '/v1/export/2026',
    duration: 8120,
    responded: 1204,
    bytesOut: 41_000_000,
    attempts: [attempt(3003, {connected: 2.2, ended: 8120, uses: 1})],
  }),
  request(48_198, {
    target: '/v1/nowhere',
    status: 404,
    duration: 3.1,
    attempts: [attempt(4001, {status: 404, ended: 3.1})],
    service: 'web',
    host: 'web.local',
  }),
  failed(48_199, {target: '/v1/cart/8812', duration: 121, attempts: reset(3004, 121)}),
  retriedLogin,
]

/** What a client may send to those who watch. */
export const hostile = request(48_201, {
  method: 'G\x1b[31mET',
  target: '/\x1b]52;c;aGVsbG8=\x07/日本語/\u202e../\x9b2J?%0d%0a=\r\nX',
  host: 'evil\x1b[2J.local',
  route: '/\x1b[H',
  detail: 'ECONN\x1bRESET',
  fault: 'RESET',
  status: 502,
  attempts: [attempt(3004, {instance: '👩‍👩‍👧\x1b[m:1', fault: 'RESET', status: 502})],
  requestHead: 'G\x1b[31mET / HTTP/1.1\r\nX-\x1b[2J: \x07\u202e\r\nno colon here\r\n: empty\r\n\r\n',
  responseHead: 'HTTP/1.1 200 \x1b[5mOK\r\nSet-Cookie: a\x9b=...\r\n\r\n',
  clientAddress: '::1\x1b[K',
})

export const underWay: readonly InFlightView[] = [
  {
    id: '0.47000',
    at: NOW - 42_000,
    method: 'GET',
    target: '/v1/stream',
    host: 'api.local',
    service: 'api',
    instance: '127.0.0.1:3003',
    attempts: 1,
    phase: 'body',
    bytesIn: 0,
    bytesOut: 40_000,
    idle: 1100,
  },
  {
    id: '1.48100',
    at: NOW - 8100,
    method: 'GET',
    target: '/v1/export/2026',
    host: 'api.local',
    service: 'api',
    instance: '127.0.0.1:3003',
    attempts: 1,
    phase: 'body',
    bytesIn: 0,
    bytesOut: 1_200_000,
    idle: 20,
  },
  {
    id: '0.48202',
    at: NOW - 120,
    method: 'POST',
    target: '/login',
    host: 'auth.local',
    service: 'auth',
    instance: '',
    attempts: 1,
    phase: 'backoff',
    bytesIn: 57,
    bytesOut: 0,
    idle: 90,
  },
]

/** `count` requests that differ, for what must be fast. */
export function manyRequests(count: number, from = 0): RequestView[] {
  return Array.from({length: count}, (_, index) => {
    const like = shopRequests[index % shopRequests.length] ?? retriedLogin
    const number = from + index
    return {...like, id: `1.${number}`, at: NOW - (count - index) * 3, target: `${like.target}/${number}`}
  })
}

/** What picks passed over in that minute. */
export const passedOver: SkippedThen = {
  count: 2,
  named: [
    {instance: '127.0.0.1:5003', reason: 'drain'},
    {instance: '127.0.0.1:5004', reason: 'down: connection refused'},
  ],
}

/** What a login and its answer carried, as control shows it. */
export const loginBodies = {
  requestBody: {
    ...capturedBody(new TextEncoder().encode('{"user":"ada","password":"••••••"}'), 57),
    isCut: false,
    hidden: 1,
  },
  responseBody: undefined,
}
