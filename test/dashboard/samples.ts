/** Snapshots for tests, always the same: a small shop, as drawn in the design. */
import type {
  ControlEvent,
  InstanceSnapshot,
  ServiceSnapshot,
  Snapshot,
  Traffic,
} from '../../source/control/control.ts'

export const NOW = Date.UTC(2026, 10, 24, 12, 4, 32)

/** A history that moves a little around `mean`, the same each time. */
export function history(mean: number, seed: number, length = 60): number[] {
  return Array.from({length}, (_, second) =>
    Math.max(
      0,
      Math.round(mean * (1 + 0.25 * Math.sin(second / 6 + seed) + 0.1 * Math.sin(second * 1.7 + seed * 3))),
    ),
  )
}

export function traffic(values: Partial<Traffic> = {}): Traffic {
  return {
    perSecond: 0,
    history: [],
    inFlight: 0,
    requests: 0,
    p50: undefined,
    p95: undefined,
    p99: undefined,
    errorShare: undefined,
    byClass: [0, 0, 0, 0, 0, 0],
    retried: 0,
    bytesInPerSecond: 0,
    bytesOutPerSecond: 0,
    faults: [],
    ...values,
  }
}

export function instance(port: number, values: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  const address = values.address ?? '127.0.0.1'
  return {
    key: `${address}:${port}`,
    address,
    port,
    verdict: 'up',
    verdictSince: NOW - 800_000,
    verdictReason: '1 passed check: connected',
    check: 'tcp every 15s, timeout 1s, up after 2, down after 3',
    lastCheck: {at: NOW - 4000, passed: true, tookMs: 3, reason: '', found: 'connected'},
    passesInRow: 50,
    ejection: undefined,
    maxConnections: 0,
    failuresInRow: 0,
    operator: 'ready',
    operatorSince: NOW - 800_000,
    weight: 1,
    backup: false,
    selectable: true,
    acceptsSticky: true,
    drainedInMs: undefined,
    share: undefined,
    traffic: traffic(),
    ...values,
  }
}

export function service(
  name: string,
  instances: readonly InstanceSnapshot[],
  values: Partial<ServiceSnapshot> = {},
): ServiceSnapshot {
  return {
    name,
    domains: [`${name}.local`],
    paths: ['/'],
    headers: [],
    split: undefined,
    strategy: 'ROUND_ROBIN',
    hashHeader: undefined,
    check: 'tcp every 15s, timeout 1s, up after 2, down after 3',
    retry: 'retry 2, timeout 5s',
    selectable: instances.filter(each => each.selectable).length,
    queued: 0,
    rateLimit: undefined,
    queue: 1000,
    instances,
    traffic: traffic(),
    ...values,
  }
}

export function event(id: number, values: Partial<ControlEvent> = {}): ControlEvent {
  return {
    id,
    at: NOW - 1000,
    level: 'info',
    subject: 'proxy',
    text: `event ${id}`,
    cause: 'signal',
    ...values,
  }
}

export function snapshot(values: Partial<Snapshot> = {}): Snapshot {
  return {
    at: NOW,
    startedAt: NOW - 872_000,
    configName: 'shop.yaml',
    configuration: {generation: 1, loadedAt: NOW - 872_000, problem: undefined},
    listeners: ['0.0.0.0:8080'],
    phase: 'running',
    workers: 2,
    connections: 12,
    rateLimit: undefined,
    total: traffic(),
    services: [],
    faults: [],
    events: [],
    ...values,
  }
}

function busy(perSecond: number, seed: number, values: Partial<Traffic>): Traffic {
  const all = perSecond * 60
  const failed = Math.round(all * (values.errorShare ?? 0))
  return traffic({
    perSecond,
    history: history(perSecond, seed),
    requests: perSecond * 863,
    byClass: [Math.round(all / 5000), 0, all - failed, Math.round(all / 250), Math.round(all / 900), failed],
    bytesInPerSecond: perSecond * 382,
    bytesOutPerSecond: perSecond * 5049,
    ...values,
  })
}

const refused = {
  code: 'UPSTREAM_CONNECT_REFUSED',
  blame: 'upstream',
  sentence: 'The instance refused the connection.',
  count: 4,
} as const
const reset = {
  code: 'UPSTREAM_RESET',
  blame: 'upstream',
  sentence: 'The instance reset the connection before it answered.',
  count: 9,
} as const
const gone = {
  code: 'CLIENT_GONE',
  blame: 'client',
  sentence: 'The client went away before the response was complete.',
  count: 2,
} as const

function api(): ServiceSnapshot {
  const instances = [
    instance(3001, {
      share: 0.33,
      traffic: busy(271, 1, {inFlight: 8, p50: 7.2, p95: 35, p99: 150, errorShare: 0}),
    }),
    instance(3002, {
      share: 0.33,
      traffic: busy(270, 2, {inFlight: 7, p50: 7.4, p95: 36, p99: 171, errorShare: 0}),
    }),
    instance(3003, {
      share: 0.01,
      operator: 'drain',
      operatorSince: NOW - 12_400,
      selectable: false,
      traffic: busy(12, 3, {inFlight: 2, p50: 9.1, p95: 61, p99: 402, errorShare: 0}),
    }),
    instance(3004, {
      share: 0.32,
      traffic: busy(259, 4, {inFlight: 7, p50: 8.3, p95: 44, p99: 233, errorShare: 0.0102}),
    }),
  ]
  const total = {
    inFlight: 24,
    p50: 7.4,
    p95: 38,
    p99: 190,
    errorShare: 0.0031,
    retried: 13,
    faults: [reset, gone],
  }
  return service('api', instances, {domains: ['api.local', '*.api.local'], traffic: busy(812, 5, total)})
}

function web(): ServiceSnapshot {
  const instances = [4001, 4002, 4003].map((port, index) =>
    instance(port, {
      share: 1 / 3,
      traffic: busy(134 + index, index, {
        inFlight: 3 + index,
        p50: 9.2,
        p95: 44 + index,
        p99: 198 + 4 * index,
        errorShare: 0,
      }),
    }),
  )
  const total = {inFlight: 11, p50: 9.2, p95: 44, p99: 201, errorShare: 0}
  return service('web', instances, {strategy: 'LEAST_CONNECTIONS', traffic: busy(402, 8, total)})
}

function auth(): ServiceSnapshot {
  const down = instance(5002, {
    verdict: 'down',
    verdictSince: NOW - 38_000,
    lastCheck: {at: NOW - 2000, passed: false, tookMs: 1, reason: 'connection refused', found: ''},
    passesInRow: 0,
    failuresInRow: 4,
    selectable: false,
    share: 0,
    traffic: traffic({
      history: [...history(20, 1, 22), ...Array.from({length: 38}, () => 0)],
      requests: 9800,
    }),
  })
  const one = busy(26, 6, {inFlight: 3, p50: 12, p95: 90, p99: 740, errorShare: 0.0769})
  const total = busy(26, 6, {
    inFlight: 3,
    p50: 12,
    p95: 90,
    p99: 740,
    errorShare: 0.0769,
    retried: 4,
    faults: [refused],
  })
  return service('auth', [instance(5001, {share: 1, traffic: one}), down], {
    strategy: 'RANDOM',
    traffic: total,
  })
}

const events: readonly ControlEvent[] = [
  event(1, {at: NOW - 872_000, text: 'started with 2 workers', cause: 'command line'}),
  event(2, {at: NOW - 871_000, level: 'good', subject: '0.0.0.0:8080', text: 'listening', cause: 'start'}),
  event(3, {at: NOW - 205_000, subject: 'api', text: 'strategy RANDOM → ROUND_ROBIN', cause: 'keyboard'}),
  event(4, {
    at: NOW - 38_000,
    level: 'bad',
    subject: 'auth/127.0.0.1:5002',
    text: 'down after 3 failed checks: connection refused',
    cause: 'health check',
  }),
  event(5, {
    at: NOW - 12_000,
    level: 'warning',
    subject: 'api/127.0.0.1:3003',
    text: 'drains, 11 in flight',
    cause: 'keyboard',
  }),
]

const figures = (requests: number, p50: number, p95: number, errorShare: number) => ({
  requests,
  p50,
  p95,
  errorShare,
})

/** Twelve seconds ago api went from ROUND_ROBIN to RANDOM, and 3004 got slow since. */
export function switched(): Snapshot {
  const whole = shop()
  const instances = (sides: readonly (readonly [number, number, number, number])[], all: number) =>
    sides.map(([share, p50, p95, errorShare], index) => ({
      key: `127.0.0.1:${3001 + index}`,
      share,
      ...figures(Math.round(share * all), p50, p95, errorShare),
    }))
  const before = {
    ms: 58_000,
    ...figures(47_000, 7.4, 38, 0.0031),
    instances: instances(
      [
        [0.33, 7.2, 35, 0],
        [0.33, 7.4, 36, 0],
        [0.01, 9.1, 61, 0],
        [0.33, 8.3, 44, 0.0102],
      ],
      47_000,
    ),
  }
  const after = {
    ms: 12_000,
    ...figures(9700, 8.1, 41, 0.0112),
    instances: instances(
      [
        [0.35, 7.4, 41, 0.001],
        [0.31, 7.2, 36, 0],
        [0.001, 9.1, 61, 0],
        [0.34, 12.4, 1204, 0.032],
      ],
      9700,
    ),
  }
  const lastSwitch = {
    at: NOW - 12_000,
    from: 'ROUND_ROBIN',
    to: 'RANDOM',
    by: 'keyboard',
    before,
    after,
  } as const
  const [first, ...others] = whole.services
  return first === undefined
    ? whole
    : {...whole, services: [{...first, strategy: 'RANDOM', lastSwitch}, ...others]}
}

/** 7 up, 1 draining, 1 down, some errors. */
export function shop(values: Partial<Snapshot> = {}): Snapshot {
  const total = busy(1240, 7, {
    inFlight: 38,
    p50: 8.1,
    p95: 41,
    p99: 212,
    errorShare: 0.0042,
    retried: 17,
    faults: [reset, refused, gone],
  })
  return snapshot({total, services: [api(), web(), auth()], events, ...values})
}
