/** What is said on top of every screen while a certificate wants to be looked at, and where instances come from. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {CertificateSnapshot, SourceSnapshot} from '../../source/control/control.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {instance, service, snapshot} from './samples.ts'

const {at} = snapshot({})
const DAY_MS = 24 * 60 * 60 * 1000

function open(more: Parameters<typeof snapshot>[0]): Session {
  return new Session(
    snapshot(more),
    {columns: 120, height: 24},
    {theme: plain, glyphs: glyphs(false), readOnly: false},
  )
}

function titleWith(...certificates: readonly Partial<CertificateSnapshot>[]): string {
  const good = {path: '/a.pem', names: ['a.test'], expiresAt: at + 90 * DAY_MS, problem: undefined}
  return open({certificates: certificates.map(one => ({...good, ...one}))}).lines()[0] ?? ''
}

test('the top line says the worst of all certificates, and nothing while all is well', () => {
  assert.doesNotMatch(titleWith({}), /CERT/)
  assert.match(titleWith({}, {expiresAt: at + 9.5 * DAY_MS}), /CERT EXPIRES IN 9 d/)
  assert.match(titleWith({expiresAt: at + 1000}), /CERT EXPIRES TODAY/)
  assert.match(titleWith({problem: 'broken'}, {expiresAt: at + 9 * DAY_MS}), /CERT NOT REPLACED/)
  assert.match(titleWith({problem: 'broken', expiresAt: at - 1}), /CERT EXPIRED/)
})

test('the page of a service says where its instances come from; what goes wrong comes first', () => {
  const sources: SourceSnapshot[] = [
    {kind: 'file', name: '/etc/hosts.yaml', count: 1, answeredAt: at - 12_000, problem: undefined},
    {kind: 'name', name: 'api.test', count: 1, answeredAt: at - 60_000, problem: 'the name server failed'},
  ]
  const page = (given: readonly SourceSnapshot[]) => {
    const session = open({services: [service('api', [instance(3001)], {sources: given})]})
    session.press('enter')
    return session.lines()[1] ?? ''
  }
  assert.match(page(sources.slice(0, 1)), / from hosts\.yaml 12s ago/)
  assert.match(page(sources), / api\.test kept for 1m: the name server failed \+1/)
})

test('a listener with TLS is offered with https', () => {
  const {listeners} = snapshot({})
  const session = open({services: [service('api', [])], secureListeners: listeners})
  assert.doesNotMatch(session.lines().join('\n'), /http:\/\//)
})
