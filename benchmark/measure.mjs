/** One scenario from start to end: all proxies up, rounds interleaved, all proxies down. */
import {mkdtempSync, rmSync} from 'node:fs'
import {availableParallelism, tmpdir} from 'node:os'
import {join} from 'node:path'
import {holdIdle, runPaced, runWrk} from './load.mjs'
import {freePort, untilAnswers} from './network.mjs'
import {startOrigins} from './origin.mjs'
import {peers} from './peers.mjs'
import {
  cpuMicros,
  moveMainThread,
  residentBytes,
  startInTerminal,
  startProcess,
  threadMicros,
} from './processes.mjs'

const proxyCore = '0'
const usualLoadCore = '1'
const bothCores = '0,1'
export const manyCores = availableParallelism() > 2

/** Compiles what is compiled while running, fills the pools; its figures are thrown away. */
const warmUpSeconds = 2

/**
 * Gives for each of `names` its rounds, or the reason why it has none: `{name, rounds, failure}`.
 * `say` hears what goes on.
 */
export async function measureScenario(scenario, names, options) {
  const {rounds, seconds, say, onFolder} = options
  if (scenario.oneByOne && names.length > 1) {
    const all = []
    for (const name of names) all.push(...(await measureScenario(scenario, [name], options)))
    return all
  }
  const loadCore = shares(scenario) ? bothCores : usualLoadCore
  const folder = mkdtempSync(join(tmpdir(), 'revproxy-benchmark-'))
  onFolder(folder)
  const started = []
  try {
    const origins = await startOrigins(folder, loadCore, scenario.anywhere ? '0.0.0.0' : undefined)
    started.push(...origins.processes)
    const upstreams = scenario.slowInstance ? [origins.fast, origins.second, origins.slow] : [origins.fast]
    const contenders = []
    for (const name of names) {
      const own = instancesOf(peers[name].instances, origins.fast) ?? upstreams
      const contender = await startPeer(name, join(folder, name), own, scenario)
      if (contender.process !== undefined) started.push(contender.process)
      contenders.push(contender)
    }
    for (const contender of contenders) {
      await attempt(contender, async () => {
        const warming = peers[contender.name].warmUpSeconds ?? warmUpSeconds
        const {requests, seconds: lasted} = await runWrk(loadCore, contender.port, scenario, warming)
        contender.half = Math.round(requests / lasted / 2)
      })
    }
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`)
      for (const contender of rotated(contenders, round)) {
        await attempt(contender, async () => {
          const measured = await measureRound(contender, scenario, seconds, loadCore)
          contender.rounds[round] = scenario.paced
            ? {
                ...measured,
                ...(await addedLatency(contender, origins.fast, scenario, seconds, measured, loadCore)),
              }
            : measured
        })
      }
    }
    return contenders.map(({name, rounds: measured, failure}) => ({name, rounds: measured, failure}))
  } finally {
    await Promise.all(started.reverse().map(each => each.stop()))
    rmSync(folder, {recursive: true, force: true})
  }
}

/** The one origin under many addresses of the loopback network; undefined: it is not to be many. */
function instancesOf(count, port) {
  if (count === undefined) return undefined
  return Array.from(
    {length: count},
    (_, index) => `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}:${port}`,
  )
}

/** A proxy that cannot start is a line in the result, not the end of the run. */
async function startPeer(name, folder, upstreams, scenario) {
  const {path, mainCore} = scenario
  const {command, env, workers = 1, terminal} = peers[name]
  const contender = {name, rounds: [], failure: undefined, port: await freePort()}
  await attempt(contender, async () => {
    const program = command({folder, port: contender.port, upstreams})
    const start = terminal ? startInTerminal : startProcess
    contender.process = await start(shares(scenario) ? bothCores : coresFor(workers), program, {
      env: {...env, HOME: folder},
    })
    await untilAnswers(contender.port, path, contender.process)
    if (mainCore) moveMainThread(contender.process.pid, usualLoadCore)
  })
  return contender
}

/** With two cores, what two workers cost can only be seen where everybody has both of them. */
function shares(scenario) {
  return scenario.shares === true && !manyCores
}

/** A second worker gets a core that is not the load's, where there is one. */
function coresFor(workers) {
  return workers > 1 && manyCores ? `${proxyCore},2` : proxyCore
}

async function attempt(contender, action) {
  if (contender.failure !== undefined) return
  try {
    await action()
  } catch (error) {
    contender.failure = error.message
  }
}

/** Who goes first changes with each round, so that nobody always follows the same neighbour. */
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)]

async function measureRound({port, process, half}, scenario, seconds, loadCore) {
  const emptyBytes = residentBytes(process.pid)
  const holder = scenario.idle ? await holdIdle(loadCore, port, scenario.path, scenario.idle) : undefined
  const idleBytes = holder && residentBytes(process.pid) - emptyBytes
  try {
    const used = () =>
      scenario.threads ? threadMicros(process.pid, scenario.threads) : cpuMicros(process.pid)
    const before = used()
    const load = scenario.paced
      ? await runPaced(loadCore, port, scenario, seconds, half)
      : await runWrk(loadCore, port, scenario, seconds)
    const cpu = used() - before
    const requests = scenario.responseBytes ? load.bytes / scenario.responseBytes : load.requests
    if (requests === 0) throw new Error('no request was answered')
    if (holder?.hasEnded()) throw new Error(`idle connections were closed: ${holder.output().trim()}`)
    return {
      cpuMicros: cpu / requests,
      perSecond: requests / load.seconds,
      p50: load.p50,
      p99: load.p99,
      p999: load.p999,
      errors: load.errors,
      residentBytes: residentBytes(process.pid),
      bytesPerIdle: holder && idleBytes / scenario.idle,
    }
  } finally {
    await holder?.stop()
  }
}

/** What the way through the proxy takes longer than that straight to the origin, at the same pace and right after. */
async function addedLatency({half}, originPort, scenario, seconds, {p50, p99}, loadCore) {
  const direct = await runPaced(loadCore, originPort, scenario, seconds, half)
  return {addedP50: p50 - direct.p50, addedP99: p99 - direct.p99}
}
