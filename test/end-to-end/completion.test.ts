/** Completion where it is used: Tab in the real shells, with the names of a proxy that runs. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {spawn as spawnPty} from '@lydell/node-pty'
import xterm from '@xterm/headless'
import {newFolder} from '../folder.ts'
import {until} from '../proxy/until.ts'
import {bin, cleanupOf, configFile, Piped, serviceYaml} from './binary.ts'

const shells = {
  bash: {args: ['--norc', '--noprofile', '-i'], setUp: 'source <(revproxy-tui completion bash)'},
  zsh: {
    args: ['-f', '-i'],
    setUp: 'autoload -Uz compinit && compinit -u -D && source <(revproxy-tui completion zsh)',
  },
  fish: {args: ['--no-config', '-i'], setUp: 'revproxy-tui completion fish | source'},
} as const

/** A shell in a terminal, with the program on its path and one proxy that runs. */
async function shellScene(t: TestContext, shell: keyof typeof shells) {
  const cleanup = cleanupOf(t)
  const folder = newFolder(t)
  const env = {XDG_RUNTIME_DIR: join(folder, 'run')}
  mkdirSync(env.XDG_RUNTIME_DIR, {mode: 0o700})
  const file = configFile(serviceYaml(0, [4001, 4002]), cleanup)
  await new Piped([file], cleanup, [], env).says(/attach --control/)
  const program = join(folder, 'revproxy-tui')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`)
  chmodSync(program, 0o755)
  const {args, setUp} = shells[shell]
  const pty = spawnPty(shell, [...args], {
    name: 'xterm',
    cols: 200,
    rows: 40,
    cwd: folder,
    env: {
      ...process.env,
      ...env,
      HOME: folder,
      PATH: `${folder}:${process.env.PATH}`,
      PS1: '$ ',
      TERM: 'xterm',
    },
  })
  cleanup.after(() => pty.kill('SIGKILL'))
  const terminal = new xterm.Terminal({cols: 200, rows: 40, allowProposedApi: true})
  pty.onData(data => terminal.write(data))
  // A shell may ask the terminal what it is before it does anything.
  terminal.onData(data => pty.write(data))
  const screen = () => {
    const {active} = terminal.buffer
    const lines = Array.from({length: 40}, (_, row) => active.getLine(active.baseY + row))
    return lines.map(line => line?.translateToString(true) ?? '').join('\n')
  }
  const type = async (keys: string, shown: string) => {
    pty.write(keys)
    await until(
      () => screen().includes(shown),
      () => `no "${shown}" on\n${screen().trim()}`,
    )
  }
  await type(`${setUp}; echo set''up\r`, 'setup')
  return type
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  const isThere = spawnSync(shell, ['--version']).status === 0
  const skip = isThere ? false : `there is no ${shell} here: apt-get install ${shell}`
  test(`${shell} completes commands, names of instances and options`, {skip}, async t => {
    const type = await shellScene(t, shell)
    await type('revproxy-tui mainten\t', 'revproxy-tui maintenance ')
    await type('api/127.0.0.1:4002 --fo\t', 'revproxy-tui maintenance api/127.0.0.1:4002 --force')
    // Of several candidates, what they have in common is put in.
    await type('\x15revproxy-tui drain ap\t', 'revproxy-tui drain api/127.0.0.1:400')
    await type('\x15revproxy-tui strategy api LEAST\t', 'revproxy-tui strategy api LEAST_CONNECTIONS')
  })
}

test('what is asked for by the scripts: values of options, files, and nothing where nothing is known', async t => {
  const cleanup = cleanupOf(t)
  const env = {XDG_RUNTIME_DIR: newFolder(t)}
  const asked = async (...words: string[]) => {
    const program = new Piped(['__complete', ...words], cleanup, [], env)
    assert.equal(await program.ended, 0)
    assert.equal(program.errors, '')
    return program.output.split('\n').map(line => line.split('\t')[0])
  }
  assert.ok((await asked('')).includes('status'))
  assert.ok((await asked('')).includes(':files'))
  assert.deepEqual(await asked('check', ''), [':files', ''])
  assert.deepEqual(await asked('status', '--control', ''), [':files', ''])
  assert.deepEqual(await asked('drain', ''), [''])
  assert.deepEqual(await asked('wait', ''), ['healthy', 'drained', ''])
  assert.deepEqual(await asked('status', '--json', '--'), ['--control', '--token-file', '--help', ''])
  assert.deepEqual(await asked('status', ''), [''])
  assert.deepEqual(await asked('completion', ''), ['bash', 'zsh', 'fish', ''])
})
