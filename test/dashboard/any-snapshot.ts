/** Snapshots and requests that hold anything that their types let them, for properties of what is drawn of them. */
import fc from 'fast-check'
import type {Snapshot, Traffic} from '../../source/control/control.ts'
import type {InFlightView, RequestView} from '../../source/control/requests.ts'

/**
 * Letters that join a neighbour without being marks (Thai and Lao sara am; Grapheme_Cluster_Break=Prepend): what measures
 * the lines here then gives them no column, terminals give them the one that they have alone.
 */
const joining =
  /[\u0e33\u0eb3\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u
const words = fc
  .oneof(
    fc.string({unit: 'binary'}),
    fc.string({unit: 'grapheme'}),
    fc.constantFrom('日本語サービス', '👩‍👩‍👧', '\x1b[2J', 'ﷺ', 'é\u0301', '🏻', '👍🏽', '\u0301'),
  )
  .filter(text => !joining.test(text))
const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, 1e12, 0, 1, -1, Number.POSITIVE_INFINITY))
const maybe = fc.option(number, {nil: undefined})
const anyTraffic: fc.Arbitrary<Traffic> = fc.record({
  perSecond: number,
  history: fc.array(number, {maxLength: 60}),
  inFlight: number,
  requests: number,
  p50: maybe,
  p95: maybe,
  p99: maybe,
  errorShare: maybe,
  byClass: fc.array(number, {minLength: 6, maxLength: 6}),
  retried: number,
  bytesInPerSecond: number,
  bytesOutPerSecond: number,
  faults: fc.array(
    fc.record({
      code: words,
      blame: fc.constantFrom('client', 'upstream', 'proxy'),
      sentence: words,
      count: number,
    }),
    {maxLength: 4},
  ),
})
const anyInstance = fc.record({
  key: words,
  address: words,
  port: fc.nat(65535),
  verdict: fc.constantFrom('unknown', 'up', 'down'),
  verdictSince: number,
  verdictReason: words,
  check: fc.option(words, {nil: undefined}),
  lastCheck: fc.option(
    fc.record({at: number, passed: fc.boolean(), tookMs: number, reason: words, found: words}),
    {
      nil: undefined,
    },
  ),
  passesInRow: number,
  failuresInRow: number,
  operator: fc.constantFrom('ready', 'drain', 'maintenance'),
  operatorSince: number,
  acceptsSticky: fc.boolean(),
  drainedInMs: fc.option(number, {nil: undefined}),
  weight: fc.nat(1000),
  backup: fc.boolean(),
  maxConnections: fc.nat(20),
  selectable: fc.boolean(),
  ejection: fc.option(fc.record({since: number, until: number, reason: words, times: fc.nat(20)}), {
    nil: undefined,
  }),
  share: maybe,
  traffic: anyTraffic,
})
const anyService = fc.record({
  name: words,
  domains: fc.array(words, {maxLength: 3}),
  paths: fc.array(words, {maxLength: 2}),
  headers: fc.array(words, {maxLength: 2}),
  split: fc.option(fc.record({to: words, percent: fc.nat(100), by: fc.constantFrom('request', 'client')}), {
    nil: undefined,
  }),
  strategy: fc.constantFrom('ROUND_ROBIN', 'LEAST_CONNECTIONS'),
  hashHeader: fc.option(words, {nil: undefined}),
  check: fc.option(words, {nil: undefined}),
  retry: words,
  selectable: fc.nat(3),
  rateLimit: fc.option(fc.record({requests: fc.nat(), perMs: number, burst: fc.nat()}), {nil: undefined}),
  queued: fc.nat(20),
  queue: fc.nat(1000),
  instances: fc.array(anyInstance, {maxLength: 4}),
  traffic: anyTraffic,
})
const anyEvent = fc.record({
  id: fc.nat(),
  at: number,
  level: fc.constantFrom('info', 'good', 'warning', 'bad'),
  subject: words,
  text: words,
  cause: words,
})
export const anySnapshot = fc.record({
  at: number,
  startedAt: number,
  configName: words,
  configuration: fc.record({
    generation: fc.nat(),
    loadedAt: number,
    problem: fc.option(words, {nil: undefined}),
  }),
  listeners: fc.array(words, {maxLength: 2}),
  phase: fc.constantFrom('running', 'draining'),
  workers: fc.nat(8),
  connections: number,
  rateLimit: fc.constant(undefined),
  total: anyTraffic,
  services: fc.array(anyService, {maxLength: 3}),
  faults: fc.array(
    fc.record({
      number: fc.nat(),
      service: words,
      instance: fc.option(words, {nil: undefined}),
      text: words,
      struck: number,
      until: fc.option(number, {nil: undefined}),
    }),
    {maxLength: 2},
  ),
  events: fc.array(anyEvent, {maxLength: 5}),
}) as fc.Arbitrary<Snapshot>

const ms = fc.oneof(fc.double({min: -1, max: 1e6}), fc.constantFrom(Number.NaN, 0, 0.3, 94.2, 5003, 1e12))
const maybeMs = fc.option(ms, {nil: undefined})
const fault = fc.option(
  fc.constantFrom('RESET', 'RESPONSE_TIMEOUT', 'NO_INSTANCE', 'CONNECT_REFUSED', 'CLIENT_CLOSED'),
  {
    nil: undefined,
  },
)
export const anyRequest = fc.record({
  id: fc.nat().map(String),
  at: number,
  duration: ms,
  responded: maybeMs,
  method: words,
  target: words,
  host: words,
  route: words,
  minor: fc.nat(1),
  service: fc.option(words, {nil: undefined}),
  splitFrom: fc.option(words, {nil: undefined}),
  strategy: fc.constantFrom('ROUND_ROBIN', undefined),
  candidates: fc.nat(5),
  queued: fc.nat(20),
  status: fc.constantFrom(0, 101, 200, 301, 404, 499, 500, 502, 504, 9999),
  fault,
  detail: words,
  refusal: fc.constantFrom('spent', 'unsafe', undefined),
  attemptCount: fc.nat(6),
  attempts: fc.array(
    fc.record({
      instance: words,
      fault,
      status: fc.nat(600),
      started: ms,
      connected: maybeMs,
      ended: ms,
      uses: fc.nat(),
    }),
    {maxLength: 4},
  ),
  bytesIn: number,
  bytesOut: number,
  clientAddress: words,
  clientPort: fc.nat(65535),
  connection: fc.nat(),
  requestOnConnection: fc.nat(),
  upgraded: fc.boolean(),
  sticky: fc.boolean(),
  broken: fc.boolean(),
  onPurpose: fc.boolean(),
  problem: fc.boolean(),
  requestHead: words.map(word => `GET / HTTP/1.1\r\nx: ${word}\r\n${word}: y\r\n\r\n`),
  responseHead: words,
  requestHeadLength: fc.nat(),
  responseHeadLength: fc.nat(),
}) as fc.Arbitrary<RequestView>
export const anyInFlight = fc.record({
  id: words,
  at: number,
  method: words,
  target: words,
  host: words,
  service: fc.option(words, {nil: undefined}),
  instance: words,
  attempts: fc.nat(3),
  phase: fc.constantFrom('connect', 'send', 'wait', 'body', 'tunnel', 'backoff'),
  bytesIn: number,
  bytesOut: number,
  idle: number,
}) as fc.Arbitrary<InFlightView>

/** in any order */
export const anyKeys = fc.array(
  fc.constantFrom(
    'n',
    'N',
    '3',
    '4',
    '5',
    'F',
    'f',
    'z',
    'v',
    'space',
    '=',
    '/',
    "'",
    'e',
    'R',
    ':',
    't',
    'a',
    '[',
    'pagedown',
    'tab',
    'backspace',
    '日',
    'j',
    'k',
    'G',
    'enter',
    'esc',
    '2',
    '1',
    '?',
    'S',
    '>',
    '<',
    'r',
    '.',
    'x',
    'p',
    'right',
    'left',
    'd',
    'q',
    'u',
    'ctrl+d',
  ),
  {maxLength: 10},
)
