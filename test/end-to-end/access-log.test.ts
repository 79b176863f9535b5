/** The access log of the real program: on standard output, apart from its events, and rotated by a signal. */
import assert from 'node:assert/strict'
import {existsSync, readFileSync, renameSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {request} from 'undici'
import {until} from '../proxy/until.ts'
import {cleanupOf, configFile, namedInstance, Piped} from './binary.ts'

function yaml(port: number, accessLog: string): string {
  return `proxy:
  listen: {port: 0}
  accessLog: ${accessLog}
  services:
    - {name: api, domain: api.test, hosts: [{address: 127.0.0.1, port: ${port}}]}
`
}

async function ask(address: string, path: string): Promise<void> {
  const {body} = await request(`http://${address}${path}`, {headers: {host: 'api.test'}})
  await body.dump()
}

test('on stdout there is the access log alone, and events go to stderr', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('hello', cleanup)
  const program = new Piped(
    [configFile(yaml(port, '{path: stdout, format: common}'), cleanup), '--headless'],
    cleanup,
  )
  await until(() => /listening on \S+ /.test(program.errors))
  const [, address = ''] = /listening on (\S+) /.exec(program.errors) ?? []
  await ask(address, '/one')
  await program.says(/"GET \/one HTTP\/1\.1" 200 \d+\n/)
  program.child.kill('SIGUSR1')
  await until(() => /on stdout: there is no file to open again \(SIGUSR1\)/.test(program.errors))
  program.child.kill('SIGTERM')
  assert.equal(await program.ended, 0)
  assert.match(program.output, /^127\.0\.0\.1 - - \[[^\]]+\] "GET \/one HTTP\/1\.1" 200 \d+\n$/)
  assert.match(program.errors, /ran for/)
})

test('SIGUSR1 goes on in a new file: a relative path begins where the configuration is', async t => {
  const cleanup = cleanupOf(t)
  const {port} = await namedInstance('hello', cleanup)
  const file = configFile(yaml(port, '{path: access.log}'), cleanup)
  const log = join(dirname(file), 'access.log')
  const program = new Piped([file], cleanup)
  const [, address = ''] = await program.says(/listening on (\S+) /)
  await ask(address, '/one')
  await until(() => readFileSync(log, 'utf8').includes('/one'))
  renameSync(log, `${log}.1`)
  program.child.kill('SIGUSR1')
  await program.says(/access log \S+ reopened \(SIGUSR1\)/)
  await until(() => existsSync(log))
  await ask(address, '/two')
  await until(() => readFileSync(log, 'utf8').includes('/two'))
  assert.doesNotMatch(readFileSync(`${log}.1`, 'utf8'), /two/)
})

test('a log that cannot be written is one sentence and exit code 1', async t => {
  const cleanup = cleanupOf(t)
  const program = new Piped([configFile(yaml(1, '{path: missing/access.log}'), cleanup)], cleanup)
  assert.equal(await program.ended, 1)
  assert.match(program.errors, /^Cannot write the access log \S+missing\/access\.log: ENOENT.*\n$/)
})
