/** Taking an instance out of service and back at the keyboard: what each key asks, sends, and says it would do. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {InstanceSnapshot, Snapshot} from '../../source/control/control.ts'
import type {InFlightView} from '../../source/control/requests.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {instance, NOW, service, snapshot, traffic} from './samples.ts'

const key = '127.0.0.1:3001'
const set = {type: 'set-operator-state', service: 'api', instance: key}

function fleet(first: Partial<InstanceSnapshot>, others = 1): Snapshot {
  const instances = [instance(3001, first), ...Array.from({length: others}, (_, at) => instance(3002 + at))]
  return snapshot({services: [service('api', instances)], total: traffic({requests: 1})})
}

function open(first: Snapshot, readOnly = false, columns = 120): Session {
  const session = new Session(first, {columns, height: 24}, {theme: plain, glyphs: glyphs(false), readOnly})
  session.press('j')
  return session
}

const press = (session: Session, name: string) => session.press(name).send?.commands ?? []
const footer = (session: Session) => session.lines().at(-1)?.trim() ?? ''

const draining = {
  operator: 'drain',
  operatorSince: NOW - 12_000,
  selectable: false,
  traffic: traffic({inFlight: 2}),
} as const

test('D takes an instance down after a yes, and brings it up without a question', () => {
  const session = open(fleet({}))
  assert.match(footer(session), /d drain {2,3}D down/)
  assert.deepEqual(press(session, 'D'), [])
  assert.match(footer(session), /^take 127\.0\.0\.1:3001 down\? 0 in flight may finish, checks stop.*y yes/)
  assert.deepEqual(press(session, 'n'), [])
  press(session, 'D')
  assert.deepEqual(press(session, 'y'), [{...set, state: 'maintenance'}])
  session.accept(fleet({operator: 'maintenance', selectable: false}))
  assert.match(footer(session), /d ready {2,3}D up/)
  assert.deepEqual(press(session, 'D'), [{...set, state: 'ready'}])
  assert.deepEqual(press(session, 'd'), [{...set, state: 'ready'}])
})

test('the last instance of a service: both keys say what it would mean', () => {
  const session = open(fleet({}, 0))
  press(session, 'D')
  assert.match(footer(session), /^take 127\.0\.0\.1:3001 down, the last of api\? requests will get 503/)
  press(session, 'n')
  press(session, 'd')
  assert.match(footer(session), /^drain 127\.0\.0\.1:3001, the last of api\? requests will get 503/)
})

test('D on one that drains cuts what it has, after a yes', () => {
  const session = open(fleet(draining))
  assert.match(footer(session), /d undrain {2,3}D cut now/)
  press(session, 'D')
  assert.match(footer(session), /^cut 2 in flight on 127\.0\.0\.1:3001\? it stays down for maintenance/)
  assert.deepEqual(press(session, 'y'), [{...set, state: 'maintenance', force: true}])
})

const request: InFlightView = {
  id: '0.1.1',
  at: NOW - 8100,
  method: 'GET',
  target: '/v1/export/2026',
  host: 'api.local',
  service: 'api',
  instance: key,
  attempts: 1,
  phase: 'body',
  bytesIn: 100,
  bytesOut: 1_200_000,
  idle: 0,
}

test('the page of the service lists what the selected one still has, the oldest, and when it will have ended', () => {
  const session = open(fleet({...draining, drainedInMs: 4200}, 3))
  press(session, 'left')
  press(session, 'g')
  press(session, 'enter')
  session.receiveInFlight([
    request,
    {...request, id: '0.2.1', at: NOW - 3000, target: '/v1/stream', bytesOut: 40_000},
  ])
  const text = session.lines().join('\n')
  assert.match(text, /127\.0\.0\.1:3001 is draining: 2 in flight, oldest 8\.1s, about 4s more/)
  assert.match(text, /d undrain {2}D cut now/)
  assert.match(text, /8\.1s GET +\/v1\/export\/2026 .*body 1\.20MB/)
  assert.match(text, /3\.0s GET +\/v1\/stream .*body 40\.0kB/)
  session.accept(fleet(draining, 3))
  assert.match(session.lines().join('\n'), /is draining: 2 in flight, oldest 8\.1s ─/)
  session.accept(fleet({...draining, operator: 'maintenance', traffic: traffic()}, 3))
  assert.match(
    session.lines().join('\n'),
    /is in maintenance for 12s, not checked: nothing in flight, safe to stop/,
  )
})

test('the palette has the words that would change something now; read-only has neither words nor keys', () => {
  const words = (session: Session) => {
    session.press(':')
    for (const letter of 'api 127.0.0.1:3001') session.press(letter)
    return session.lines().join('\n')
  }
  const drains = words(open(fleet(draining)))
  assert.match(drains, /undrain api 127\.0\.0\.1:3001 /)
  assert.match(drains, /maintenance api 127\.0\.0\.1:3001 +no requests, no checks, let 2 finish/)
  assert.match(drains, /cut api 127\.0\.0\.1:3001 +end 2 in flight/)
  assert.doesNotMatch(words(open(fleet({}))), /cut api|undrain api/)
  const reader = open(fleet(draining), true)
  assert.deepEqual([...press(reader, 'D'), ...press(reader, 'd')], [])
  assert.doesNotMatch(footer(reader), /cut now|undrain/)
  assert.doesNotMatch(words(reader), /drain api|maintenance api|cut api/)
})
