/** Requests for tests: one that is right in every field, and thousands made from a fixed seed. */
import type {RequestView} from '../../source/control/requests.ts'
import {routeOf} from '../../source/requests/route-of.ts'
import {seededFractions} from '../random.ts'

export const plainRequest: RequestView = {
  id: '0.1',
  at: Date.UTC(2026, 0, 2, 12, 4, 31, 182),
  duration: 94.2,
  responded: 88.3,
  method: 'GET',
  target: '/v1/cart/8812?full=1',
  host: 'api.test',
  route: '/v1/cart/:id',
  minor: 1,
  service: 'api',
  splitFrom: undefined,
  strategy: 'ROUND_ROBIN',
  candidates: 2,
  queued: 0,
  status: 200,
  fault: undefined,
  detail: '',
  refusal: undefined,
  attemptCount: 1,
  attempts: [
    {
      instance: '127.0.0.1:9091',
      fault: undefined,
      status: 200,
      started: 0.3,
      connected: 1.7,
      ended: 94.2,
      uses: 1,
    },
  ],
  bytesIn: 132,
  bytesOut: 1100,
  clientAddress: '127.0.0.1',
  clientPort: 53122,
  connection: 4,
  requestOnConnection: 9,
  upgraded: false,
  sticky: false,
  broken: false,
  onPurpose: false,
  problem: false,
  requestHead: 'GET /v1/cart/8812?full=1 HTTP/1.1\r\nHost: api.test\r\nAccept: */*\r\n\r\n',
  responseHead: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n',
  requestHeadLength: 66,
  responseHeadLength: 71,
}

export function sampleRequest(different: Partial<RequestView> = {}): RequestView {
  const target = different.target
  const route = target === undefined ? {} : {route: routeOf(target)}
  return {...plainRequest, ...route, ...different}
}

const paths = ['/v1/cart/8812', '/v1/search?q=mug', '/login', '/v1/orders/91', '/img/a8c1e94b2d3f4051.png']
const statuses = [200, 200, 200, 200, 201, 204, 304, 404, 500, 502]

export function manyRequests(count: number, seed = 1): readonly RequestView[] {
  const random = seededFractions(seed)
  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  return Array.from({length: count}, (_, index) => {
    const status = oneOf(statuses)
    const instance = `127.0.0.1:${oneOf([9091, 9092, 9093])}`
    const duration = random() ** 4 * 2000
    return sampleRequest({
      id: `0.${index + 1}`,
      at: plainRequest.at + index,
      target: oneOf(paths),
      method: oneOf(['GET', 'GET', 'POST']),
      status,
      fault: status === 502 ? 'RESET' : undefined,
      problem: status >= 500,
      duration,
      responded: status === 502 ? undefined : duration * 0.9,
      attempts: plainRequest.attempts.map(attempt => ({...attempt, instance, status})),
    })
  })
}
