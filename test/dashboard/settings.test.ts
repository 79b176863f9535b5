/** Settings at the keyboard: a key lists them, Enter changes one in a line, and what has been set stands on the screens. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Setting} from '../../source/control/control.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {shop} from './samples.ts'

const settings: readonly Setting[] = [
  {
    key: 'retryPolicy.retries',
    value: '2',
    file: '0',
    form: 'a whole number from 0 to 10',
    about: 'How many.',
  },
  {key: 'retryPolicy.total', value: 'none', file: undefined, form: 'a time', about: 'For all.'},
  {key: 'tcpHealthcheck.interval', value: '5s, 1s', file: undefined, form: 'a time', about: 'From one.'},
]

function open(readOnly = false, shown = shop()): Session {
  return new Session(shown, {columns: 120, height: 30}, {theme: plain, glyphs: glyphs(false), readOnly})
}

const press = (session: Session, ...keys: string[]) => keys.map(key => session.press(key)).at(-1)
const lastLine = (session: Session) => session.lines().at(-1) ?? ''
const set = (key: string, value: string | undefined, instance?: string) => [
  {type: 'set-setting', service: 'api', instance, key, value},
]

test('e asks for the settings of a service, and of the instance that is selected', () => {
  const session = open()
  assert.deepEqual(press(session, 'e')?.effect, {type: 'settings', service: 'api', instance: undefined})
  const effect = {type: 'settings', service: 'api', instance: '127.0.0.1:3001'}
  assert.deepEqual(press(session, 'j', 'e')?.effect, effect)
  assert.equal(press(open(true), 'e')?.effect, undefined)
})

test('a setting is chosen from the list, typed from what holds, and sent; the list stays', () => {
  const session = open()
  session.receiveSettings('api', undefined, settings)
  const text = session.lines().join('\n')
  assert.match(text, /── settings of api ─/)
  assert.match(text, /▌ {2}retryPolicy\.retries {6}2 {7}the file says 0 {2}How many\./)
  press(session, 'enter')
  assert.match(
    lastLine(session),
    /retryPolicy\.retries of api, now 2: 2▏ {2}a whole number from 0 to 10; file: as/,
  )
  assert.deepEqual(press(session, 'backspace', '4', 'enter')?.send?.commands, set('retryPolicy.retries', '4'))
  assert.equal(session.view.choosing?.of, 'setting')
  assert.deepEqual(
    press(session, 'enter', 'ctrl+u', ...'file', 'enter')?.send?.commands,
    set('retryPolicy.retries', undefined),
  )
  assert.deepEqual(
    press(session, 'j', 'j', 'enter', ...'2s', 'enter')?.send?.commands,
    set('tcpHealthcheck.interval', '2s'),
  )
  session.say('api: tcpHealthcheck.interval 5s → 2s', false)
  session.receiveSettings('api', undefined, settings)
  assert.match(lastLine(session), /interval 5s → 2s/, 'what came of a change stays to be read')
  assert.equal(session.view.choosing?.index, 2)
  assert.equal(press(session, 'enter', 'esc')?.send, undefined)
  assert.equal(session.view.choosing?.of, 'setting')
  press(session, 'esc')
  assert.equal(session.view.choosing, undefined)
})

test('the palette sets one by words, and opens the list', () => {
  const session = open()
  assert.equal(press(session, ':', ...'set api retries', 'enter')?.send, undefined)
  assert.deepEqual(press(session, ':', ...'set api retries 3', 'enter')?.send?.commands, set('retries', '3'))
  assert.deepEqual(
    press(session, ':', ...'set api/127.0.0.1:3001 statuses 502 503', 'enter')?.send?.commands,
    set('statuses', '502 503', '127.0.0.1:3001'),
  )
  assert.deepEqual(press(session, ':', ...'set ap', 'enter')?.effect, {
    type: 'settings',
    service: 'api',
    instance: undefined,
  })
})

test('what has been set stands on the page of the service and in the tab of the configuration', () => {
  const shown = shop()
  const [first, ...others] = shown.services
  assert.ok(first !== undefined)
  const held = [
    {key: 'retryPolicy.retries', instance: undefined, value: '2', file: '0'},
    {key: 'retryPolicy.retries', instance: '127.0.0.1:3001', value: '5', file: '0'},
  ]
  const session = open(false, shop({services: [{...first, settings: held}, ...others]}))
  press(session, 'enter')
  const page = session.lines().join('\n')
  assert.match(page, /── set while it runs ─+ e settings ──/)
  assert.match(page, /retryPolicy\.retries 2, the file says 0/)
  assert.match(page, /retryPolicy\.retries 5 for 127\.0\.0\.1:3001, the file says 0/)
  press(session, 'esc', '5')
  assert.match(session.lines().join('\n'), /retryPolicy\.retries +2, the file says 0/)
})

test('the fifth page of a service shows its settings; Enter types one anew, and a reader cannot', () => {
  for (const readOnly of [false, true]) {
    const session = open(readOnly)
    press(session, 'enter', '5')
    assert.equal(session.wants().policy, 'api')
    assert.match(session.lines().join('\n'), /\[5 Policy\][\s\S]*asking/)
    session.receivePolicy({service: 'api', settings, failed: undefined})
    assert.match(session.lines().join('\n'), /\[5 Policy\] +1 set while it runs/)
    assert.match(session.lines().join('\n'), /retryPolicy\.retries +2 +0 +How many\./)
    press(session, 'j', 'enter')
    if (readOnly) assert.match(lastLine(session), /a read-only dashboard changes nothing/)
    else
      assert.deepEqual(
        press(session, 'ctrl+u', ...'9s', 'enter')?.send?.commands,
        set('retryPolicy.total', '9s'),
      )
    press(session, 'esc', 'esc')
    assert.equal(session.wants().policy, undefined)
  }
  const session = open()
  press(session, 'enter', '5')
  session.receivePolicy({service: 'api', settings: [], failed: 'there is no file'})
  assert.match(session.lines().join('\n'), /there is no file/)
})

test('what was said before does not hide the keys of what is opened', () => {
  const session = open()
  session.say('saved', false)
  session.receiveSettings('api', undefined, settings)
  assert.doesNotMatch(lastLine(session), /saved/)
  press(session, 'esc')
  session.say('saved again', false)
  press(session, 'S')
  assert.doesNotMatch(lastLine(session), /saved/)
})
