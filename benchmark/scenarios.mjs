/** What is measured: one table. */

const mebibyte = 1_048_576

/**
 * A row: `title`; `connections` that wrk keeps busy; what it asks for (`path`, `method`, `bodyBytes`); and, where
 * they differ from the usual, `close` (a new connection a request), `responseBytes` (count requests by bytes,
 * as few of them are complete when time is up), `idle` (connections held open beside the busy ones),
 * `slowInstance` (three instances, one of them slow, fewest requests in flight wins), `paced` (half of the load that it
 * can carry, by a fixed schedule, and the same straight to the origin), `threads` (only the CPU time of threads with such a
 * name), `mainCore` (its main thread beside the load), `shares` (with two cores, everybody may use both), `anywhere` (the origin answers on every 127.x.y.z), `oneByOne` (not
 * all at once: so many connections are more than the system allows), `peers` (not
 * the usual ones).
 */
export const scenarios = {
  'small-8': {title: 'Small GET, 8 kept connections', connections: 8, path: '/small'},
  'small-64': {title: 'Small GET, 64 kept connections', connections: 64, path: '/small'},
  'small-512': {title: 'Small GET, 512 kept connections', connections: 512, path: '/small'},
  connect: {title: 'Small GET, a new connection for each', connections: 64, path: '/small', close: true},
  'post-1k': {title: 'POST of 1 KiB', connections: 64, path: '/small', method: 'POST', bodyBytes: 1024},
  'post-64k': {title: 'POST of 64 KiB', connections: 64, path: '/small', method: 'POST', bodyBytes: 65_536},
  'download-1m': {title: 'Download of 1 MiB', connections: 16, path: '/1m', responseBytes: mebibyte},
  'download-100m': {
    title: 'Download of 100 MiB',
    connections: 4,
    path: '/100m',
    responseBytes: 100 * mebibyte,
  },
  chunked: {title: 'Chunked response of 16 KiB', connections: 64, path: '/chunked'},
  'idle-10k': {
    title: 'Small GET, 64 kept connections beside 10,000 idle ones',
    connections: 64,
    path: '/small',
    idle: 10_000,
  },
  'slow-instance': {
    title: 'Three instances, one of which takes 50 ms',
    connections: 64,
    path: '/small',
    slowInstance: true,
  },
  latency: {
    title: 'Added latency at half of the load that each can carry',
    connections: 64,
    path: '/small',
    paced: true,
  },
  dashboard: {
    title: 'Ours, dashboard open at 120x40 and 4 Hz: the threads of the data plane',
    connections: 64,
    path: '/small',
    threads: /^proxy \d/,
    mainCore: true,
    peers: ['ours', 'ours-dashboard'],
  },
  recording: {
    title: 'Ours, with and without counters and recorder',
    connections: 64,
    path: '/small',
    peers: ['ours', 'ours-bare'],
  },
  instances: {
    title: 'Ours, strategies with 1, 100 and 10,000 instances: the threads of the data plane',
    connections: 64,
    path: '/small',
    threads: /^proxy \d/,
    anywhere: true,
    oneByOne: true,
    peers: ['ROUND_ROBIN', 'RANDOM', 'LEAST_CONNECTIONS'].flatMap(policy =>
      [1, 100, 10_000].map(count => `${policy}-${count}`),
    ),
  },
  workers: {
    title: 'Ours, one and two workers',
    connections: 64,
    path: '/small',
    peers: ['ours', 'ours-2'],
    shares: true,
  },
}

export const slowInstanceMs = 50
