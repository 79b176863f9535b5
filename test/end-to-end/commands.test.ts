/** The commands as a script uses them: the real program against real proxies, what it prints and how it exits. */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type TestContext, test} from 'node:test'
import {setTimeout} from 'node:timers/promises'
import {request} from 'undici'
import {commandNames} from '../../source/commands/table.ts'
import {newFolder} from '../folder.ts'
import {cleanupOf, configFile, namedInstance, Piped, serviceYaml} from './binary.ts'

/** Everything in a runtime folder of its own: other tests run proxies of the same user. */
async function scene(t: TestContext) {
  const cleanup = cleanupOf(t)
  const env = {XDG_RUNTIME_DIR: newFolder(t)}
  const held: ServerResponse[] = []
  const holding = createServer((_, response) => {
    held.push(response)
    response.writeHead(200).write('some')
  })
  await new Promise<void>(resolve => holding.listen(0, '127.0.0.1', resolve))
  cleanup.after(() => {
    holding.closeAllConnections()
    holding.close()
  })
  const other = await namedInstance('other', cleanup)
  const ports = [(holding.address() as AddressInfo).port, other.port] as const
  const run = (file: string) => new Piped([file], cleanup, [], env)
  const start = async (ports: readonly number[], more = '') => {
    const file = configFile(serviceYaml(0, ports, more), cleanup)
    const program = run(file)
    const [, address = ''] = await program.says(/^listening on (\S+)/)
    const [, socket = ''] = await program.says(/attach --control (\S+)/)
    return {file, program, address, socket}
  }
  const called = async (...args: string[]) => {
    const program = new Piped(args, cleanup, [], env)
    const code = await program.ended
    return {code, said: program.output, complained: program.errors}
  }
  return {start, run, called, ports, held, cleanup, env}
}

test('no proxy, one, several: the one that is meant, or words that say which there are', async t => {
  const {start, called, ports} = await scene(t)
  const none = await called('status')
  assert.deepEqual([none.code, none.said], [7, ''])
  assert.match(none.complained, /no proxy runs for this user\. Start one with: revproxy-tui FILE/)
  const one = await start(ports)
  const status = await called('status')
  assert.equal(status.code, 0)
  assert.match(
    status.said,
    new RegExp(`configuration +${one.file}\n.*process +${one.program.child.pid}`, 's'),
  )
  const two = await start(ports)
  const several = await called('services')
  assert.equal(several.code, 7)
  for (const {socket, file} of [one, two])
    assert.ok(several.complained.includes(`--control ${socket}   ${file}`))
  assert.equal((await called('services', '--control', two.socket)).code, 0)
  const question = await called('explain', 'GET', 'nonsense', '--control', two.socket)
  assert.deepEqual(
    [question.code, question.complained],
    [2, 'expected a URL such as http://shop.example/cart\n'],
  )
  const gone = await called('status', '--control', `${two.socket}.no`)
  assert.deepEqual(
    [gone.code, gone.complained],
    [7, `no proxy answers at ${two.socket}.no: there is no such socket\n`],
  )
})

test('drain, wait until it is empty, let it serve again; refusals and time-outs have exit codes of their own', async t => {
  const {start, called, ports, held} = await scene(t)
  const {address} = await start(ports, ', lbPolicy: FIRST')
  const [holding, other] = ports.map(port => `127.0.0.1:${port}`) as [string, string]
  assert.equal((await called('wait', 'healthy', 'api', '--timeout', '20s')).said, 'api is healthy\n')
  const answer = await request(`http://${address}/`, {headers: {host: 'api.test'}})
  const busy = await called('wait', 'drained', `api/${holding}`)
  assert.deepEqual([busy.code, busy.complained], [8, `${holding} is ready: drain it first\n`])
  assert.match((await called('drain', holding)).said, /draining, 1 in flight/)
  const late = await called('wait', 'drained', holding, '--timeout', '100ms')
  assert.equal(late.code, 9)
  assert.match(late.complained, /not drained in time: .* has 1 in flight/)
  const last = await called('drain', `api/${other}`)
  assert.equal(last.code, 8)
  assert.match(last.complained, /the last of api that can serve.*--force/)
  const waiting = called('wait', 'drained', holding, '--json')
  held[0]?.end()
  await answer.body.dump()
  const said = `{"ok":true,"message":"${holding} is drained"}\n`
  assert.deepEqual(await waiting, {code: 0, said, complained: ''})
  assert.equal((await called('drain', `api/${other}`, '--force')).code, 0)
  const [service] = JSON.parse((await called('services', '--json')).said)
  assert.deepEqual(
    service.instances.map(({operator}: {operator: string}) => operator),
    ['drain', 'drain'],
  )
  assert.equal((await called('ready', holding, '--json')).code, 0)
  assert.match((await called('maintenance', other)).said, /in maintenance/)
  assert.match((await called('weight', holding, '7')).said, /7/)
  assert.match((await called('max-connections', holding, '20')).said, /any number of → 20 requests at a time/)
  assert.match(
    (await called('rate-limit', 'api', '600/m', 'burst', '1000')).said,
    /none → 600 in 1m, burst 1000/,
  )
  assert.match((await called('rate-limit', 'proxy', '10/s')).said, /proxy: rate limit none → 10 in 1s/)
  assert.match((await called('rate-limit', 'proxy', 'off')).said, /10 in 1s → none/)
  assert.match(
    (await called('fault', holding, 'delay', '1ms', '50%', 'for', '9s')).said,
    /on purpose from now on/,
  )
  assert.match((await called('faults')).said, /\n1 +api\/127.*delay 1ms 50% for 9s\n/)
  assert.equal(JSON.parse((await called('faults', '--json')).said)[0].number, 1)
  assert.match((await called('status')).said, /\non purpose +1 fault: `faults` lists them\n/)
  assert.match((await called('faults', 'off', '1')).said, /the fault is off/)
  assert.match((await called('faults')).said, /no fault is made on purpose/)
  assert.match((await called('set', 'api', 'retries', '2')).said, /api: retryPolicy.retries 0 → 2/)
  assert.match((await called('set', 'api')).said, /^retryPolicy.retries +2 {2}\(the file: 0\)$/m)
  const [retries] = JSON.parse((await called('set', 'api', 'retries', '--json')).said)
  assert.deepEqual([retries.value, retries.file], ['2', '0'])
  assert.match(
    (await called('set', holding, 'statuses', '502', '503')).said,
    /retryPolicy.statuses none → 502 503/,
  )
  assert.match((await called('set', 'api', 'retries', 'file')).said, /retries 2 → 0/)
  assert.match((await called('strategy', 'api', 'random', '--guard')).said, /FIRST → RANDOM, guarded/)
  assert.match((await called('probe', holding)).said, /check passed/)
  const events = (await called('events', '--json', '--lines', '500')).said.trim().split('\n')
  assert.ok(events.some(line => /in maintenance.*command line/.test(line)))
})

test('what is wrong is said with what there is, and each sort of wrong has its exit code', async t => {
  const {start, called, ports} = await scene(t)
  await start(ports)
  const holding = `127.0.0.1:${ports[0]}`
  for (const [args, code, why] of [
    [['drain', 'nope:1'], 8, new RegExp(`there is no instance nope:1; there are\n {2}api/${holding}`)],
    [['strategy', 'api', 'RANDO'], 2, /did you mean RANDOM/],
    [['strategy', 'ap', 'RANDOM'], 8, /there is no service ap; there are\n {2}api/],
    [['weight', holding, '1001'], 2, /from 0 to 1000/],
    [['split', 'api', '10'], 8, /split/],
    [['max-connections', holding, '-1'], 2, /the number of requests is -1; expected a whole number from 0/],
    [['rate-limit', 'api', 'often'], 2, /the rate is often; expected one such as 10\/s/],
    [['fault', 'api', 'delay'], 2, /the fault is delay; expected delay/],
    [['faults', 'of'], 2, /expected nothing, or off/],
    [['faults', 'off', '7'], 8, /there is no fault 7/],
    [['set', 'api', 'retris', '1'], 8, /did you mean retryPolicy.retries\?/],
    [['set', 'api', 'retries', '-1'], 8, /retries is -1; expected a whole number from 0 to 10/],
    [['set', 'api', 'nothing'], 8, /there is no setting nothing; there are\n {2}retryPolicy/],
    [['rate-limit', 'ap', 'off'], 8, /there is no service ap/],
    [['rate-limit', 'api', '10/25h'], 2, /the rate is 10\/25h; per is a time from 1ms to 1h/],
    [['wait', 'happy', 'api'], 2, /healthy and drained/],
    [['wait', 'healthy', 'api', '--timeout', 'soon'], 2, /such as 30s or 5m/],
    [['status', '--demo'], 2, /status has no option --demo; it has --control, --token-file, --json/],
    [['drain'], 2, /expected: revproxy-tui drain INSTANCE/],
    [['status', '--jsn'], 2, /did you mean --json\? See/],
    [['statu'], 1, /no such file.*did you mean the command status/],
    [['attach'], 2, /draws on a terminal/],
  ] as const) {
    const {code: found, complained} = await called(...args)
    assert.equal(found, code, `${args.join(' ')}: ${complained}`)
    assert.match(complained, why)
  }
})

test('diff and reload show what changes; a file with findings changes nothing', async t => {
  const {start, called, ports} = await scene(t)
  const {file} = await start([ports[0]])
  assert.deepEqual(await called('diff'), {code: 0, said: '', complained: ''})
  const other = `${file}.new.yaml`
  const changed = serviceYaml(0, [ports[0]], ', lbPolicy: RANDOM')
  writeFileSync(other, changed)
  const diff = await called('diff', other)
  assert.deepEqual([diff.code, diff.said], [10, '+ services.api.lbPolicy: RANDOM\n'])
  writeFileSync(other, 'proxy: {}\n')
  const wrong = await called('diff', other)
  assert.equal(wrong.code, 1)
  assert.match(wrong.complained, /new\.yaml:1:\d+: /)
  assert.equal((await called('check', other, '--json')).code, 1)
  writeFileSync(file, changed)
  const reload = await called('reload')
  assert.equal(reload.code, 0)
  // The file is watched as well: whoever comes first.
  assert.match(reload.said, /reloaded: 1 change|is as it was loaded/)
  const {snapshot} = JSON.parse((await called('status', '--json')).said)
  assert.equal(snapshot.services[0].strategy, 'RANDOM')
  assert.equal(JSON.parse((await called('reload', '--json')).said).outcome.ok, true)
})

test('tail shows what matches, and ends when the proxy does; stop waits for that', async t => {
  const {start, called, ports, env, cleanup} = await scene(t)
  const {address, program} = await start([ports[1]])
  const ask = async (path: string) => {
    const headers = {host: 'api.test', authorization: 'Bearer secret'}
    const {body} = await request(`http://${address}${path}`, {headers})
    await body.dump()
  }
  await ask('/one')
  const all = new Piped(['tail'], cleanup, [], env)
  await all.says(/GET api\.test\/one .* api\/127/)
  const tail = new Piped(['tail', '--json', 'path:/t*'], cleanup, [], env)
  for (const path of ['/two', '/other', '/three']) await ask(path)
  await tail.says(/"\/three"/)
  const seen = tail.output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).target)
  assert.deepEqual(seen, ['/two', '/three'])
  assert.doesNotMatch(tail.output, /Bearer secret/)
  const wrong = await called('tail', 'status>')
  assert.deepEqual([wrong.code, wrong.said], [8, ''])
  const stop = await called('stop', '--wait')
  assert.deepEqual([stop.code, await program.ended], [0, 0])
  assert.equal(await tail.ended, 0)
  assert.match(tail.errors, /the proxy has ended/)
  assert.equal((await called('status')).code, 7)
})

test('over TCP with a token in a file, and not without', async t => {
  const {run, called, ports, cleanup} = await scene(t)
  const control = '  control: {listen: {port: 0}, token: a-token-for-the-test, hosts: proxy.example}\n'
  const file = configFile(serviceYaml(0, [ports[1]]).replace('proxy:\n', `proxy:\n${control}`), cleanup)
  const [, url = ''] = await run(file).says(/attach --control \S+ and (http:\S+)/)
  const tokenFile = `${file}.token`
  const ask = () => called('status', '--control', url, '--token-file', tokenFile)
  writeFileSync(tokenFile, 'a-token-for-the-test\n', {mode: 0o600})
  assert.equal((await ask()).code, 0)
  writeFileSync(tokenFile, 'another-token-for-it', {mode: 0o600})
  const {code, complained} = await ask()
  assert.deepEqual([code, complained], [8, 'the token is missing or wrong\n'])
  assert.match((await called('status', '--control', url)).complained, /a token is needed/)
})

test('every command says what it takes', async t => {
  const {called} = await scene(t)
  const program = await called('--help')
  for (const name of commandNames) assert.match(program.said, new RegExp(`^ {4}${name}\\b`, 'm'))
  for (const name of ['drain', 'wait', 'tail'] as const) {
    const {code, said} = await called(name, '--help')
    assert.equal(code, 0)
    assert.match(said, new RegExp(`\\$ revproxy-tui ${name} `))
    assert.match(said, /Exit codes\n {4}0 /)
  }
  assert.match((await called('schema')).said, /"lbPolicy"/)
  assert.ok(JSON.parse((await called('schema', 'control')).said).$defs.Snapshot)
})

test('what follows a proxy ends when nobody reads it any more', async t => {
  const {start, called, cleanup, ports, env} = await scene(t)
  const {address} = await start([ports[1]])
  const ask = async () => (await request(`http://${address}/`, {headers: {host: 'api.test'}})).body.dump()
  await ask()
  for (const words of [['tail'], ['events', '--follow']]) {
    const program = new Piped(words, cleanup, [], env)
    await program.says(/\n/)
    program.child.stdout?.destroy()
    let hasEnded = false
    const ended = program.ended.finally(() => {
      hasEnded = true
    })
    for (let turn = 0; !hasEnded; turn++) {
      await ask()
      await called('strategy', 'api', turn % 2 === 0 ? 'RANDOM' : 'FIRST')
    }
    assert.equal(await ended, 0)
  }
})

test('a reader that takes its time gets all of a long answer', async t => {
  const {start, cleanup, env} = await scene(t)
  const ports = Array.from({length: 500}, (_, index) => index + 1)
  await start(ports)
  const program = new Piped(['status', '--json'], cleanup, [], env)
  program.child.stdout?.pause()
  await setTimeout(1500)
  program.child.stdout?.resume()
  assert.equal(await program.ended, 0)
  assert.ok(program.output.length > 150_000, `${program.output.length} characters`)
  assert.equal(JSON.parse(program.output).snapshot.services[0].instances.length, ports.length)
})
