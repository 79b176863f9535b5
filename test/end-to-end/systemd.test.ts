/** What systemd is told, and sockets that it opens: with its own programs where they are installed. */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import {delimiter, join} from 'node:path'
import {test} from 'node:test'
import {request} from 'undici'
import {without} from '../control/admin.ts'
import {newFolder} from '../folder.ts'
import {freePort} from '../free-port.ts'
import {until} from '../proxy/until.ts'
import {bin, cleanupOf, configFile, namedInstance} from './binary.ts'

test('systemd is told that the service is ready, alive and stopping', async t => {
  const cleanup = cleanupOf(t)
  const folder = newFolder(t)
  const told = join(folder, 'told')
  // In place of systemd's own program, which speaks to a socket that only systemd has.
  const program = join(folder, 'systemd-notify')
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${told}\n`)
  chmodSync(program, 0o755)
  const file = configFile(
    'proxy: {listen: {port: 0}, services: [{name: a, domain: a.test, hosts: [{address: 127.0.0.1, port: 1}]}]}',
    cleanup,
  )
  const child = spawn(process.execPath, [bin, file], {
    stdio: 'ignore',
    env: {
      ...process.env,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      NOTIFY_SOCKET: '/nowhere',
      WATCHDOG_USEC: '200000',
    },
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  cleanup.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const lines = () => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : [])
  const {pid} = child
  await until(() => lines().filter(line => line.endsWith('WATCHDOG=1')).length >= 3)
  assert.equal(lines()[0], `READY=1 MAINPID=${pid}`)
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
  await until(() => lines().includes('STOPPING=1'))
})

test('socket activation: systemd listens first', {skip: without('systemd-socket-activate')}, async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('hello', cleanup)
  const listen = await freePort()
  const file = configFile(
    `proxy: {listen: {port: ${listen}}, workers: 4, services: [{name: a, domain: a.test, hosts: [{address: 127.0.0.1, port: ${port}}]}]}`,
    cleanup,
  )
  const child = spawn('systemd-socket-activate', ['-l', `127.0.0.1:${listen}`, process.execPath, bin, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  let output = ''
  child.stdout.on('data', piece => {
    output += piece
  })
  cleanup.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  // The first connection starts the program, which finds it in the queue.
  const asked = async () => {
    const {body} = await request(`http://127.0.0.1:${listen}/`, {headers: {host: 'a.test'}})
    return body.text()
  }
  let first: string | undefined
  await until(async () => {
    first = await asked().catch(() => undefined)
    return first !== undefined
  })
  assert.equal(first, 'hello')
  // One socket, and as many workers as are configured.
  await until(() => /listening on .* \(1 service, 1 instance, 4 workers\)/.test(output))
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})

test('the journal gets a priority with each line, and no time, which it has itself', async t => {
  const cleanup = cleanupOf(t)
  const path = join(newFolder(t), 'journal')
  const fd = openSync(path, 'w')
  const {dev, ino} = fstatSync(fd, {bigint: true})
  const file = configFile(
    'proxy: {listen: {port: 0}, services: [{name: a, domain: a.test, hosts: [{address: 127.0.0.1, port: 1}], tcpHealthcheck: {fall: 1}}]}',
    cleanup,
  )
  const child = spawn(process.execPath, [bin, file, '--no-control'], {
    stdio: ['ignore', fd, 'inherit'],
    env: {...process.env, JOURNAL_STREAM: `${dev}:${ino}`},
  })
  closeSync(fd)
  const ended = new Promise(resolve => child.once('exit', resolve))
  cleanup.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const down = /^<3>a\/127\.0\.0\.1:1: down after .* \(health check\)$/m
  await until(() => down.test(readFileSync(path, 'utf8')))
  assert.match(readFileSync(path, 'utf8'), /^listening on /)
})

const isRoot = process.getuid?.() === 0

/** systemd's DynamicUser, and containers that run as any number. */
test('a user who has a number and no name runs it, and finds it', {
  skip: !isRoot && 'needs root',
}, async t => {
  const cleanup = cleanupOf(t)
  const uid = 61_234
  const folder = newFolder(t)
  chownSync(folder, uid, uid)
  const file = join(folder, 'test.yaml')
  writeFileSync(
    file,
    'proxy: {listen: {port: 0}, services: [{name: a, domain: a.test, hosts: [{address: 127.0.0.1, port: 1}]}]}',
  )
  const env = {PATH: process.env.PATH, XDG_RUNTIME_DIR: folder}
  const options = {uid, gid: uid, env, cwd: '/'}
  const reads = spawnSync(process.execPath, ['-e', `require('node:fs').readFileSync('${bin}')`], options)
  if (reads.status !== 0) return t.skip('others cannot read this folder')
  const child = spawn(process.execPath, [bin, file], {...options, stdio: ['ignore', 'pipe', 'inherit']})
  const ended = new Promise(resolve => child.once('exit', resolve))
  cleanup.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let output = ''
  child.stdout.on('data', piece => {
    output += piece
  })
  await until(() => /attach --control/.test(output))
  const {status, stdout, stderr} = spawnSync(process.execPath, [bin, 'status'], {
    ...options,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  assert.match(stdout, new RegExp(`process +${child.pid}`))
})
