/** The benchmark's command line: this proxy beside its peers, same work, same run. See docs/benchmark.md. */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {availableParallelism, cpus, loadavg} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {chart} from './chart.mjs'
import {goalsSection} from './goals.mjs'
import {manyCores, measureScenario} from './measure.mjs'
import {peers, usualPeers} from './peers.mjs'
import {killAll} from './processes.mjs'
import {rowsOf, section} from './report.mjs'
import {scenarios} from './scenarios.mjs'
import {isInstalled, versionOf} from './versions.mjs'

const help = `Usage: npm run bench -- [options]

  --scenario NAMES  separated by commas, or "all" (default small-64):
                    ${Object.keys(scenarios).join(', ')}
  --peers NAMES     separated by commas (default all that are installed), where others are compared:
                    ${usualPeers.join(', ')}
  --rounds N        rounds of each proxy, interleaved (default 5)
  --seconds N       length of a round (default 5)
  --out DIR         also write benchmark.md and a chart of each scenario there`

const say = text => process.stderr.write(`${text}\n`)

const options = {
  scenario: {type: 'string', default: 'small-64'},
  peers: {type: 'string'},
  rounds: {type: 'string', default: '5'},
  seconds: {type: 'string', default: '5'},
  out: {type: 'string'},
  help: {type: 'boolean', default: false},
}
const given = argumentsGiven()
if (given.help) {
  console.log(help)
  process.exit(0)
}

function argumentsGiven() {
  try {
    return parseArgs({options}).values
  } catch (error) {
    return refuse(error.message)
  }
}

/** The names in `list`, all of which `table` must have. */
function namesIn(list, table) {
  const names = list.split(',')
  const unknown = names.find(name => !Object.hasOwn(table, name))
  return unknown === undefined
    ? names
    : refuse(`"${unknown}" is not one of: ${Object.keys(table).join(', ')}`)
}

function countIn(text, name) {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : refuse(`--${name} must be a whole number above 0`)
}

function refuse(text) {
  say(text)
  process.exit(1)
}

const folders = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await killAll()
    for (const folder of folders) rmSync(folder, {recursive: true, force: true})
    process.exit(130)
  })
}

for (const program of ['wrk', 'taskset']) {
  if (versionOf(program, '--version') === undefined)
    refuse(`This benchmark needs ${program}, which is not installed.`)
}
if (availableParallelism() < 2) refuse('This benchmark needs two cores: one for the proxy, one for the load.')

const chosen = given.scenario === 'all' ? Object.keys(scenarios) : namesIn(given.scenario, scenarios)
const asked =
  given.peers && namesIn(given.peers, Object.fromEntries(usualPeers.map(name => [name, peers[name]])))
const rounds = countIn(given.rounds, 'rounds')
const seconds = countIn(given.seconds, 'seconds')
if (given.out) mkdirSync(given.out, {recursive: true})

const results = {manyCores}
const sections = [heading()]
console.log(sections[0])
for (const name of chosen) {
  say(`${name}:`)
  try {
    sections.push(await runScenario(name))
  } catch (error) {
    sections.push(`## ${scenarios[name].title}\n\nNot measured: ${error.message}`)
  }
  console.log(`\n${sections.at(-1)}`)
  // After each: whoever stops a long run keeps what it has measured.
  if (given.out) writeFileSync(join(given.out, 'benchmark.md'), `${report().join('\n\n')}\n`)
}
const reached = goalsSection(results)
if (reached !== undefined) console.log(`\n${reached}`)

function report() {
  const goals = goalsSection(results)
  return goals === undefined ? sections : [sections[0], goals, ...sections.slice(1)]
}

async function runScenario(name) {
  const scenario = scenarios[name]
  const wanted = scenario.peers ?? asked ?? usualPeers
  const able = wanted.filter(each => !scenario.slowInstance || peers[each].balances)
  const present = able.filter(each => peers[each].version() !== undefined)
  const measured = await measureScenario(scenario, present, {
    rounds,
    seconds,
    say: text => say(`  ${text}`),
    onFolder: folder => folders.add(folder),
  })
  const rows = rowsOf(measured)
  results[name] = rows
  if (given.out && rows.length > 0) writeFileSync(join(given.out, `${name}.svg`), chart(scenario.title, rows))
  return section(scenario, rows, [
    ...sentence('Absent', able, each => peers[each].version() === undefined),
    ...sentence('Not for this scenario, as it has no load balancing', wanted, each => !able.includes(each)),
    ...measured
      .filter(({failure}) => failure)
      .map(({name: each, failure}) => `${peers[each].title} failed: ${failure}`),
    ...(present.includes('ours-2') && !manyCores
      ? [
          'Load, origin and workers shared two cores, so a gain shows in no requests/s; with a core each, two workers carry 2 ÷ (CPU µs/request of two ÷ that of one) times as much.',
        ]
      : []),
  ])
}

function sentence(text, names, isSo) {
  const titles = names.filter(isSo).map(name => peers[name].title)
  return titles.length > 0 ? [`${text}: ${titles.join(', ')}.`] : []
}

function heading() {
  const versions = usualPeers.flatMap(name => {
    const version = peers[name].version()
    return version === undefined ? [] : [`${peers[name].title} ${version}`]
  })
  const [load = 0] = loadavg()
  return `# Benchmark

${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown CPU'}, \
load ${load.toFixed(1)} before the start. Node ${process.versions.node}, ${versions.join(', ')}; \
origin: ${isInstalled('nginx') ? 'nginx' : 'Node'}. ${rounds} rounds of ${seconds} s each.`
}
