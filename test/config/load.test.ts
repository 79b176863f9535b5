/** What a user is told when the file itself cannot be read. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {setTimeout} from 'node:timers/promises'
import {formatFinding} from '../../source/config/finding.ts'
import {loadConfig} from '../../source/config/load.ts'
import {MAX_FILE_BYTES, readingProblem} from '../../source/config/read-file.ts'
import {originalFile} from './sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'revproxy-config-'))
after(() => rmSync(folder, {recursive: true}))

function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** The one finding, without the path that it begins with. */
async function findingOf(path: string): Promise<string> {
  const {findings = []} = await loadConfig(path)
  assert.equal(findings.length, 1)
  const [finding] = findings.map(formatFinding)
  assert.ok(finding)
  assert.ok(finding.startsWith(path))
  return finding.slice(path.length)
}

test("the original project's file is read, with a byte order mark as well", async () => {
  for (const mark of ['', '\ufeff']) {
    const {config} = await loadConfig(fileWith('original.yaml', mark + originalFile))
    assert.equal(config?.services[0]?.name, 'my-service')
  }
})

test('after a byte order mark the columns are still right', async () => {
  const path = fileWith('mark.yaml', '\ufeffproxi: 1')
  assert.match(await findingOf(path), /^:1:1: unknown key "proxi"/)
})

test('a missing file, a directory, and a path through a file', async () => {
  assert.equal(await findingOf(join(folder, 'none.yaml')), ': there is no such file; check the path')
  assert.equal(await findingOf(folder), ': this is a directory; name the file in it')
  const path = join(fileWith('plain', ''), 'x.yaml')
  assert.equal(await findingOf(path), ': a part of the path is not a directory; check the path')
})

test('links in a circle, a name too long, a path with a NUL', async () => {
  const path = join(folder, 'circle')
  symlinkSync(path, path)
  assert.equal(await findingOf(path), ': the links to the file go in a circle; name the file itself')
  assert.equal(await findingOf(join(folder, 'x'.repeat(300))), ': the path is too long; check it')
  const {findings = []} = await loadConfig('a\0b')
  assert.match(findings.map(formatFinding).join(), /^a\\x00b: the file cannot be read/)
})

test('an empty file', async () => {
  assert.equal(
    await findingOf(fileWith('empty.yaml', '')),
    ':1:1: the file is empty; expected a mapping with proxy',
  )
})

test('a file of 1 MiB is read, one byte more is refused, and so is a device without end', async () => {
  const filled = originalFile + '#'.repeat(MAX_FILE_BYTES - originalFile.length)
  assert.ok((await loadConfig(fileWith('full.yaml', filled))).config)
  const tooLarge = ': the file is larger than 1 MiB; expected a configuration'
  assert.equal(await findingOf(fileWith('over.yaml', `${filled}#`)), tooLarge)
  if (process.platform === 'linux') assert.equal(await findingOf('/dev/zero'), tooLarge)
})

test('a pipe is read to its end, however slowly it comes, and one without a writer holds nobody', async t => {
  const path = join(folder, 'pipe')
  if (spawnSync('mkfifo', [path]).status !== 0) return t.skip('no pipes with names here')
  assert.equal(await findingOf(path), ':1:1: the file is empty; expected a mapping with proxy')
  const writer = openSync(path, 'r+')
  const loading = loadConfig(path)
  const half = originalFile.length / 2
  writeSync(writer, originalFile.slice(0, half))
  const early = await Promise.race([loading, setTimeout(50)])
  assert.equal(early, undefined, 'what has come is not taken for all')
  writeSync(writer, originalFile.slice(half))
  closeSync(writer)
  assert.equal((await loading).config?.services[0]?.name, 'my-service')
})

test('Latin-1 and UTF-16 are refused', async () => {
  const expected = ': the file is not UTF-8 text; save it as UTF-8'
  assert.equal(await findingOf(fileWith('latin1.yaml', Buffer.from('# caf\xe9', 'latin1'))), expected)
  assert.equal(await findingOf(fileWith('utf16.yaml', Buffer.from('\ufeffproxy: 1', 'utf16le'))), expected)
})

test('a file without permission to read', {
  skip: process.getuid?.() === 0 && 'root may read anything',
}, async () => {
  const path = fileWith('secret.yaml', originalFile)
  chmodSync(path, 0)
  assert.equal(await findingOf(path), ': no permission to read the file; allow it for this user')
})

test('every reason not to read a file says what to do', () => {
  for (const code of ['EACCES', 'EPERM']) {
    assert.equal(readingProblem(code), 'no permission to read the file; allow it for this user')
  }
  for (const code of ['EMFILE', 'ENFILE']) assert.match(readingProblem(code), /; raise the limit/)
  assert.match(readingProblem('EIO'), /cannot be read \(EIO\); check/)
  assert.match(readingProblem(undefined), /cannot be read \(unknown reason\); check/)
})
