/** From the rounds of each proxy to a row, and from rows to a Markdown table. */
import {peers} from './peers.mjs'

/** `results` as measureScenario gives them. A row's `ratio` is ours divided by the peer's, of the same rounds. */
export function rowsOf(results) {
  const whole = results.filter(({failure}) => failure === undefined)
  const ours = (whole.find(({name}) => name === 'ours') ?? whole[0])?.rounds ?? []
  return whole.map(({name, rounds}) => {
    const all = key => rounds.map(round => round[key])
    return {
      name,
      title: peers[name].title,
      cpuBest: Math.min(...all('cpuMicros')),
      cpuMedian: median(all('cpuMicros')),
      ratio:
        ours.length > 0 ? median(rounds.map((round, i) => ours[i].cpuMicros / round.cpuMicros)) : undefined,
      perSecond: median(all('perSecond')),
      p50: median(all('p50')),
      p99: median(all('p99')),
      p999: median(all('p999')),
      residentBytes: median(all('residentBytes')),
      // The first time is the dearest: later ones find memory that was had before.
      bytesPerIdle: rounds[0].bytesPerIdle === undefined ? undefined : Math.max(...all('bytesPerIdle')),
      addedP50: rounds[0].addedP50 === undefined ? undefined : median(all('addedP50')),
      addedP99: rounds[0].addedP99 === undefined ? undefined : median(all('addedP99')),
      errors: all('errors').reduce((sum, count) => sum + count, 0),
    }
  })
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const orDash = (value, show) => (value === undefined ? '–' : show(value))
const micros = value => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'))
const millis = value => (value / 1_000).toFixed(value < 10_000 ? 2 : 0)
const whole = value => Math.round(value).toLocaleString('en')

/** The columns: one table. `only` leaves a column out unless a row has something to say in it. */
const columns = [
  {head: 'proxy', show: ({name, title}) => (name === 'ours' ? `**${title}**` : title)},
  {head: 'CPU µs/request, best', show: ({cpuBest}) => micros(cpuBest)},
  {head: 'median', show: ({cpuMedian}) => micros(cpuMedian)},
  {head: 'ours ÷ it', show: ({ratio}) => orDash(ratio, value => value.toFixed(2))},
  {head: 'requests/s', show: ({perSecond}) => (perSecond < 100 ? perSecond.toFixed(1) : whole(perSecond))},
  {head: 'p50 ms', show: ({p50}) => millis(p50)},
  {head: 'p99 ms', show: ({p99}) => millis(p99)},
  {head: 'p99.9 ms', show: ({p999}) => millis(p999)},
  {head: 'memory MiB', show: row => whole(row.residentBytes / 1_048_576)},
  {
    head: 'added p50 ms',
    show: row => orDash(row.addedP50, millis),
    only: row => row.addedP50 !== undefined,
  },
  {
    head: 'added p99 ms',
    show: row => orDash(row.addedP99, millis),
    only: row => row.addedP99 !== undefined,
  },
  {
    head: 'bytes/idle connection',
    show: row => orDash(row.bytesPerIdle, whole),
    only: row => row.bytesPerIdle !== undefined,
  },
  {head: 'errors', show: ({errors}) => String(errors), only: ({errors}) => errors > 0},
]

/** `notes`: sentences to stand below the table, such as who is absent and why. */
export function section(scenario, rows, notes) {
  const shown = columns.filter(({only}) => only === undefined || rows.some(only))
  const line = cells => `| ${cells.join(' | ')} |`
  const table = [
    line(shown.map(({head}) => head)),
    line(shown.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(row => line(shown.map(({show}) => show(row)))),
  ]
  return [`## ${scenario.title}`, ...(rows.length > 0 ? [table.join('\n')] : []), ...notes].join('\n\n')
}
