/** What we want to reach, beside what a run has measured: one table. */
import {peers} from './peers.mjs'

const cpu = row => row.cpuBest
const best = (rows, name) => rows?.find(row => row.name === name)

/** Ours divided by a peer in the same scenario: the best round of each. */
const ratio =
  (scenario, peer, of = cpu) =>
  results => {
    const [ours, other] = [best(results[scenario], 'ours'), best(results[scenario], peer)]
    return ours && other && of(ours) / of(other)
  }

/** One row divided by another one, wherever they are. */
const between =
  ([scenario, name], [otherScenario, otherName], of = cpu) =>
  results => {
    const [one, other] = [best(results[scenario], name), best(results[otherScenario], otherName)]
    return one && other && of(one) / of(other)
  }

const upTo = (title, most, measured, show = value => value.toFixed(2)) => ({
  title: `${title} ≤ ${show(most)}`,
  measured,
  show,
  met: value => value <= most,
})
const kilobytes = bytes => `${(bytes / 1_000).toFixed(1)} KB`

const goals = [
  upTo('small GET, 64 connections, ÷ HAProxy', 1.15, ratio('small-64', 'haproxy')),
  upTo('… ÷ Caddy', 0.8, ratio('small-64', 'caddy')),
  upTo('… ÷ fast-proxy', 0.33, ratio('small-64', 'fast-proxy')),
  upTo('… ÷ http-proxy-3', 0.17, ratio('small-64', 'http-proxy-3')),
  upTo('POST of 1 KiB ÷ HAProxy', 1.25, ratio('post-1k', 'haproxy')),
  upTo('download of 1 MiB ÷ HAProxy', 1.1, ratio('download-1m', 'haproxy')),
  upTo('a new connection for each request ÷ HAProxy', 1.6, ratio('connect', 'haproxy')),
  upTo(
    'added latency at half load, p50, ÷ HAProxy',
    1.5,
    ratio('latency', 'haproxy', row => row.addedP50),
  ),
  upTo(
    '… p99',
    1.5,
    ratio('latency', 'haproxy', row => row.addedP99),
  ),
  upTo(
    '10,000 idle connections: resident memory each',
    9_000,
    results => best(results['idle-10k'], 'ours')?.bytesPerIdle,
    kilobytes,
  ),
  upTo('… small GET meanwhile ÷ without them', 1.05, between(['idle-10k', 'ours'], ['small-64', 'ours'])),
  upTo(
    'dashboard open ÷ headless: CPU of the data plane',
    1.03,
    between(['dashboard', 'ours-dashboard'], ['dashboard', 'ours']),
  ),
  upTo(
    '… p99',
    1.05,
    between(['dashboard', 'ours-dashboard'], ['dashboard', 'ours'], row => row.p99),
  ),
  upTo('counters and recorder on ÷ off', 1.1, between(['recording', 'ours'], ['recording', 'ours-bare'])),
  {
    title: 'two workers, a core each: requests/s ÷ one ≥ 1.80',
    measured: results => {
      if (results.manyCores)
        return between(['workers', 'ours-2'], ['workers', 'ours'], row => row.perSecond)(results)
      // Without a core for each and one for the load: what they would carry if each had one, by what a request costs.
      const dearer = between(['workers', 'ours-2'], ['workers', 'ours'])(results)
      return dearer && 2 / dearer
    },
    show: value => value.toFixed(2),
    met: value => value >= 1.8,
  },
  ...['ROUND_ROBIN', 'RANDOM', 'LEAST_CONNECTIONS'].flatMap(policy =>
    [100, 10_000].map(count =>
      upTo(
        `${policy}: ${count.toLocaleString('en')} instances ÷ 1`,
        1.1,
        between(['instances', `${policy}-${count}`], ['instances', `${policy}-1`]),
      ),
    ),
  ),
]

/** `results`: rows as rowsOf gives them, by scenario. Goals of scenarios that were not run are left out. */
export function goalsSection(results) {
  const lines = goals
    .map(goal => ({...goal, value: goal.measured(results)}))
    .filter(({value}) => typeof value === 'number')
  if (lines.length === 0) return undefined
  const rows = lines.map(
    ({title, value, show, met}) => `| ${title} | ${show(value)} | ${met(value) ? 'yes' : '**no**'} |`,
  )
  const [{title}] = [peers.ours]
  return [
    `## Goals of ${title}`,
    ['| goal | measured | met |', '| --- | ---: | --- |', ...rows].join('\n'),
  ].join('\n\n')
}
