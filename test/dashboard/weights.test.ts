/** A weight at the keyboard: asked for by a key, set by words, shown in a column. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {instance, service, snapshot} from './samples.ts'

function open({readOnly = false, columns = 120, single = false} = {}): Session {
  const instances = [instance(3001, {weight: 5}), instance(3002, {weight: 0, selectable: false})]
  const more = single ? [] : [instance(3003, {backup: true})]
  const shown = snapshot({services: [service('api', [...instances, ...more])]})
  const session = new Session(shown, {columns, height: 24}, {theme: plain, glyphs: glyphs(false), readOnly})
  session.press('enter')
  return session
}

const lastLine = (session: Session) => session.lines().at(-1) ?? ''

function commands(session: Session, ...keys: string[]) {
  return keys.map(key => session.press(key)).at(-1)?.send?.commands
}

const setTo = (weight: number, port = 3001) => [
  {type: 'set-weight', service: 'api', instance: `127.0.0.1:${port}`, weight},
]

test('w asks for a number: digits alone count, enter sets it, esc and an empty answer leave it', () => {
  const session = open()
  session.press('w')
  assert.match(lastLine(session), /weight of 127\.0\.0\.1:3001, now 5: .*0 to 1000.*↵ set {2}esc leave it/)
  assert.deepEqual(commands(session, '1', 'x', '2', '5', 'backspace', 'enter'), setTo(12))
  assert.equal(commands(session, 'w', '7', 'esc'), undefined)
  assert.equal(commands(session, 'w', 'enter'), undefined)
  assert.doesNotMatch(lastLine(session), /weight of/)
})

test('more than 1000 is not sent, and the question stays open', () => {
  const session = open()
  assert.equal(commands(session, 'w', ...'9999', 'enter'), undefined)
  assert.match(lastLine(session), /a weight is 0 to 1000/)
  assert.deepEqual(commands(session, 'backspace', 'enter'), setTo(999))
})

test('weight 0 for the last one that can serve asks first', () => {
  const session = open({single: true})
  assert.equal(commands(session, 'w', '0', 'enter'), undefined)
  assert.match(lastLine(session), /weight 0 for 127\.0\.0\.1:3001, the last of api\? requests will get 503/)
  assert.deepEqual(commands(session, 'y'), setTo(0))
  assert.deepEqual(commands(open(), 'w', '0', 'enter'), setTo(0))
})

test('w is for one instance, and a read-only dashboard has none', () => {
  const overview = open()
  commands(overview, 'esc', 'g')
  assert.equal(commands(overview, 'w'), undefined)
  assert.match(lastLine(overview), /w sets the weight of one instance: select it/)
  const session = open({readOnly: true})
  assert.equal(commands(session, 'w', '3', 'enter'), undefined)
})

test('the palette sets it by words, and says how it stands', () => {
  const session = open()
  assert.deepEqual(
    commands(session, ':', ...'weight 3002 7', 'enter'),
    setTo(7, 3002),
    'a part of its name is enough',
  )
  commands(session, ':', ...'weight api 127.0.0.1:3002')
  assert.match(session.lines().join('\n'), /weight api 127\.0\.0\.1:3002 .*now 0: type how much/)
  assert.deepEqual(commands(session, ...' 8', 'enter'), setTo(8, 3002))
  assert.equal(commands(session, ':', ...'weight api 127.0.0.1:3002 1001', 'enter'), undefined)
  assert.match(session.lines().join('\n'), /a weight is 0 to 1000/)
})

for (const columns of [80, 120, 160])
  test(`the table at ${columns} has a column for it, and backups are called so`, () => {
    const lines = open({columns}).lines()
    const header = lines.findIndex(line => line.includes('INSTANCE'))
    const end = (lines[header] ?? '').indexOf(' W ') + 2
    assert.ok(end > 2, 'no column W')
    const cells = [1, 2, 3].map(row => lines[header + row]?.slice(end - 3, end).trim())
    assert.deepEqual(cells, ['5', '0', '1'])
    assert.match(lines[header + 3] ?? '', /● backup/)
  })

test('the tab of the configuration says each weight that is not 1', () => {
  const session = open({columns: 120})
  commands(session, 'esc', '5')
  const shown = session.lines().join('\n')
  assert.match(shown, /127\.0\.0\.1:3001 +ready, weight 5/)
  assert.match(shown, /127\.0\.0\.1:3002 +ready, weight 0/)
})

test('l asks how many requests an instance gets at a time, from what holds now', () => {
  const instances = [instance(3001, {maxConnections: 20}), instance(3002)]
  const shown = snapshot({services: [service('api', instances)]})
  const session = new Session(
    shown,
    {columns: 120, height: 24},
    {theme: plain, glyphs: glyphs(false), readOnly: false},
  )
  session.press('enter')
  const limit = (maxConnections: number, port: number) => [
    {type: 'set-max-connections', service: 'api', instance: `127.0.0.1:${port}`, maxConnections},
  ]
  session.press('l')
  assert.match(
    lastLine(session),
    /at a time on 127\.0\.0\.1:3001, now 20: 20▏ {2}1 to 1000000, 0: any number {2}↵ set/,
  )
  assert.deepEqual(commands(session, 'x', '0', 'enter'), limit(200, 3001))
  assert.equal(commands(session, 'l', 'enter'), undefined)
  assert.equal(session.view.typing, undefined)
  assert.deepEqual(commands(session, 'j', 'l', 'backspace', '7', 'left', '1', 'enter'), limit(17, 3002))
  assert.equal(commands(session, 'l', 'ctrl+u', ...'1000001', 'enter'), undefined)
  assert.match(lastLine(session), /a limit is 0 to 1000000/)
})

test('L asks for the rate of a client, tab for that of all services, and both may be off', () => {
  const limit = {requests: 10, perMs: 1000, burst: 20}
  const services = [service('api', [instance(3001)], {rateLimit: limit})]
  const session = new Session(
    snapshot({services}),
    {columns: 140, height: 24},
    {theme: plain, glyphs: glyphs(false), readOnly: false},
  )
  const set = (name: string | undefined, to: unknown) => [{type: 'set-rate-limit', service: name, limit: to}]
  session.press('L')
  assert.match(lastLine(session), /rate of a client to api, now 10\/s burst 20: 10\/s burst 20▏/)
  assert.deepEqual(
    commands(session, 'ctrl+u', ...'600/m', 'enter'),
    set('api', {requests: 600, perMs: 60_000, burst: 600}),
  )
  assert.deepEqual(commands(session, 'L', 'ctrl+u', ...'off', 'enter'), set('api', undefined))
  commands(session, 'L', 'tab')
  assert.match(lastLine(session), /rate of a client to all services, now off: ▏/)
  assert.deepEqual(
    commands(session, 'ctrl+u', ...'5/250ms', 'enter'),
    set(undefined, {requests: 5, perMs: 250, burst: 5}),
  )
  assert.equal(commands(session, 'L', 'ctrl+u', ...'often', 'enter'), undefined)
  assert.match(lastLine(session), /a rate is written like 10\/s/)
})

test('the tab of the configuration says limits and rates, of a service and of all together', () => {
  const limit = {requests: 10, perMs: 1000, burst: 10}
  const services = [service('api', [instance(3001, {maxConnections: 7})], {rateLimit: limit})]
  const session = new Session(
    snapshot({services, rateLimit: {...limit, requests: 900, burst: 900}}),
    {columns: 120, height: 30},
    {theme: plain, glyphs: glyphs(false), readOnly: false},
  )
  session.press('5')
  const text = session.lines().join('\n')
  assert.match(text, /\n rate limit +900 in 1s a client/)
  assert.match(text, /\n {3}rate limit +10 in 1s a client/)
  assert.match(text, /127\.0\.0\.1:3001 +ready, at most 7 at a time/)
})
