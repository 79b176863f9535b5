/** The package as it is published: it runs with its declared dependencies alone, wherever it is put. */
import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {newFolder} from '../folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The tarball's files, without npm: those that `files` names, and those that always are. */
function unpacked(t: {after(step: () => void): void}): string {
  const folder = newFolder(t)
  const npm = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const out = execFileSync('npm', npm, {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
  const packed = JSON.parse(out) as Record<string, unknown> | readonly unknown[]
  // npm 12 gives an object by name, those before it a list.
  const [first] = Object.values(packed) as readonly {readonly filename: string}[]
  execFileSync('tar', ['-xzf', join(folder, first?.filename ?? ''), '-C', folder])
  return join(folder, 'package')
}

test('the packed program checks a file, and finds its dependencies among those that it declares', t => {
  const place = unpacked(t)
  const {dependencies} = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  for (const name of Object.keys(dependencies)) {
    const at = join(place, 'node_modules', name)
    mkdirSync(dirname(at), {recursive: true})
    symlinkSync(join(root, 'node_modules', name), at)
  }
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(place, 'dist', 'bin.js'), ...args], {cwd: tmpdir(), encoding: 'utf8'})
  const good = run('check', join(place, 'sample.yaml'))
  assert.equal(good.status, 0, good.stderr)
  const bad = join(place, 'bad.yaml')
  writeFileSync(bad, 'proxy: {}\n')
  assert.equal(run('check', bad).status, 1)
  assert.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/)
})
