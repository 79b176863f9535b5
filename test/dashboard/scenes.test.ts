/** Whole screens at several sizes beside the text they should be. UPDATE_SCENES=1 writes them anew: then look at each. */
import assert from 'node:assert/strict'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {test} from 'node:test'
import type {Snapshot} from '../../source/control/control.ts'
import {startDashboard} from '../../source/dashboard/dashboard.tsx'
import {FakeControl} from './fake-control.ts'
import {instance, NOW, service, shop, snapshot, traffic} from './samples.ts'
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

const lastCheck = {at: NOW - 3000, passed: false, tookMs: 1, reason: 'connection refused'}
const down = (port: number) =>
  instance(port, {verdict: 'down', verdictSince: NOW - 9000, selectable: false, lastCheck, failuresInRow: 3})

interface Scene {
  readonly shown: Snapshot
  readonly keys: string
  /** on screen when the scene is complete */
  readonly until: string
}

const scenes: Record<string, Scene> = {
  overview: {shown: shop(), keys: 'jjj', until: '▌'},
  service: {shown: shop(), keys: 'jjj\r', until: '›'},
  events: {shown: shop(), keys: '2', until: '[2 Events]'},
  help: {shown: shop(), keys: '?', until: 'MOVE'},
  choose: {shown: shop(), keys: 'S', until: 'strategy for api'},
  paused: {shown: shop(), keys: 'p', until: 'PAUSED'},
  confirm: {shown: shop(), keys: 'Gkd', until: 'y yes'},
  untouched: {
    shown: snapshot({
      listeners: ['127.0.0.1:8080'],
      services: [
        service('shop', [instance(3001), instance(3002, {verdict: 'unknown', lastCheck: undefined})], {
          domains: ['shop.example.com'],
        }),
        service('blog', [instance(4001, {verdict: 'unknown', lastCheck: undefined})], {check: undefined}),
      ],
    }),
    keys: '',
    until: 'q quit',
  },
  outage: {
    shown: snapshot({
      services: [service('shop', [down(3001), down(3002)])],
      total: traffic({requests: 90, perSecond: 3, errorShare: 1}),
    }),
    keys: '',
    until: 'q quit',
  },
  stopping: {shown: shop({phase: 'draining'}), keys: '', until: 'stopping: 38'},
}

async function screenOf({shown, keys, until}: Scene, columns: number, rows: number, colour: boolean) {
  const terminal = openTerminal(columns, rows)
  const {stdout, stdin} = terminal
  const dashboard = startDashboard(new FakeControl(shown), {
    stdout,
    stdin,
    colour,
    ascii: false,
    readOnly: false,
  })
  await terminal.until(text => text.trim() !== '')
  if (keys !== '') terminal.type(keys)
  const text = await terminal.until(until)
  const written = terminal.log.join('')
  dashboard.close()
  await dashboard.done
  return {text: `${text}\n`, written}
}

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
