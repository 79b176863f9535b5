/** A proxy whose configuration lies in a file of its own, as users have it. */
import assert from 'node:assert/strict'
import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadConfig} from '../../source/config/load.ts'
import {Controller} from '../../source/control/controller.ts'
import {type Cleanups, TestProxy} from '../proxy/harness.ts'

/** `write` puts another text in the file's place, as editors do. */
export async function startOfFile(t: Cleanups, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-'))
  const path = join(folder, 'api.yaml')
  const write = (next: string) => {
    writeFileSync(`${path}.new`, next)
    renameSync(`${path}.new`, path)
  }
  write(text)
  const {config, given, findings} = await loadConfig(path)
  assert.equal(findings, undefined)
  const controller = await Controller.start({config, configName: 'api.yaml', file: {path, given}})
  t.after(async () => {
    await controller.execute({type: 'stop', force: true}, 'test')
    await controller.stopped
    rmSync(folder, {recursive: true})
  })
  return {proxy: new TestProxy(controller), controller, path, write}
}
