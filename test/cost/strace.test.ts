/** All system calls of the data plane, as strace sees them: waiting, reading, writing, and nothing else. */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {test} from 'node:test'
import {measured} from './requests.ts'

const REQUESTS = 300
/** Errands of Node and V8, and what they make up: a third of a call a request would be found out. */
const BESIDE = 100
/** The one clock for all time-outs ticks every 50 ms; other things wake the thread as well, less often. */
const WAKES_A_SECOND = 40
const skip = spawnSync('strace', ['-V']).error !== undefined && 'strace is not installed'

test('small GET: two reads, two writes and two waits a request, and no other system call', {
  skip,
}, async t => {
  const {costs, make} = await measured(t, 'small GET')
  await make(50)
  const strace = spawn('strace', ['-c', '-p', String(costs.thread)], {stdio: ['ignore', 'ignore', 'pipe']})
  t.after(() => strace.kill('SIGKILL'))
  let said = ''
  strace.stderr.setEncoding('latin1').on('data', (text: string) => {
    said += text
  })
  const ended = once(strace, 'close')
  while (!said.includes('attached')) {
    await Promise.race([once(strace.stderr, 'data'), ended])
    if (strace.exitCode !== null) return t.skip(`strace may not look at a thread here: ${said.trim()}`)
  }
  const startedAt = performance.now()
  await make(REQUESTS)
  const seconds = (performance.now() - startedAt) / 1000
  strace.kill('SIGINT')
  await ended
  const calls = countsIn(said)
  t.diagnostic(JSON.stringify(calls))
  // Threads of V8 are woken and waited for by futex; whether one sleeps just then is chance.
  const {read = 0, write = 0, epoll_pwait = 0, epoll_wait = 0, futex: _, ...others} = calls
  assert.ok(Math.abs(read - 2 * REQUESTS) <= BESIDE, `${read} reads`)
  assert.ok(Math.abs(write - 2 * REQUESTS) <= BESIDE, `${write} writes`)
  const waits = epoll_pwait + epoll_wait
  assert.ok(waits <= 2 * REQUESTS + seconds * WAKES_A_SECOND + BESIDE, `${waits} waits in ${seconds} s`)
  const other = Object.values(others).reduce((sum, count) => sum + count, 0)
  assert.ok(other <= BESIDE, `other calls: ${JSON.stringify(others)}`)
})

/** The table that `strace -c` prints: share, seconds, each, calls, perhaps errors, name. */
function countsIn(table: string): Record<string, number> {
  const rows = table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/gm)
  const counts = [...rows].map(([, calls, name]) => [String(name), Number(calls)] as const)
  return Object.fromEntries(counts.filter(([name]) => name !== 'total'))
}
