/** Filters at the keyboard: written like a line in a shell, refused with a place, remembered, and added to from a request. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {open, press, text} from './request-session.ts'

test('& adds a condition of the selected request to the filter that is set', () => {
  const session = open()
  press(session, '2 / text:method:GET enter')
  press(session, 'n &')
  assert.match(text(session), /── add to the filter, of #0\.\d+ ─/)
  assert.match(text(session), /service:api +the service's name/)
  assert.match(text(session), /status:502 +what the client got/)
  press(session, 'j j enter')
  assert.match(session.lines()[1] ?? '', /filter {2}method:GET status:502 /)
  press(session, '& j enter')
  assert.match(session.lines()[1] ?? '', /filter {2}method:GET status:502 instance:"127\.0\.0\.1:3004" /)
  press(session, '& esc')
  assert.doesNotMatch(text(session), /add to the filter/)
})

test('a filter is typed, applied, remembered, and cleared with escape', () => {
  const session = open()
  press(session, '/ text:status:502 enter')
  assert.match(session.lines()[1] ?? '', /filter {2}status:502 .*3 of 17/)
  press(session, '/ ctrl+u text:nope:1 enter')
  assert.match(session.lines()[2] ?? '', /▲ no field is called nope/)
  assert.match(session.lines()[1] ?? '', /3 of 17/)
  press(session, 'up enter')
  assert.match(session.lines()[1] ?? '', /filter {2}status:502 .*3 of 17/)
  press(session, 'esc')
  assert.match(session.lines()[1] ?? '', /filter {2}none/)
})

test('the filter line is edited like a line in a shell', () => {
  const session = open()
  press(session, '/ text:stat tab text:500 left left backspace text:4 home delete ctrl+k')
  assert.match(session.lines()[1] ?? '', /filter {2}▏ /)
  press(session, 'text:日本 left text:x')
  assert.match(session.lines()[1] ?? '', /filter {2}日x▏本/)
  press(session, 'ctrl+w')
  assert.match(session.lines()[1] ?? '', /filter {2}▏本/)
})

test('keys that mean something elsewhere are text while the filter is written', () => {
  const session = open()
  assert.equal(press(session, '/ text:qsdR?:')?.send, undefined)
  assert.match(session.lines()[1] ?? '', /qsdR\?:▏/)
  assert.deepEqual(press(session, 'ctrl+c')?.send?.commands, [{type: 'stop', force: false}])
})

test('saved filters, and one of your own', () => {
  const session = open()
  press(session, "2 ' e")
  assert.match(session.lines()[1] ?? '', /filter {2}problem .*7 of 17/)
  press(session, "/ ctrl+u text:path:/v1/cart/* enter ' M esc ' m")
  assert.match(session.lines()[1] ?? '', /filter {2}path:\/v1\/cart\/\*/)
})
