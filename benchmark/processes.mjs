/** Processes on chosen cores: started, measured with all their children, ended by their pid. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readFileSync} from 'node:fs'

const running = new Map()

/** How long a process may take to end before it is killed. */
const graceMs = 3_000

/** 1/100 s: what Linux counts CPU time in (USER_HZ) on every machine that matters here. */
const tickMicros = 10_000

// Many connections need many file descriptors: as many as the system allows, but not the million that some
// servers would then make tables for.
const raiseLimit = 'hard=$(ulimit -Hn); [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ] && hard=65536; '

/** `cores` as taskset has them: `0`, `0,2`. `output()` is the end of what it wrote. */
export function startProcess(cores, [program, ...args], {env = {}, ...options} = {}) {
  const shell = `${raiseLimit}ulimit -n "$hard"; exec taskset -c "$@"`
  const child = spawn('sh', ['-c', shell, 'sh', cores, program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {...process.env, ...env},
    ...options,
  })
  let output = ''
  const keep = text => {
    output = (output + text).slice(-65_536)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  child.stdin.on('error', () => {}) // it ended before it read
  const ended = once(child, 'close').then(([code]) => code)
  running.set(child, ended)
  void ended.then(() => running.delete(child))
  return {
    pid: child.pid,
    child,
    ended,
    output: () => output,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => stop(child, ended),
  }
}

async function stop(child, ended) {
  child.kill('SIGTERM')
  const impatience = setTimeout(() => killTree(child.pid), graceMs)
  await ended
  clearTimeout(impatience)
}

function killTree(pid) {
  for (const each of treeOf(pid)) {
    try {
      process.kill(each, 'SIGKILL')
    } catch {
      // gone in the meantime
    }
  }
}

/** For an end in haste: resolves when nothing that was started here is left. */
export async function killAll() {
  const endings = [...running.values()]
  for (const {pid} of running.keys()) killTree(pid)
  await Promise.all(endings)
}

/** CPU time that a process, its children and those that it has waited for have used, in microseconds. */
export function cpuMicros(pid) {
  const micros = treeOf(pid).map(each => {
    const fields = statOf(each)
    // proc(5): utime, stime, cutime, cstime are fields 14 to 17; two stand before the part that statOf gives
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * tickMicros
  })
  return micros.reduce((sum, each) => sum + each, 0)
}

/** Resident memory of a process and its children, in bytes. Memory that they share counts for each of them. */
export function residentBytes(pid) {
  const sizes = treeOf(pid).map(each => {
    const [, kibibytes = '0'] =
      readFileSync(`/proc/${each}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m) ?? []
    return Number(kibibytes) * 1_024
  })
  return sizes.reduce((sum, each) => sum + each, 0)
}

function treeOf(root) {
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statOf(name)[1] ?? -1)
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** The fields after the name, which may itself have spaces and brackets; none for a process that is gone. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
