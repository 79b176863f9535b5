/** What a person at the keyboard gets: selections that stay, questions only where it matters, everything undone again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {strategyNames} from '../../source/balancing/strategies.ts'
import type {Snapshot} from '../../source/control/control.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {event, instance, NOW, service, shop, snapshot, traffic} from './samples.ts'

function open(first: Snapshot = shop(), height = 24, columns = 80): Session {
  return new Session(first, {columns, height}, {theme: plain, glyphs: glyphs(false), readOnly: false})
}

function press(session: Session, keys: string) {
  return (
    keys
      .split(' ')
      .map(key => session.press(key))
      .at(-1)?.send?.commands ?? []
  )
}

const selected = (session: Session) =>
  session
    .lines()
    .find(line => line.startsWith('▌'))
    ?.trim() ?? ''
const footer = (session: Session) => session.lines().at(-1)?.trim() ?? ''

/** `count` instances whose rates are given by `rate`. */
function fleet(count: number, rate: (index: number) => number, at = NOW): Snapshot {
  const instances = Array.from({length: count}, (_, index) =>
    instance(10_000 + index, {traffic: traffic({perSecond: rate(index), requests: 1})}),
  )
  return snapshot({at, services: [service('fleet', instances)], total: traffic({requests: 1})})
}

test('the selection stays on its row when the order changes under it', () => {
  const session = open(fleet(5, index => index))
  press(session, '> > > j')
  assert.match(selected(session), /:10004/)
  session.accept(fleet(5, index => 10 - index, NOW + 3000))
  assert.match(selected(session), /:10004/)
  assert.match(
    session
      .lines()
      .filter(line => line.includes(':1000'))
      .at(-1) ?? '',
    /:10004/,
  )
})

test('a key that changes something acts on what is now, also while the screen shows what was', () => {
  const states = (operator: 'ready' | 'drain', at: number, count = 2) =>
    snapshot({
      at,
      services: [
        service(
          'fleet',
          Array.from({length: count}, (_, index) =>
            instance(10_000 + index, {operator, selectable: operator === 'ready'}),
          ),
        ),
      ],
    })
  const session = open(states('ready', NOW))
  press(session, 'j p')
  session.accept(states('drain', NOW + 1000))
  assert.match(selected(session), /:10000 .*up/)
  assert.deepEqual(press(session, 'd'), [
    {type: 'set-operator-state', service: 'fleet', instance: '127.0.0.1:10000', state: 'ready'},
  ])
  press(session, 'j')
  session.accept(states('drain', NOW + 2000, 1))
  assert.deepEqual(press(session, 'd'), [])
  assert.match(footer(session), /not there any more/)
})

test('rows do not change seats with each snapshot', () => {
  const session = open(fleet(3, index => index))
  press(session, '> > >')
  const order = () => session.lines().flatMap(line => /:1000\d/.exec(line)?.[0] ?? [])
  assert.deepEqual(order(), [':10002', ':10001', ':10000'])
  session.accept(fleet(3, index => -index + 9, NOW + 250))
  assert.deepEqual(order(), [':10002', ':10001', ':10000'])
  session.accept(fleet(3, index => -index + 9, NOW + 2250))
  assert.deepEqual(order(), [':10000', ':10001', ':10002'])
})

test('a row that is gone leaves the selection to its neighbour', () => {
  const session = open(fleet(3, () => 1))
  press(session, 'G right')
  session.accept(fleet(2, () => 1, NOW + 250))
  assert.match(selected(session), /:10001/)
})

test('ten thousand instances scroll, and only what is on screen is drawn', () => {
  const session = open(fleet(10_000, index => index))
  press(session, 'ctrl+d ctrl+d')
  assert.match(selected(session), /:10017/)
  press(session, 'G')
  assert.match(selected(session), /:19999/)
  const before = performance.now()
  for (let time = 0; time < 20; time++) press(session, 'k')
  session.lines()
  // Generous: a slow machine under load. Building all rows takes some 300 ms a key.
  assert.ok((performance.now() - before) / 20 < 60)
  assert.match(selected(session), /:19979/)
})

test('moving back up moves the bar, not the window', () => {
  const session = open(fleet(100, () => 1))
  press(session, 'pagedown pagedown')
  const top = session.lines()[4]
  press(session, 'k k k')
  assert.equal(session.lines()[4], top)
})

test('services fold, and unfold before they open', () => {
  const session = open()
  press(session, 'left')
  assert.match(selected(session), /▸ api/)
  assert.ok(!session.lines().join('').includes(':3001 '))
  press(session, 'right')
  assert.match(selected(session), /▾ api/)
  press(session, 'j left')
  assert.match(selected(session), /▾ api/)
  press(session, 'x')
  assert.equal(session.lines().filter(line => line.includes('▸')).length, 3)
})

test('only unhealthy rows are shown on demand, and escape shows all again', () => {
  const session = open()
  press(session, '.')
  const rows = session.lines().filter(line => / [●◐○] (up|drain|down)/.test(line))
  assert.deepEqual(
    rows.map(row => /127\S+/.exec(row)?.[0]),
    ['127.0.0.1:3003', '127.0.0.1:5002'],
  )
  press(session, 'esc')
  assert.ok(session.lines().some(line => line.includes('● up')))
})

test('strategy: next, or chosen from the list', () => {
  const session = open()
  assert.deepEqual(press(session, 's'), [{type: 'set-strategy', service: 'api', strategy: 'RANDOM'}])
  assert.deepEqual(press(session, 'j S G enter'), [
    {type: 'set-strategy', service: 'api', strategy: strategyNames.at(-1)},
  ])
  const last = {type: 'set-strategy', service: 'api', strategy: strategyNames.at(-1)}
  assert.deepEqual(press(session, 'S G tab enter'), [{...last, guard: true}])
  press(session, 'S tab')
  assert.match(session.lines().join('\n'), /strategy for api, guarded: taken back when errors double/)
  assert.match(session.lines().at(-1) ?? '', /tab without guard/)
  press(session, 'tab')
  assert.deepEqual(press(session, 'esc'), [])
  assert.equal(session.view.choosing, undefined)
})

test('drain asks only when nothing would be left', () => {
  const session = open()
  const drain = {type: 'set-operator-state', service: 'api', instance: '127.0.0.1:3001', state: 'drain'}
  assert.deepEqual(press(session, 'j d'), [drain])
  assert.deepEqual(press(session, 'j j d'), [{...drain, instance: '127.0.0.1:3003', state: 'ready'}])
  assert.deepEqual(press(session, 'G k d'), [])
  assert.match(footer(session), /^drain 127\.0\.0\.1:5001, the last of auth.*y yes {2}n no$/)
  assert.deepEqual(press(session, 'n'), [])
  assert.deepEqual(press(session, 'd y'), [{...drain, service: 'auth', instance: '127.0.0.1:5001'}])
  assert.deepEqual(press(session, 'g d'), [])
  assert.equal(footer(session), 'd drains one instance: select it')
})

test('a check of a service checks each of its instances', () => {
  const session = open()
  assert.deepEqual(press(session, 'j c'), [{type: 'check-now', service: 'api', instance: '127.0.0.1:3001'}])
  assert.equal(press(session, 'g c').length, 4)
})

test('undo takes back what the control said can be taken back, latest first', () => {
  const session = open()
  const step = session.press('s')
  const undo = {type: 'set-strategy', service: 'api', strategy: 'ROUND_ROBIN'} as const
  assert.ok(step.send)
  session.report(step.send, [{ok: true, message: 'api: RANDOM', undo}])
  assert.equal(footer(session), 'api: RANDOM')
  const taken = session.press('u')
  assert.deepEqual(taken.send, {commands: [undo], isUndo: true})
  session.report({commands: [undo], isUndo: true}, [{ok: true, message: 'api: ROUND_ROBIN', undo}])
  assert.equal(footer(session), 'undone: api: ROUND_ROBIN')
  assert.deepEqual(press(session, 'u'), [])
  assert.equal(footer(session), 'nothing to undo')
})

test('a message goes after some seconds and moves nothing', () => {
  const session = open()
  const before = session.lines()
  session.report({commands: [], isUndo: false}, [{ok: false, message: 'no such service'}])
  assert.equal(footer(session), 'no such service')
  assert.deepEqual(session.lines().slice(0, -1), before.slice(0, -1))
  session.accept({...shop(), at: NOW + 6000})
  assert.match(footer(session), /^↵ open/)
})

test('quitting asks while requests are in flight, ^C does not, and the second ^C cuts', () => {
  const session = open()
  assert.deepEqual(press(session, 'q'), [])
  assert.match(footer(session), /^stop the proxy\? 38 in flight may finish first/)
  assert.deepEqual(press(session, 'n'), [])
  assert.deepEqual(press(session, 'ctrl+c'), [{type: 'stop', force: false}])
  assert.deepEqual(press(session, 'ctrl+c'), [{type: 'stop', force: true}])
  const idle = open(fleet(1, () => 0))
  assert.deepEqual(press(idle, 'q'), [{type: 'stop', force: false}])
})

test('q in the help closes the help', () => {
  const session = open()
  assert.deepEqual(press(session, '? q'), [])
  assert.equal(session.view.help, undefined)
})

test('a pause holds the picture still and says for how long', () => {
  const session = open()
  press(session, 'p')
  session.accept({...fleet(1, () => 5), at: NOW + 42_000})
  const lines = session.lines()
  assert.match(lines[0] ?? '', /PAUSED -00:42/)
  assert.ok(lines.some(line => line.includes('ROUND_ROBIN 3/4')))
  press(session, 'p')
  assert.ok(session.lines().some(line => line.includes('fleet')))
})

test('stopping ends a pause', () => {
  const session = open()
  press(session, 'p')
  session.accept(shop({phase: 'draining', at: NOW + 1000}))
  assert.match(session.lines()[0] ?? '', /STOPPING/)
})

test('fewer frames on demand', () => {
  const session = open()
  press(session, '- -')
  assert.match(session.lines()[0] ?? '', /LIVE 1\/s/)
  const due = [250, 500, 750, 1000].map(ms => session.accept(shop({at: NOW + ms})))
  assert.deepEqual(due, [false, false, false, true])
})

test('events follow the newest until one is selected, then say how many came', () => {
  const events = Array.from({length: 40}, (_, index) => event(index + 1))
  const session = open(shop({events}))
  press(session, '4')
  assert.match(selected(session), /event 40/)
  press(session, 'j j')
  assert.match(selected(session), /event 38/)
  session.accept(shop({at: NOW + 250, events: [...events, event(41), event(42)]}))
  assert.match(selected(session), /event 38/)
  assert.ok(session.lines().join('').includes('+2 new'))
  press(session, 'g')
  assert.match(selected(session), /event 42/)
})

test('an event opens the page of what it is about', () => {
  const session = open()
  press(session, '4 enter')
  assert.match(session.lines()[0] ?? '', /revproxy › api/)
  assert.match(selected(session), /127\.0\.0\.1:3003/)
  press(session, 'esc')
  assert.match(session.lines()[2] ?? '', /\[1 Services\]/)
})

test('a page whose service is gone gives way to the overview', () => {
  const session = open()
  press(session, 'enter')
  session.accept(fleet(2, () => 1, NOW + 250))
  assert.match(session.lines()[2] ?? '', /\[1 Services\]/)
})
