/** A dashboard on a proxy that runs elsewhere: in a real terminal, beside others, through the loss of the proxy. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {request} from 'undici'
import {newFolder} from '../folder.ts'
import {freePort} from '../free-port.ts'
import {until} from '../proxy/until.ts'
import {cleanupOf, configFile, InTerminal, namedInstance, Piped, serviceYaml} from './binary.ts'

async function scene(t: TestContext) {
  const cleanup = cleanupOf(t)
  const env = {XDG_RUNTIME_DIR: newFolder(t)}
  const one = await namedInstance('one', cleanup)
  const two = await namedInstance('two', cleanup)
  const port = await freePort()
  const file = configFile(serviceYaml(port, [one.port, two.port]), cleanup)
  const start = async () => {
    const program = new Piped([file], cleanup, [], env)
    await program.says(/127\.0\.0\.1:\d+: up[\s\S]*127\.0\.0\.1:\d+: up/)
    return program
  }
  const attach = (...args: string[]) => new InTerminal(['attach', ...args], cleanup, env)
  const ask = async (path: string) => {
    const {body} = await request(`http://127.0.0.1:${port}${path}`, {headers: {host: 'api.test'}})
    await body.dump()
  }
  /** A command to its end. */
  const run = (...args: string[]) => new Piped(args, cleanup, [], env).exited
  return {start, attach, ask, run}
}

test('two attached dashboards show the same, one changes what both see, and leaving leaves the proxy', async t => {
  const {start, attach, ask} = await scene(t)
  const proxy = await start()
  const [one, other] = [attach(), attach()]
  await Promise.all([one.shows(/test\.yaml \(attached\)[\s\S]*● 2/), other.shows(/● 2/)])
  one.press('s')
  await one.shows(/ROUND_ROBIN → RANDOM/)
  await other.shows(/api .*RANDOM/)
  await ask('/seen-from-afar')
  other.press('2')
  await other.shows(/GET +\/seen-from-afar/)
  other.press('\r')
  await other.shows(/requests .*#0\.\d+/)
  one.press('q')
  assert.equal(await one.ended, 0)
  // What it wrote at its end may still be on its way.
  await until(() => one.buffer === 'normal')
  other.press('\x03')
  assert.equal(await other.ended, 0)
  await ask('/after')
  assert.equal(proxy.child.exitCode, null)
  assert.match(proxy.output, /strategy ROUND_ROBIN → RANDOM \(keyboard, attached\)/)
})

test('a read-only one has no key that changes something', async t => {
  const {start, attach} = await scene(t)
  const proxy = await start()
  const reader = attach('--read-only')
  await reader.shows(/● 2[\s\S]*q detach/)
  reader.press('s')
  reader.press('?')
  await reader.shows(/HELP|MOVE/)
  assert.doesNotMatch(reader.screen, /next strategy|stop the proxy/)
  assert.doesNotMatch(proxy.output, /strategy/)
})

test('a proxy that is killed is said to be lost, and shown again when it is back, with what is new', async t => {
  const {start, attach, ask} = await scene(t)
  const first = await start()
  await ask('/before')
  const dashboard = attach()
  dashboard.press('2')
  await dashboard.shows(/GET +\/before/)
  first.child.kill('SIGKILL')
  await dashboard.shows(/LOST \d/)
  dashboard.press('1')
  await dashboard.shows(/the proxy is lost: /)
  dashboard.press('d')
  await start()
  await dashboard.shows(/LIVE/)
  await ask('/afterwards')
  dashboard.press('2')
  await dashboard.shows(/GET +\/afterwards/)
  dashboard.press('q')
  assert.equal(await dashboard.ended, 0)
})

test('X restarts the program from afar after a question, and the dashboard goes on with the one that follows', async t => {
  const {start, attach, ask, run} = await scene(t)
  const proxy = await start()
  const dashboard = attach()
  await dashboard.shows(/● 2/)
  dashboard.press('X')
  await dashboard.shows(/restart the program\?[^\n]*y yes/)
  dashboard.press('n')
  dashboard.press('X')
  await dashboard.shows(/restart the program\?[^\n]*y yes/)
  dashboard.press('y')
  assert.equal(await proxy.exited, 0)
  await dashboard.shows(/LIVE[\s\S]*● 2/)
  await ask('/with-the-next')
  dashboard.press('2')
  await dashboard.shows(/GET +\/with-the-next/)
  await run('stop')
})
