/** One proxy a path, whoever starts when; rights for the owner alone; what a dead process left is replaced. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {AlreadyRunning} from '../../source/socket/claim.ts'
import {PlaceError, socketFolder, socketName} from '../../source/socket/places.ts'
import {sweep} from '../../source/socket/sweep.ts'
import {newFolder} from '../folder.ts'
import {claimed} from './served.ts'

const claimer = fileURLToPath(new URL('claimer.js', import.meta.url))

/** A process of its own that claims the path; says `claimed` or `runs PID`. */
async function claiming(t: TestContext, path: string, ...more: readonly string[]) {
  const child = spawn(process.execPath, [claimer, path, ...more], {stdio: ['pipe', 'pipe', 'inherit']})
  t.after(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', piece => {
    said += piece
  })
  while (!said.includes('\n')) await once(child.stdout, 'data')
  return {child, said: said.trim()}
}

test('the socket and its folder are for their owner alone, and the socket is gone when it is closed', async t => {
  const before = process.umask(0)
  t.after(() => void process.umask(before))
  const path = join(newFolder(t), 'new', 'a.sock')
  const server = await claimed(t, path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(join(path, '..')), ['a.sock'])
  await server.close()
  assert.deepEqual(readdirSync(join(path, '..')), [])
})

test('a second claim says who is there; a process that is there and does not answer holds it as well', async t => {
  const server = await claimed(t)
  await assert.rejects(claimed(t, server.path), error => {
    assert.ok(error instanceof AlreadyRunning)
    assert.equal(error.info?.pid, process.pid)
    assert.equal(error.info?.config, '/etc/test.yaml')
    return true
  })
  const mute = createServer()
  const path = join(newFolder(t), 'mute.sock')
  await new Promise<void>(resolve => mute.listen(path, resolve))
  t.after(() => void mute.close())
  await assert.rejects(claimed(t, path), error => error instanceof AlreadyRunning && error.info === undefined)
})

test('of twelve processes that claim what a killed one left, one gets it, and all others are told which', async t => {
  const path = join(newFolder(t), 'a.sock')
  const first = await claiming(t, path)
  assert.equal(first.said, 'claimed')
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  assert.ok(existsSync(path), 'it is still there')
  const all = await Promise.all(Array.from({length: 12}, () => claiming(t, path)))
  const winners = all.filter(({said}) => said === 'claimed')
  assert.equal(winners.length, 1, all.map(({said}) => said).join(', '))
  const others = new Set(all.map(({said}) => said).filter(said => said !== 'claimed'))
  assert.deepEqual([...others], [`runs ${winners[0]?.child.pid}`])
  assert.deepEqual(readdirSync(join(path, '..')), ['a.sock'], 'nothing else is left there')
})

/** Listens there until it is killed, which leaves the socket. */
async function killedOn(t: TestContext, path: string): Promise<void> {
  const {child, said} = await claiming(t, path)
  assert.equal(said, 'claimed')
  child.kill('SIGKILL')
  await once(child, 'close')
}

test('what dead processes left is swept away; what lives, is young or is no socket is not', async t => {
  const folder = newFolder(t)
  const at = (name: string) => join(folder, name)
  const alive = await claimed(t, at('alive.sock'))
  for (const name of ['dead.sock', 'other.sock']) await killedOn(t, at(name))
  await killedOn(t, at('.0123abcd'))
  await killedOn(t, at('.abcd0123'))
  writeFileSync(at('precious.sock'), '')
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'close')
  const hourAgo = Date.now() / 1000 - 4000
  for (const name of ['other.sock.1-2-3.1', 'alive.sock.none.1']) {
    symlinkSync(String(dead.pid), at(name))
    lutimesSync(at(name), hourAgo, hourAgo)
  }
  symlinkSync(String(dead.pid), at('alive.sock.1-2-4.1'))
  utimesSync(at('.0123abcd'), hourAgo, hourAgo)
  await sweep(folder)
  assert.deepEqual(readdirSync(folder).sort(), [
    '.abcd0123',
    'alive.sock',
    'alive.sock.1-2-4.1',
    'precious.sock',
  ])
  await alive.close()
})

test('twelve processes that claim and sweep what killed ones left: still one gets it', async t => {
  const path = join(newFolder(t), 'a.sock')
  await killedOn(t, path)
  const all = await Promise.all(Array.from({length: 12}, () => claiming(t, path, 'sweep')))
  assert.equal(all.filter(({said}) => said === 'claimed').length, 1, all.map(({said}) => said).join(', '))
  assert.deepEqual(readdirSync(join(path, '..')), ['a.sock'])
})

test('who died while replacing a socket does not keep it from others', async t => {
  const path = join(newFolder(t), 'a.sock')
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'close')
  symlinkSync(String(dead.pid), `${path}.none.1`)
  await claimed(t, path)
})

test('what is no socket is left alone, and the words say what to do', async t => {
  const folder = newFolder(t)
  const path = join(folder, 'a.sock')
  writeFileSync(path, 'precious')
  await assert.rejects(claimed(t, path), PlaceError)
  assert.equal(statSync(path).size, 8)
  assert.deepEqual(readdirSync(folder), ['a.sock'])
  await assert.rejects(claimed(t, join(folder, 'x'.repeat(120))), /longer than \d+ bytes.*--control/)
  await assert.rejects(claimed(t, join(folder, 'no', 'such', 'a.sock')), /none can be made/)
})

test('a common folder that is open to others is refused', async t => {
  const runtime = newFolder(t)
  const before = process.env.XDG_RUNTIME_DIR
  process.env.XDG_RUNTIME_DIR = runtime
  t.after(() => {
    if (before === undefined) delete process.env.XDG_RUNTIME_DIR
    else process.env.XDG_RUNTIME_DIR = before
  })
  const folder = socketFolder()
  assert.equal(folder, join(runtime, 'revproxy-tui'))
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  await assert.rejects(claimed(t, join(folder, 'a.sock')), /others can look into .*chmod 700/)
  chmodSync(folder, 0o700)
  await claimed(t, join(folder, 'a.sock'))
})

test('names: one file has one by whatever path, files of one name in two folders have two', t => {
  const folder = newFolder(t)
  mkdirSync(join(folder, 'one'))
  mkdirSync(join(folder, 'two'))
  for (const where of ['one', 'two']) writeFileSync(join(folder, where, 'my proxy.yaml'), '')
  symlinkSync(join(folder, 'one', 'my proxy.yaml'), join(folder, 'link.yaml'))
  const name = socketName(join(folder, 'one', 'my proxy.yaml'))
  assert.match(name, /^my-proxy-[0-9a-f]{10}\.sock$/)
  assert.equal(socketName(join(folder, 'link.yaml')), name)
  assert.notEqual(socketName(join(folder, 'two', 'my proxy.yaml')), name)
})
