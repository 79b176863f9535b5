/** What a switch did, on the service's page: the columns by width, too few requests, and where `u` is offered. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Snapshot, SwitchSide} from '../../source/control/control.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {switched} from './samples.ts'

function screen(shown: Snapshot, columns: number, isAscii = false, height = 40): string {
  const size = {columns, height}
  const session = new Session(shown, size, {theme: plain, glyphs: glyphs(isAscii), readOnly: false})
  session.press('right')
  return session.lines().join('\n')
}

function since(after: Partial<SwitchSide>): Snapshot {
  const shown = switched()
  const services = shown.services.map(service =>
    service.lastSwitch === undefined
      ? service
      : {...service, lastSwitch: {...service.lastSwitch, after: {...service.lastSwitch.after, ...after}}},
  )
  return {...shown, services}
}

test('what does not fit goes: p50 under 80 columns, p95 under 60; shares and errors stay', () => {
  const row = (columns: number) => /\n( +\S*3001 .*→.*)\n/.exec(screen(switched(), columns))?.[1] ?? ''
  assert.match(row(80), /33 → {2}35 % +7\.2 → +7\.4 +35 → +41 +0\.00 → 0\.10 *$/)
  assert.match(row(60), /33 → {2}35 % +35 → +41 +0\.00 → 0\.10 *$/)
  assert.match(row(50), /33 → {2}35 % +0\.00 → 0\.10 *$/)
})

test('only ASCII where only that is safe', () => {
  const drawn = screen(switched(), 80, true)
  assert.match(drawn, /-- strategy ROUND_ROBIN -> RANDOM 12s ago/)
  assert.match(drawn, /33 -> {2}35 %/)
  assert.match(drawn, /-- strategy ROUND_ROBIN [\x20-\x7e\n]*\n {3}all {3}/)
})

test('few requests since prove nothing: only what was before is shown', () => {
  const drawn = screen(since({requests: 19}), 80)
  assert.match(drawn, /too few requests yet: 19 since/)
  assert.match(drawn, /33 → {3}- %/)
  assert.doesNotMatch(screen(since({requests: 20}), 80), /too few/)
})

test('an instance without requests since has a share, and no percentile or error share', () => {
  const side = {
    key: '127.0.0.1:3001',
    share: 0,
    requests: 0,
    p50: undefined,
    p95: undefined,
    errorShare: undefined,
  }
  assert.match(screen(since({instances: [side]}), 80), /33 → {3}0 % +7\.2 → +- +35 → +- +0\.00 → +- /)
})

test('u is offered only where it takes back this switch', () => {
  const shown = switched()
  const size = {columns: 120, height: 40}
  const session = new Session(shown, size, {theme: plain, glyphs: glyphs(false), readOnly: false})
  session.press('right')
  const title = () => session.lines().find(line => line.includes('strategy ROUND_ROBIN →')) ?? ''
  assert.match(title(), /12s ago, against 58s before/)
  assert.doesNotMatch(title(), /u undo/)
  const undo = {type: 'set-strategy', service: 'api', strategy: 'ROUND_ROBIN'} as const
  session.report({commands: [], isUndo: false}, [{ok: true, message: 'switched', undo}])
  assert.match(title(), /u undo/)
})
