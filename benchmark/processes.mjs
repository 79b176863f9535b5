/** Processes on chosen cores: started, measured with all their children, ended by their pid. */
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'

const running = new Map()

/** How long a process may take to end before it is killed. */
const graceMs = 3_000

/** 1/100 s: what Linux counts CPU time in (USER_HZ) on every machine that matters here. */
const tickMicros = 10_000

// Many connections need many file descriptors: as many as the system allows, but not the million that some
// servers would then make tables for.
const raiseLimit = 'hard=$(ulimit -Hn); [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ] && hard=65536; '

/** `cores` as taskset has them: `0`, `0,2`. `output()` is the end of what it wrote. */
export function startProcess(cores, command, {env = {}, ...options} = {}) {
  const [shell, args] = pinned(cores, command)
  const child = spawn(shell, args, {
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

/** The same in a terminal of 120 columns and 40 rows. */
export async function startInTerminal(cores, command, {env = {}} = {}) {
  const {spawn: spawnPty} = await import('@lydell/node-pty')
  const [shell, args] = pinned(cores, command)
  const child = spawnPty(shell, args, {
    cols: 120,
    rows: 40,
    env: {...process.env, TERM: 'xterm-256color', ...env},
  })
  // A terminal is a session of its own, and Linux may weigh sessions: this one as much as ours.
  const weight = existsSync(autogroup('self')) && readFileSync(autogroup('self'), 'utf8').split(' ').at(-1)
  if (weight) writeFileSync(autogroup(child.pid), weight)
  let hasEnded = false
  child.onData(() => {})
  const ended = new Promise(resolve => child.onExit(({exitCode}) => resolve(exitCode)))
  running.set(child, ended)
  void ended.then(() => {
    hasEnded = true
    running.delete(child)
  })
  return {
    pid: child.pid,
    child,
    ended,
    output: () => '',
    hasEnded: () => hasEnded,
    stop: () => stop(child, ended),
  }
}

const autogroup = pid => `/proc/${pid}/autogroup`

function pinned(cores, [program, ...args]) {
  return ['sh', ['-c', `${raiseLimit}ulimit -n "$hard"; exec taskset -c "$@"`, 'sh', cores, program, ...args]]
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

/** CPU time that the threads of one process used whose name matches, in microseconds. */
export function threadMicros(pid, name) {
  const micros = readdirSync(`/proc/${pid}/task`).map(thread => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    if (!name.test(stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')))) return 0
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(system)) * tickMicros
  })
  return micros.reduce((sum, each) => sum + each, 0)
}

/** Puts the first thread of a process, not those that it has started, on other cores. */
export function moveMainThread(pid, cores) {
  spawnSync('sh', ['-c', 'taskset -p -c "$@"', 'sh', cores, String(pid)])
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
