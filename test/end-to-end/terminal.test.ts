/** The real program in a real terminal: it draws, obeys keys, and gives the terminal back however it ends. */
import assert from 'node:assert/strict'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {setTimeout} from 'node:timers/promises'
import {type IPty, spawn as spawnPty} from '@lydell/node-pty'
import {request} from 'undici'
import {isAlive} from '../../source/socket/claim.ts'
import {RemoteControl} from '../../source/socket/remote-control.ts'
import {freePort} from '../free-port.ts'
import {until} from '../proxy/until.ts'
import {bin, cleanupOf, configFile, InTerminal, namedInstance, serviceYaml} from './binary.ts'

async function dashboard(t: TestContext, env: Record<string, string> = {}) {
  const cleanup = cleanupOf(t)
  const first = await namedInstance('first', cleanup)
  const second = await namedInstance('second', cleanup)
  const port = await freePort()
  const program = new InTerminal(
    [configFile(serviceYaml(port, [first.port, second.port]), cleanup)],
    cleanup,
    env,
  )
  await program.shows(/● 2/)
  return {program, first}
}

test('a key switches the strategy, another takes it back, and the events say who did it', async t => {
  const {program} = await dashboard(t)
  await program.shows(/ROUND_ROBIN 2\/2/)
  program.press('s')
  await program.shows(/api +RANDOM 2\/2/)
  program.press('u')
  await program.shows(/api +ROUND_ROBIN 2\/2/)
  await program.shows(/strategy ROUND_ROBIN → RANDOM +keyboard/)
})

test('a drained instance is shown as drained, and comes back with the same key', async t => {
  const {program, first} = await dashboard(t)
  program.press('jd')
  await program.shows(new RegExp(`127\\.0\\.0\\.1:${first.port} +◐ drained`))
  program.press('d')
  await program.shows(new RegExp(`127\\.0\\.0\\.1:${first.port} +● up`))
})

test('an instance that dies is shown as down, with the reason, and as up when it is back', async t => {
  const {program, first} = await dashboard(t)
  first.server.closeAllConnections()
  first.server.close()
  await program.shows(/○ down/)
  await program.shows(/down after 3 failed checks: connection refused/)
  first.server.listen(first.port, '127.0.0.1')
  await program.shows(/● 2/)
})

test('draining the last instance asks first', async t => {
  const {program} = await dashboard(t)
  program.press('jd')
  await program.shows(/◐ drained/)
  program.press('jd')
  await program.shows(/the last of api/)
  program.press('n')
  await program.shows(/ROUND_ROBIN 1\/2/)
})

for (const [how, end] of [
  ['Ctrl-C', (program: InTerminal) => program.press('\x03')],
  ['q', (program: InTerminal) => program.press('q')],
  ['SIGTERM', (program: InTerminal) => process.kill(program.pty.pid, 'SIGTERM')],
] as const) {
  test(`${how} ends the program with exit code 0 and gives the terminal back`, async t => {
    const {program} = await dashboard(t)
    assert.equal(program.buffer, 'alternate')
    end(program)
    assert.equal(await program.ended, 0)
    await program.shows(/revproxy-tui ran for/)
    assert.equal(program.buffer, 'normal')
  })
}

test('CI in the environment does not hide the dashboard from a terminal', async t => {
  const {program} = await dashboard(t, {CI: '1'})
  await program.shows(/ROUND_ROBIN/)
  assert.equal(program.buffer, 'alternate')
})

test('NO_COLOR draws without a single colour and --ascii without a single other sign', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('one', cleanup)
  const file = configFile(serviceYaml(await freePort(), [port]), cleanup)
  const program = new InTerminal([file, '--ascii'], cleanup, {NO_COLOR: '1'})
  let drawn = ''
  program.pty.onData(data => {
    drawn += data
  })
  await program.shows(/ROUND_ROBIN 1\/1/)
  assert.match(program.screen, /^[\x20-\x7e\n]*$/)
  assert.doesNotMatch(drawn, /\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)[;m]/)
})

test('the terminal of the program is closed: it finishes what it does and ends', async t => {
  const {program} = await dashboard(t)
  // As when its window is closed.
  const pty = program.pty as typeof program.pty & {destroy(): void}
  pty.destroy()
  assert.equal(await program.ended, 0)
})

/** The program in a terminal, once that shows `ready`, and its control from elsewhere. */
async function controlled(t: TestContext, options: readonly string[], ready: RegExp) {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('one', cleanup)
  const file = configFile(serviceYaml(0, [port]), cleanup)
  const socketPath = join(dirname(file), 'control.sock')
  const program = new InTerminal([file, ...options, '--control', socketPath], cleanup)
  await program.shows(ready)
  return {program, control: await RemoteControl.connect({target: {socketPath}, readOnly: false})}
}

test('a terminal that nobody reads holds up nothing but the picture, and not the end', async t => {
  const {program, control} = await controlled(t, [], /● 1/)
  /** Each is an event with a cause of its own, and so another picture. */
  const change = async (turn: number) => {
    const strategy = turn % 2 === 0 ? 'RANDOM' : 'FIRST'
    const {ok, message} = await control.execute(
      {type: 'set-strategy', service: 'api', strategy},
      `turn ${turn} `.repeat(5),
    )
    assert.equal(ok, true, message)
    await setTimeout(20)
  }
  // More than the system and this process hold of what is not read.
  program.pty.pause()
  for (let turn = 0; turn < 60; turn++) await change(turn)
  program.pty.resume()
  await program.shows(/turn 59 /)
  program.pty.pause()
  for (let turn = 60; turn < 120; turn++) await change(turn)
  process.kill(program.pty.pid, 'SIGTERM')
  await until(() => !isAlive(program.pty.pid))
})

test('a terminal that nobody reads does not hold up a proxy without a dashboard either', async t => {
  const {program, control} = await controlled(t, ['--headless'], /attach --control/)
  program.pty.pause()
  for (let turn = 0; turn < 1500; turn++) {
    const strategy = turn % 2 === 0 ? 'RANDOM' : 'FIRST'
    const {ok, message} = await control.execute({type: 'set-strategy', service: 'api', strategy}, 'test')
    assert.equal(ok, true, message)
  }
  process.kill(program.pty.pid, 'SIGTERM')
  await until(() => !isAlive(program.pty.pid))
})

test('a proxy that uses nothing of its terminal, as with nohup, outlives it', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('one', cleanup)
  const file = configFile(serviceYaml(0, [port]), cleanup)
  // A terminal that nobody has open is gone already: the ninth holds it.
  const words = 'exec "$0" "$@" 9<>/dev/tty </dev/null >"$LOG" 2>&1'
  const log = join(dirname(file), 'log')
  const pty = spawnPty('/bin/sh', ['-c', words, process.execPath, bin, file, '--no-watch'], {
    env: {...process.env, LOG: log},
  }) as IPty & {destroy(): void}
  cleanup.after(() => {
    process.kill(pty.pid, 'SIGKILL')
  })
  const says = (pattern: RegExp) => until(() => existsSync(log) && pattern.test(readFileSync(log, 'utf8')))
  await says(/attach --control/)
  writeFileSync(file, serviceYaml(0, [port], ', lbPolicy: RANDOM'))
  pty.destroy()
  await says(/reloaded: 1 change \(SIGHUP\)/)
})

test('--read-only shows everything and changes nothing: whoever leaves it leaves a proxy that goes on', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('one', cleanup)
  const proxy = await freePort()
  const file = configFile(serviceYaml(proxy, [port]), cleanup)
  const program = new InTerminal([file, '--read-only'], cleanup)
  await program.shows(/● 1/)
  assert.doesNotMatch(program.screen, /strategy|drain/)
  program.press('sd2')
  await program.shows(/\[2 Requests\]/)
  program.press('1')
  await program.shows(/ROUND_ROBIN 1\/1/)
  program.press('q')
  await program.shows(/the proxy goes on/)
  assert.equal(program.buffer, 'normal')
  const {statusCode, body} = await request(`http://127.0.0.1:${proxy}/`, {headers: {host: 'api.test'}})
  assert.equal(statusCode, 200)
  await body.dump()
  program.press('\x03')
  assert.equal(await program.ended, 0)
})
