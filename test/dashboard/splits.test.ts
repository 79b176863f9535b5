/** A split at the keyboard: moved by steps, set by words, and said where it cannot be. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {instance, service, snapshot} from './samples.ts'

function open(percent: number, readOnly = false): Session {
  const api = service('api', [instance(3001)], {
    paths: ['/api', '/rest'],
    headers: ['x-env: canary'],
    split: {to: 'api-next', percent, by: 'client'},
  })
  const shown = snapshot({services: [api, service('api-next', [instance(3002)])]})
  return new Session(shown, {columns: 120, height: 24}, {theme: plain, glyphs: glyphs(false), readOnly})
}

function commands(session: Session, ...keys: string[]) {
  return keys.map(key => session.press(key)).at(-1)?.send?.commands
}

function setTo(percent: number) {
  return [{type: 'set-split', service: 'api', percent}]
}

test('{ and } move it by steps that grow, from wherever it stands', () => {
  assert.deepEqual(commands(open(0), '}'), setTo(1))
  assert.deepEqual(commands(open(7), '}'), setTo(10))
  assert.deepEqual(commands(open(7), '{'), setTo(5))
  const full = open(100)
  assert.equal(commands(full, '}'), undefined)
  assert.match(full.lines().at(-1) ?? '', /api gives 100 % to api-next/)
  const other = open(7)
  other.press('G')
  assert.equal(commands(other, '}'), undefined)
  assert.match(other.lines().at(-1) ?? '', /api-next has no split/)
  assert.equal(commands(open(7, true), '}'), undefined)
})

test('the palette sets it to a number, and says how it stands', () => {
  const session = open(7)
  session.press(':')
  for (const key of 'split api') session.press(key)
  assert.match(session.lines().join('\n'), /split api .*now 7 % to api-next: type how many percent/)
  for (const key of ' 33') session.press(key)
  assert.deepEqual(commands(session, 'enter'), setTo(33))
  for (const key of [':', ...'split api 101']) session.press(key)
  assert.equal(commands(session, 'enter'), undefined)
  assert.match(session.lines().at(-1) ?? '', /0 to 100 percent/)
})

test('the page of the service says for which requests it is, and what it gives away', () => {
  const session = open(7)
  session.press('enter')
  assert.match(
    session.lines()[1] ?? '',
    /api\.local \/api, \/rest {2}x-env: canary {2}7 % of clients → api-next {2}ROUND_ROBIN/,
  )
})

test('a wide overview shows the split of a service, and weights where they differ', () => {
  const api = service('api', [instance(3001, {weight: 5}), instance(3002)], {
    split: {to: 'api-next', percent: 10, by: 'request'},
  })
  const services = [api, service('api-next', [instance(3003)])]
  const look = {theme: plain, glyphs: glyphs(false), readOnly: false}
  const lines = (columns: number, all = services) =>
    new Session(snapshot({services: all}), {columns, height: 24}, look).lines()
  const wide = lines(160)
  assert.match(wide[3] ?? '', /STATE +W +R\/S/)
  assert.match(wide[4] ?? '', /api +ROUND_ROBIN 2\/2 10 % → api-next +/)
  assert.match(wide[5] ?? '', /127\.0\.0\.1:3001 +● up +5 /)
  assert.match(wide[6] ?? '', /127\.0\.0\.1:3002 +● up +1 /)
  for (const columns of [140, 160, 200]) assert.ok(lines(columns).every(line => line.length === columns))
  assert.doesNotMatch(lines(160, [service('api', [instance(3001)])])[3] ?? '', / W /)
  assert.doesNotMatch(lines(120)[3] ?? '', / W /)
})
