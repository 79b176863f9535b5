/** A writer of lines that never waits: files that are rotated, pipes that nobody reads, disks that are full. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
} from 'node:fs'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {LogWriter} from '../../source/access-log/log-writer.ts'
import {newFolder} from '../folder.ts'
import {until} from '../proxy/until.ts'

async function writerFor(t: TestContext, path: string) {
  const said: string[] = []
  const writer = await LogWriter.start({
    path,
    failed: why => said.push(`failed: ${why}`),
    recovered: dropped => said.push(`recovered: ${dropped}`),
    notReopened: why => said.push(`not reopened: ${why}`),
  })
  t.after(() => writer.close(0))
  return {writer, said}
}

function fifo(t: TestContext): string {
  const path = join(newFolder(t), 'pipe')
  assert.equal(spawnSync('mkfifo', [path]).status, 0)
  return path
}

test('rotation: every line is in exactly one file, whole and in order', async t => {
  const folder = newFolder(t)
  const path = join(folder, 'access.log')
  const {writer, said} = await writerFor(t, path)
  let line = 0
  for (let file = 1; file <= 20; file++) {
    for (let batch = 0; batch < 50; batch++) {
      let text = ''
      for (let count = 0; count < 10; count++) text += `${String(line++).padStart(100, '.')}\n`
      writer.add(text, 10)
      if (batch % 10 === 0) await new Promise(setImmediate)
    }
    renameSync(path, `${path}.${file}`)
    writer.reopen()
    await until(() => existsSync(path))
  }
  await writer.close(5000)
  const files = [...Array.from({length: 20}, (_, index) => `${path}.${index + 1}`), path]
  const all = files.map(name => readFileSync(name, 'latin1')).join('')
  assert.equal(
    all,
    Array.from({length: line}, (_, index) => `${String(index).padStart(100, '.')}\n`).join(''),
  )
  assert.equal(writer.written, line)
  assert.equal(writer.dropped, 0)
  assert.deepEqual(said, [])
})

test('a file that cannot be opened once more: the one before goes on', async t => {
  const folder = newFolder(t)
  const inner = mkdtempSync(join(folder, 'inner-'))
  const path = join(inner, 'access.log')
  const {writer, said} = await writerFor(t, path)
  writer.add('one\n', 1)
  await until(() => writer.written === 1)
  renameSync(inner, join(folder, 'moved'))
  writer.reopen()
  await until(() => said.length > 0)
  assert.match(said[0] ?? '', /^not reopened: ENOENT/)
  writer.add('two\n', 1)
  await until(() => writer.written === 2)
  assert.equal(readFileSync(join(folder, 'moved', 'access.log'), 'latin1'), 'one\ntwo\n')
})

test('a path that cannot be opened is an error at the start', async t => {
  await assert.rejects(writerFor(t, join(newFolder(t), 'missing', 'access.log')), /ENOENT/)
})

test('a full disk: lines are dropped and counted, and nobody waits', {
  skip: !existsSync('/dev/full'),
}, async t => {
  const {writer, said} = await writerFor(t, '/dev/full')
  writer.add('one\ntwo\n', 2)
  await until(() => writer.dropped === 2)
  assert.equal(writer.written, 0)
  assert.equal(said.length, 1)
  assert.match(said[0] ?? '', /^failed: ENOSPC/)
})

/** As on a full disk, writes of this process end in the middle. Gives false where that cannot be had. */
function limitFiles(bytes: string): boolean {
  return spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]).status === 0
}

test('a file that takes nothing more in the middle of a line is left behind when it is put aside', async t => {
  const path = join(newFolder(t), 'access.log')
  const {writer, said} = await writerFor(t, path)
  if (!limitFiles('10100')) return t.skip('prlimit is not to be had')
  t.after(() => limitFiles('unlimited'))
  const lines = 1000
  writer.add(`${'x'.repeat(199)}\n`.repeat(lines), lines)
  await until(() => said.length === 1)
  assert.match(said[0] ?? '', /^failed: EFBIG/)
  renameSync(path, `${path}.1`)
  writer.reopen()
  await until(() => existsSync(path))
  writer.add('next\n', 1)
  await until(() => said.length === 2)
  assert.equal(readFileSync(path, 'latin1'), 'next\n')
  assert.equal(readFileSync(`${path}.1`, 'latin1').length, 10_100)
  assert.deepEqual([writer.written, writer.dropped], [51, 950])
  assert.equal(said[1], 'recovered: 950')
})

test('a pipe that nobody reads: lines are dropped; once somebody does, they are written again', async t => {
  const path = fifo(t)
  const {writer, said} = await writerFor(t, path)
  assert.deepEqual(said, ['failed: nobody reads the pipe'])
  writer.add('one\n', 1)
  await until(() => writer.dropped === 1)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.after(() => closeSync(reader))
  writer.add('two\n', 1)
  await until(() => writer.written === 1)
  const bytes = Buffer.alloc(100)
  assert.equal(bytes.toString('latin1', 0, readSync(reader, bytes)), 'two\n')
  assert.deepEqual(said.slice(1), ['recovered: 1'])
})

test('a reader that stops reading: the pipe and the memory for waiting lines fill up, the rest is dropped', async t => {
  const path = fifo(t)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const {writer, said} = await writerFor(t, path)
  const lines = 1000
  const text = `${'x'.repeat(999)}\n`.repeat(lines)
  const before = performance.now()
  for (let count = 0; count < 20; count++) {
    writer.add(text, lines)
    await new Promise(setImmediate)
  }
  assert.ok(performance.now() - before < 5000, 'nobody waited for the reader')
  assert.ok(writer.dropped >= 11 * lines, `${writer.dropped} of 20,000 were dropped`)
  assert.deepEqual(said, ['failed: what takes the lines is too slow'])
  // It reads again: what waited comes whole.
  let read = ''
  const bytes = Buffer.alloc(65_536)
  await until(() => {
    try {
      for (;;) {
        const count = readSync(reader, bytes)
        if (count === 0) break
        read += bytes.toString('latin1', 0, count)
      }
    } catch {
      // nothing there now
    }
    return writer.written + writer.dropped === 20 * lines && read.length === writer.written * 1000
  })
  assert.ok(
    read
      .trimEnd()
      .split('\n')
      .every(line => line === 'x'.repeat(999)),
  )
  assert.equal(said.length, 2)
  closeSync(reader)
})

test('a reader that goes away costs lines, not the proxy', async t => {
  const path = fifo(t)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const {writer, said} = await writerFor(t, path)
  closeSync(reader)
  writer.add('one\n', 1)
  await until(() => writer.dropped === 1)
  assert.match(said[0] ?? '', /^failed: EPIPE/)
})
