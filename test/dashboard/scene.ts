/** Draws a scene at all sizes, with colours and without, and holds it against the text that is stored for it. */
import assert from 'node:assert/strict'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {test} from 'node:test'
import type {ConfigComparison, Setting, Snapshot} from '../../source/control/control.ts'
import type {RequestView} from '../../source/control/requests.ts'
import {startDashboard} from '../../source/dashboard/dashboard.tsx'
import {FakeControl, type FakeRequests} from './fake-control.ts'
import {passedOver, underWay} from './request-samples.ts'
import {openTerminal} from './terminal.ts'

process.env.TZ = 'UTC'

// Compiled tests run from build/: the stored texts stay with the source.
const folder = `${process.cwd()}/test/dashboard/scenes`
const sizes: readonly (readonly [number, number])[] = [
  [40, 8],
  [60, 15],
  [80, 24],
  [120, 40],
  [160, 48],
]

export interface Scene {
  readonly shown: Snapshot
  readonly held?: readonly RequestView[]
  readonly comparison?: ConfigComparison
  readonly bodies?: FakeRequests['bodies']
  readonly settings?: readonly Setting[]
  /** keys, and what is on screen when they have done their work */
  readonly steps: readonly (readonly [keys: string, until: string | RegExp])[]
}

async function screenOf(
  {shown, held = [], bodies, comparison, settings = [], steps}: Scene,
  columns: number,
  rows: number,
  colour: boolean,
) {
  const terminal = openTerminal(columns, rows)
  const {stdout, stdin} = terminal
  const control = new FakeControl(shown, held)
  control.requests.underWay = underWay
  control.requests.skipped = passedOver
  control.settingsHeld = settings
  if (comparison !== undefined) control.comparison = comparison
  if (bodies !== undefined) control.requests.bodies = bodies
  const dashboard = startDashboard(control, {stdout, stdin, colour, ascii: false, readOnly: false})
  await terminal.until(text => text.trim() !== '')
  let text = terminal.text()
  for (const [keys, until] of steps) {
    if (keys !== '') terminal.type(keys)
    // What was asked for because of a key is drawn with the next snapshot.
    await Promise.resolve()
    control.show({...shown})
    text = await terminal.until(typeof until === 'string' ? until : now => until.test(now))
  }
  // What was asked for because of the last key may still be on its way.
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  await dashboard.flushed()
  await new Promise<void>(resolve => terminal.screen.write('', resolve))
  text = terminal.text()
  const written = terminal.log.join('')
  dashboard.close()
  await dashboard.done
  return {text: `${text}\n`, written}
}

/** UPDATE_SCENES=1 writes the texts anew: then look at each. */
export function testScenes(scenes: Readonly<Record<string, Scene>>): void {
  mkdirSync(folder, {recursive: true})
  for (const [name, scene] of Object.entries(scenes)) {
    for (const [columns, rows] of sizes) {
      test(`${name} at ${columns}x${rows}, the same with colours and without`, async () => {
        const coloured = await screenOf(scene, columns, rows, true)
        const mono = await screenOf(scene, columns, rows, false)
        assert.equal(mono.text, coloured.text)
        assert.doesNotMatch(mono.written, /\x1b\[(?:\d+;)*(?:[349]\d|10[0-7])[;m]/, 'NO_COLOR')
        assert.match(mono.written, /\x1b\[1m/, 'bold stays')
        const path = `${folder}/${name}-${columns}x${rows}.txt`
        if (process.env.UPDATE_SCENES === '1') writeFileSync(path, coloured.text)
        assert.equal(coloured.text, readFileSync(path, 'utf8'))
      })
    }
  }
}
