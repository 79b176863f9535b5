/**
 * How soon the dashboard answers keys, and what it costs, while traffic passes: the built program in a pseudoterminal,
 * wrk and nginx around it. See docs/performance.md.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {cpus, loadavg, tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {screens} from './keys-screens.mjs'
import {timed, Watched} from './keys-terminal.mjs'
import {freePort, untilAnswers} from './network.mjs'
import {nginxCommand} from './nginx.mjs'
import {killAll, startInTerminal, startProcess} from './processes.mjs'
import {isInstalled} from './versions.mjs'

const help = `Usage: npm run bench:keys -- [options]

  --screens NAMES    separated by commas (default all): ${Object.keys(screens).join(', ')}
  --samples N        keys on each screen (default 100)
  --per-second N     requests a second, about (default 10000)
  --instances N      instances (default 4)
  --size COLxROWS    of the terminal (default 120x40)
  --binary PATH      what is run (default dist/bin.js)
  --verbose          also tell each key
  --node ARGS        for Node, separated by spaces, such as "--cpu-prof --cpu-prof-dir=/tmp/profiles"`

const {values: given} = parseArgs({
  options: {
    screens: {type: 'string', default: Object.keys(screens).join(',')},
    samples: {type: 'string', default: '100'},
    'per-second': {type: 'string', default: '10000'},
    instances: {type: 'string', default: '4'},
    size: {type: 'string', default: '120x40'},
    binary: {type: 'string', default: new URL('../dist/bin.js', import.meta.url).pathname},
    node: {type: 'string', default: ''},
    verbose: {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
})
if (given.help) {
  console.log(help)
  process.exit(0)
}

/** Between an answer and the next key, so that keys meet ticks and batches in every way. */
const restMs = () => 40 + Math.random() * 220
const CONNECTIONS = 64
const CPU_SECONDS = 8
const names = given.screens.split(',')
for (const name of names)
  if (!Object.hasOwn(screens, name)) refuse(`"${name}" is not one of: ${Object.keys(screens).join(', ')}`)
for (const program of ['wrk', 'nginx', 'taskset'])
  if (!isInstalled(program)) refuse(`This benchmark needs ${program}, which is not installed.`)

function refuse(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

const [columns, rows] = given.size.split('x').map(Number)
const folder = mkdtempSync(join(tmpdir(), 'revproxy-keys-'))
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await killAll()
    rmSync(folder, {recursive: true, force: true})
    process.exit(130)
  })

async function go(watched, enter) {
  for (let back = 0; back < 6; back++) {
    watched.press('\x1b')
    await delay(100)
  }
  watched.press('1g')
  await delay(400)
  for (const [key, pattern] of enter) {
    const there = watched.until(frame => pattern.test(frame.text), `${JSON.stringify(key)} on the way`)
    watched.press(key)
    await there
    await delay(300)
  }
}

const stat = (pid, thread) => {
  const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Of a core, in percent, over some seconds without a key: the main thread, and frames a second. */
async function cost(watched) {
  const {pid} = watched.pty
  const [before, frames, began] = [stat(pid, pid), watched.frames, performance.now()]
  await delay(CPU_SECONDS * 1000)
  const took = performance.now() - began
  return {core: ((stat(pid, pid) - before) / took) * 100, frames: (watched.frames - frames) / (took / 1000)}
}

const resident = pid =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

function percentile(values, share) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

async function start() {
  const origin = await freePort()
  const port = await freePort()
  const nginx = startProcess(
    '0-1',
    nginxCommand(
      join(folder, 'nginx'),
      `
  server {
    listen 0.0.0.0:${origin} backlog=4096;
    location / { return 200 "hello, this is the answer of an instance\\n"; }
    location /fail { return 500 "broken\\n"; }
  }`,
    ),
  )
  await untilAnswers(origin, '/', nginx)
  const hosts = Array.from(
    {length: Number(given.instances)},
    (_, index) => `{address: 127.1.${Math.floor(index / 250)}.${(index % 250) + 1}, port: ${origin}}`,
  )
  const file = join(folder, 'keys.yaml')
  writeFileSync(
    file,
    `proxy:
  listen: {address: 127.0.0.1, port: ${port}}
  workers: 1
  services:
    - {name: shop, domain: "*", lbPolicy: ROUND_ROBIN, ejection: {errors: 0, connectFailures: 0}, hosts: [${hosts.join(', ')}]}
`,
  )
  const command = [process.execPath, ...given.node.split(' ').filter(Boolean), given.binary, file]
  const env = {COLORTERM: 'truecolor', HOME: folder, TMPDIR: folder}
  const watched = new Watched(await startInTerminal('0-1', command, {env}), columns, rows)
  await untilAnswers(port, '/', {...watched.process, output: () => watched.frame().text})
  return {watched, port}
}

function load(port, seconds) {
  const wait = Math.max(1, Math.round((CONNECTIONS / Number(given['per-second'])) * 1000 - 1.4))
  const script = new URL('steady.lua', import.meta.url).pathname
  return startProcess('0-1', [
    'wrk',
    '-t',
    '1',
    '-c',
    String(CONNECTIONS),
    '-d',
    `${seconds}s`,
    '-s',
    script,
    `http://127.0.0.1:${port}/`,
    '--',
    String(wait),
    '200',
  ])
}

const {watched, port} = await start()
try {
  await delay(1000)
  const atStart = resident(watched.pty.pid)
  const seconds = Math.ceil(names.length * (CPU_SECONDS + 6 + Number(given.samples) * 0.28)) + 20
  const wrk = load(port, seconds)
  const loadBegan = performance.now()
  await delay(4000) // 20,000 requests, and the code that runs often is compiled
  console.log(
    `${columns}x${rows}, ${given.instances} instances, ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}, resident at the start ${atStart.toFixed(0)} MB`,
  )
  console.log('| screen | p50 | p90 | p99 | worst | own p99 | own worst | of a core | frames/s | resident |')
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const name of names) {
    const {enter, steps} = screens[name]
    await go(watched, enter)
    const {core, frames} = await cost(watched)
    const times = []
    const owns = []
    const byKey = new Map()
    for (let sample = 0; sample < Number(given.samples); sample++) {
      await delay(restMs())
      const step = steps[sample % steps.length]
      const {took, own} = await timed(watched, step)
      times.push(took)
      owns.push(own)
      const label = step.name ?? JSON.stringify(step.key)
      byKey.set(label, [...(byKey.get(label) ?? []), took])
    }
    const ms = share => percentile(times, share).toFixed(0)
    const own = share => percentile(owns, share).toFixed(0)
    console.log(
      `| ${name} | ${ms(0.5)} | ${ms(0.9)} | ${ms(0.99)} | ${ms(1)} | ${own(0.99)} | ${own(1)} | ${core.toFixed(1)} % | ${frames.toFixed(1)} | ${resident(watched.pty.pid).toFixed(0)} MB |`,
    )
    if (given.verbose)
      for (const [key, each] of byKey)
        console.log(
          `    ${key}: p50 ${percentile(each, 0.5).toFixed(0)} worst ${percentile(each, 1).toFixed(0)}`,
        )
  }
  wrk.child.kill('SIGINT')
  await wrk.ended
  const done = /^RESULT (.*)$/m.exec(wrk.output())?.[1]
  console.log(
    done ?? `load for ${((performance.now() - loadBegan) / 1000).toFixed(0)} s: ${wrk.output().slice(-300)}`,
  )
  watched.press('\x03')
  await Promise.race([watched.process.ended, delay(5000)])
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  await killAll()
  rmSync(folder, {recursive: true, force: true})
  process.exit()
}
