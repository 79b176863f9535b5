/** The real program without a terminal: ready line, events, exit codes, and one clear sentence for what is wrong. */
import assert from 'node:assert/strict'
import {createServer} from 'node:net'
import {test} from 'node:test'
import {request} from 'undici'
import {freePort} from '../free-port.ts'
import {cleanupOf, configFile, InTerminal, namedInstance, Piped, serviceYaml} from './binary.ts'

test('says where it listens, proxies, says what happens, and ends with 0 on SIGTERM', async t => {
  const cleanup = cleanupOf(t)
  const {port, server} = await namedInstance('hello', cleanup)
  const program = new Piped([configFile(serviceYaml(0, [port]), cleanup)], cleanup)
  const [, address] = await program.says(
    /^listening on (127\.0\.0\.1:\d+) \(1 service, 1 instance, 1 worker\)\n/,
  )
  const {body} = await request(`http://${address}/`, {headers: {host: 'api.test'}})
  assert.equal(await body.text(), 'hello')
  await program.says(/ok +api\/127\.0\.0\.1:\d+: up after 1 passed check: connected \(health check\)/)
  server.closeAllConnections()
  server.close()
  await program.says(/ERROR api\/127\.0\.0\.1:\d+: down after 3 failed checks: connection refused/)
  program.child.kill('SIGTERM')
  assert.equal(await program.ended, 0)
  assert.match(program.output, /ran for \d+s: 1 request,/)
})

test('--json prints every line as JSON', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('hello', cleanup)
  const program = new Piped([configFile(serviceYaml(0, [port]), cleanup), '--json'], cleanup)
  await program.says(/"text":"up after/)
  for (const line of program.output.trim().split('\n')) assert.equal(typeof JSON.parse(line).text, 'string')
})

test('a port in use is one sentence, exit code 3, and no alternate screen, in a terminal too', async t => {
  const cleanup = cleanupOf(t)
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  cleanup.after(() => void other.close())
  await new Promise(resolve => other.once('listening', resolve))
  const file = configFile(serviceYaml(port, [1]), cleanup)
  const program = new Piped([file], cleanup)
  assert.equal(await program.ended, 3)
  assert.match(program.errors, new RegExp(`^127\\.0\\.0\\.1:${port} is in use: .*proxy\\.listen\\.\n$`))
  const inTerminal = new InTerminal([file], cleanup)
  let drawn = ''
  inTerminal.pty.onData(data => {
    drawn += data
  })
  assert.equal(await inTerminal.ended, 3)
  await inTerminal.shows(/is in use/)
  assert.doesNotMatch(drawn, /\x1b\[\?1049h/)
})

test('an address that is not of this machine is one sentence and exit code 3', async t => {
  const cleanup = cleanupOf(t)
  const file = configFile(
    serviceYaml(0, [1]).replace('address: 127.0.0.1, port: 0', 'address: 192.0.2.1, port: 0'),
    cleanup,
  )
  const program = new Piped([file], cleanup)
  assert.equal(await program.ended, 3)
  assert.match(program.errors, /192\.0\.2\.1:0 is not an address of this machine/)
})

test('a wrong file: every finding with its place, exit code 1, nothing started', async t => {
  const cleanup = cleanupOf(t)
  const file = configFile(
    'proxy:\n  services:\n    - {name: a, domain: a.test, hosts: [], lbPolicy: ROUND}\n',
    cleanup,
  )
  for (const args of [[file], ['check', file]]) {
    const program = new Piped(args, cleanup)
    assert.equal(await program.ended, 1)
    const said = program.errors + program.output
    assert.match(said, /test\.yaml:3:\d+: /)
    assert.match(said, /ROUND_ROBIN/)
  }
})

test('wrong arguments are a usage error; help and version are not', async t => {
  const cleanup = cleanupOf(t)
  for (const [args, code] of [
    [[], 2],
    [['one', 'two'], 2],
    [['--nonsense', 'x.yaml'], 2],
    [['check'], 2],
    [['--help'], 0],
    [['--version'], 0],
  ] as const) {
    assert.equal(await new Piped(args, cleanup).ended, code, args.join(' '))
  }
})

test('a Node that is too old is told so, with what to do', async t => {
  const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})"
  const program = new Piped(['x.yaml'], cleanupOf(t), ['--import', old])
  assert.equal(await program.ended, 5)
  assert.match(program.errors, /needs Node 22\.19 or later.*npx node@26/)
})

test('a second start says which process runs it, since when and how to attach; after its end the next one starts', async t => {
  const cleanup = cleanupOf(t)
  const file = configFile(serviceYaml(0, [1]), cleanup)
  const first = new Piped([file], cleanup)
  const [, path] = await first.says(/revproxy-tui attach --control (\S+) \(start\)/)
  const second = new Piped([file], cleanup)
  assert.equal(await second.ended, 6)
  assert.match(
    second.errors,
    new RegExp(`by process ${first.child.pid} since .*\n  revproxy-tui attach --control ${path}\n`),
  )
  first.child.kill('SIGTERM')
  assert.equal(await first.ended, 0)
  await new Piped([file], cleanup).says(/listening on/)
})

test('a copy under another name is refused although the system would let it share the port', async t => {
  const cleanup = cleanupOf(t)
  const port = await freePort()
  const text = serviceYaml(port, [1])
  await new Piped([configFile(text, cleanup)], cleanup).says(/listening on/)
  assert.equal(await new Piped([configFile(text, cleanup)], cleanup).ended, 3)
})

test('where no control socket can lie by itself the proxy runs without; where one is wanted it does not start', async t => {
  const cleanup = cleanupOf(t)
  const file = configFile(serviceYaml(0, [1]), cleanup)
  const wanted = new Piped([file, '--control', `${file}/a.sock`], cleanup)
  assert.equal(await wanted.ended, 3)
  assert.match(wanted.errors, /no control socket can be made at/)
  const without = new Piped([file, '--no-control'], cleanup)
  await without.says(/listening on/)
  await new Piped([file, '--no-control'], cleanup).says(/listening on/)
  assert.doesNotMatch(without.output, /attach/)
})
