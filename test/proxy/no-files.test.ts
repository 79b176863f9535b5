/** Out of files: requests that need one more are refused, nothing breaks, and all is well once there are some again. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {configText, get, ok, startOrigin} from './harness.ts'
import {RawClient} from './raw-client.ts'
import {until} from './until.ts'

const bin = fileURLToPath(new URL('../../source/bin.js', import.meta.url))

test('a program that runs out of files refuses what needs one, and serves again when it has some', {
  skip: process.platform !== 'linux',
}, async t => {
  const origin = await startOrigin(t)
  const folder = mkdtempSync(join(tmpdir(), 'no-files-'))
  const config = join(folder, 'test.yaml')
  writeFileSync(config, configText({origins: [origin.port]}))
  const proxy = spawn('sh', [
    '-c',
    'ulimit -n 64; exec "$0" "$@"',
    process.execPath,
    bin,
    config,
    '--headless',
  ])
  t.after(async () => {
    proxy.kill('SIGKILL')
    await new Promise(resolve => proxy.once('close', resolve))
    rmSync(folder, {recursive: true})
  })
  let log = ''
  proxy.stdout.on('data', piece => {
    log += piece
  })
  await until(
    () => /listening on \S+:\d+/.test(log),
    () => log,
  )
  const port = Number(/listening on \S+:(\d+)/.exec(log)?.[1])
  const files = () => readdirSync(`/proc/${proxy.pid}/fd`).length
  const idle = files()
  // Clients that hold a file each, until fewer are left than requests need.
  const holders = Array.from({length: 64 - idle - 1}, () => new RawClient(port))
  let looks = 0
  await until(
    () => {
      const isFull = files() >= 63
      // What was counted at first may have been open for a moment only: then one more fits.
      if (!isFull && ++looks % 50 === 0) holders.push(new RawClient(port))
      return isFull
    },
    () => `${files()} files`,
  )
  // Each request takes one more, until there is none.
  let refused: RawClient | undefined
  for (const holder of holders) {
    const before = origin.connections.length
    holder.send(get())
    await until(() => holder.statuses.length > 0 || origin.connections.length > before)
    if (holder.statuses.length === 0) continue
    refused = holder
    break
  }
  assert.deepEqual(refused?.statuses, [503])
  assert.match(refused?.text ?? '', /error=proxy_internal_error/)
  // More than can be accepted at all.
  const tooMany = Array.from({length: 20}, () => new RawClient(port))
  await Promise.race([...tooMany.map(({closed}) => closed), new Promise(resolve => setTimeout(resolve, 500))])
  for (const client of [...holders, ...tooMany]) client.destroy()
  await until(
    () => files() <= idle + 1,
    () => `${files()} files of ${idle}`,
  )
  origin.answers(ok('again'))
  const client = new RawClient(port)
  client.send(get('/', 'Connection: close'))
  await client.has(/again$/)
  assert.doesNotMatch(log, /mistake|died/)
})
