/** Load: wrk for so many seconds, and connections that are merely open. */
import {once} from 'node:events'
import {startProcess} from './processes.mjs'

const script = new URL('load.lua', import.meta.url).pathname
const pacedLoad = new URL('servers/paced.mjs', import.meta.url).pathname
const idleServer = new URL('servers/idle.mjs', import.meta.url).pathname

/** Gives what load.lua prints: requests, bytes, seconds, errors and latencies in microseconds. */
export async function runWrk(core, port, scenario, seconds) {
  const {connections, path, method = 'GET', bodyBytes = 0, close = false} = scenario
  const wrk = startProcess(core, [
    'wrk',
    ...['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '10s', '-s', script],
    `http://127.0.0.1:${port}${path}`,
    ...['--', method, String(bodyBytes), close ? 'close' : 'keep-alive'],
  ])
  return resultOf('wrk', wrk, seconds)
}

/** So many requests a second, whatever the answers take; gives what `runWrk` gives. */
export function runPaced(core, port, {connections, path}, seconds, perSecond) {
  const args = [port, path, perSecond, seconds, connections].map(String)
  return resultOf('paced.mjs', startProcess(core, [process.execPath, pacedLoad, ...args]), seconds)
}

async function resultOf(name, load, seconds) {
  const impatience = setTimeout(load.stop, (seconds + 30) * 1_000)
  await load.ended
  clearTimeout(impatience)
  const line = load.output().match(/^RESULT (.*)$/m)?.[1]
  if (line === undefined) throw new Error(`${name} gave no result: ${load.output().trim().slice(-400)}`)
  return JSON.parse(line)
}

/** Opens `count` connections, sends one request on each and leaves them open until `stop()`. */
export async function holdIdle(core, port, path, count) {
  const holder = startProcess(core, [process.execPath, idleServer, String(port), path, String(count)])
  await Promise.race([once(holder.child.stdout, 'data'), holder.ended])
  if (holder.hasEnded()) throw new Error(`could not hold ${count} connections: ${holder.output().trim()}`)
  return holder
}
