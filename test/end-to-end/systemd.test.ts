/** What systemd is told, and sockets that it opens: with its own programs where they are installed. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {request} from 'undici'
import {without} from '../control/admin.ts'
import {until} from '../proxy/until.ts'
import {bin, Cleanup, configFile, freePort, namedInstance} from './binary.ts'

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-'))
  t.after(() => rmSync(folder, {recursive: true, force: true}))
  return folder
}

test('systemd is told that the service is ready, alive and stopping', async t => {
  const cleanup = new Cleanup()
  t.after(() => cleanup.run())
  const folder = folderFor(t)
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
  cleanup.add(async () => {
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
  const cleanup = new Cleanup()
  t.after(() => cleanup.run())
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
  cleanup.add(async () => {
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
  assert.match(
    output,
    new RegExp(`listening on 127\\.0\\.0\\.1:${listen} \\(1 service, 1 instance, 1 worker\\)`),
  )
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})
