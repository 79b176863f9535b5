/** Faults on purpose at the keyboard: a banner that cannot be overlooked, a key that begins one, and one that ends all. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {NOW, shop} from './samples.ts'

const fault = {
  number: 7,
  service: 'api',
  instance: '127.0.0.1:3001',
  text: 'delay 2s 50%',
  struck: 12,
  until: NOW + 24_000,
} as const

function open(faults: readonly (typeof fault)[], columns = 120, readOnly = false): Session {
  return new Session(shop({faults}), {columns, height: 40}, {theme: plain, glyphs: glyphs(false), readOnly})
}

test('every screen says that faults are on, the small ones too', () => {
  const session = open([fault])
  for (const key of ['1', '2', '3', '4', '?']) {
    session.press(key)
    assert.match(session.lines()[0] ?? '', /1 FAULT ON PURPOSE/, key)
  }
  assert.match(open([fault], 60).lines()[0] ?? '', /FAULT /)
  const tiny = new Session(
    shop({faults: [fault]}),
    {columns: 39, height: 7},
    {theme: plain, glyphs: glyphs(false), readOnly: false},
  )
  assert.match(tiny.lines()[0] ?? '', /^FAULT/)
  assert.doesNotMatch(open([]).lines().join('\n'), /FAULT/)
})

test('the page of the service lists them; I turns all off, in one key', () => {
  const session = open([fault])
  session.press('enter')
  assert.match(session.lines().join('\n'), /delay 2s 50% {2}on 127\.0\.0\.1:3001, met 12, 24s to go/)
  assert.deepEqual(session.press('I').send?.commands, [{type: 'clear-faults', number: undefined}])
  assert.equal(open([]).press('I').send, undefined)
})

test('of many faults the page of the service says how many it does not list', () => {
  const session = open([fault, fault, fault, fault, fault])
  session.press('enter')
  const page = session.lines().join('\n')
  assert.equal(page.split('delay 2s 50%').length - 1, 3)
  assert.match(page, /^ {3}and 2 more/m)
})

test('i begins one for the row, Enter puts it on; what is not whole says what is missing', () => {
  const session = open([])
  session.press('j')
  session.press('i')
  assert.match(session.lines().join('\n'), /fault api 127\.0\.0\.1:3001/)
  for (const letter of 'status 503 x3') session.press(letter)
  assert.deepEqual(session.press('enter').send?.commands, [
    {type: 'add-fault', service: 'api', instance: '127.0.0.1:3001', fault: 'status 503 x3'},
  ])
  session.press('i')
  assert.equal(session.press('enter').send, undefined)
  assert.match(session.lines().at(-1) ?? '', /delay 2s, status 503, reset 1000/)
  const reader = open([fault], 120, true)
  assert.equal(reader.press('I').send, undefined)
  reader.press('j')
  reader.press('i')
  assert.doesNotMatch(reader.lines().join('\n'), /fault api/)
})
