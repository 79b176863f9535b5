/** What holds on every screen: rewinding, the palette, read-only, themes, the mouse, and that no text reaches the terminal as it came. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {hostile, request, retriedLogin, shopRequests, underWay} from './request-samples.ts'
import {come, footer, open, press, selected, text} from './request-session.ts'
import {NOW, shop} from './samples.ts'

test('rewinding goes back in steps of ten seconds and hides what came later', () => {
  const session = open([])
  for (let second = 1; second <= 60; second++) session.accept(shop({at: NOW + second * 1000, events: []}))
  come(session, [
    request(1, {at: NOW + 5000, target: '/early'}),
    request(2, {at: NOW + 55_000, target: '/late'}),
  ])
  press(session, '2 [')
  assert.match(session.lines()[0] ?? '', /PAUSED -00:10/)
  press(session, '[ [ [')
  assert.match(session.lines()[0] ?? '', /PAUSED -00:40/)
  assert.ok(text(session).includes('/early') && !text(session).includes('/late'))
  press(session, '] ] ] ] ]')
  assert.match(session.lines()[0] ?? '', /LIVE/)
  assert.ok(text(session).includes('/late'))
  press(session, '[ [ [ [ [ [ [')
  assert.equal(footer(session), 'nothing older is kept')
})

test('the palette finds commands by their words, says what they do, and refuses with a reason', () => {
  const session = open()
  press(session, ': text:3001 space text:drain')
  assert.match(selected(session), /drain api 127\.0\.0\.1:3001 +no new requests, let 8 finish/)
  assert.deepEqual(press(session, 'enter')?.send?.commands, [
    {type: 'set-operator-state', service: 'api', instance: '127.0.0.1:3001', state: 'drain'},
  ])
  press(session, ': text:strategy space text:api space text:round enter')
  assert.equal(footer(session), 'it is that already')
  press(session, ': text:filter space text:5xx enter')
  assert.match(session.lines()[1] ?? '', /filter {2}status=5xx .*5 of 17/)
  press(session, ': text:goto space text:web space text:lat enter')
  assert.match(session.lines()[0] ?? '', /› web/)
})

test('read-only: no replay, no capture, no drain, in keys, footer, help or palette', () => {
  const session = open(shopRequests, 160, 48, true)
  for (const keys of ['2', 'R', 'b', '?']) press(session, keys)
  assert.ok(!/replay|bodies|drain/.test(text(session)))
  press(session, 'esc : text:drain')
  assert.match(text(session), /no command holds/)
  assert.equal(session.view.choosing, undefined)
})

test('a theme is chosen; without colours nothing else changes', () => {
  const session = open()
  press(session, 't')
  assert.equal(footer(session), 'theme: light')
  press(session, ': text:theme space text:blind enter')
  assert.equal(session.view.theme, 'colour-blind safe')
})

test('the wheel scrolls and a click selects', () => {
  const session = open()
  press(session, '2')
  session.point({is: 'click', column: 10, row: 6})
  assert.match(selected(session), /nowhere/)
  session.point({is: 'down', column: 10, row: 6})
  assert.match(selected(session), /POST +\/v1\/orders|search\?q=mug/)
  session.point({is: 'click', column: 10, row: 0})
  session.point({is: 'click', column: 10, row: 23})
  assert.match(selected(session), /POST +\/v1\/orders|search\?q=mug/)
})

test('what a client sends never reaches the terminal as it is', () => {
  for (const keys of [
    '2',
    '2 enter',
    '2 enter 2',
    '2 enter 3',
    '2 enter 4',
    '2 enter 5',
    '3',
    '2 space =',
    'n',
  ]) {
    const session = open([retriedLogin, hostile], 160, 48)
    press(session, keys)
    assert.doesNotMatch(session.lines().join(''), /[\x00-\x1f\x7f-\x9f\u202e]/, keys)
  }
})

test('in ASCII nothing else is drawn', () => {
  const ascii = {theme: plain, glyphs: glyphs(true), readOnly: false}
  const screens = [
    '2',
    '2 F',
    '2 enter',
    '2 enter enter',
    '2 R',
    '2 space j =',
    '3',
    'enter 3',
    'enter 4',
    ': d',
    "2 '",
  ]
  for (const keys of [...screens, '2 ?', '/ x : enter', 'n 4', '[']) {
    const session = new Session(shop({events: []}), {columns: 160, height: 48}, ascii)
    come(session, shopRequests)
    session.receiveInFlight(underWay)
    press(session, keys)
    assert.match(session.lines().join(''), /^[\x20-\x7e]*$/, keys)
  }
})
