/** The inspector of a request: beside the list or on the whole screen, its tabs, and what can be done with the request. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Effect} from '../../source/dashboard/effects.ts'
import type {Session} from '../../source/dashboard/session.ts'
import {manyRequests, request, retriedLogin, shopRequests} from './request-samples.ts'
import {come, footer, open, press, selected, text} from './request-session.ts'

test('how an attempt ended is said over the end of its bar where there is room neither behind nor before it', () => {
  const attempts = [
    {...(retriedLogin.attempts[1] ?? assert.fail()), fault: 'RESET' as const, started: 0, ended: 119},
  ]
  const session = open([request(48_300, {duration: 119, status: 502, fault: 'RESET', detail: '', attempts})])
  press(session, '2 enter enter')
  const line = session.lines().find(each => each.includes(' 1 127.0.0.1:5001')) ?? ''
  assert.match(line, /━{10,} ✕ reset +$/)
  assert.equal(line.length, 80)
})

test('a target that does not fit is marked as cut, and what came of it stays', () => {
  for (const [columns, height] of [
    [60, 15],
    [80, 24],
  ] as const) {
    const session = open([request(48_300, {target: `/v1/orders/${'9'.repeat(60)}`})], columns, height)
    press(session, '2 enter enter')
    assert.match(session.lines()[1] ?? '', /^ GET \/v1\/orders\/9+… → 200 {3}20ms {3}1 attempt/)
  }
  const short = open([request(48_300, {target: '/v1/orders/91'})], 60, 15)
  press(short, '2 enter enter')
  assert.match(short.lines()[1] ?? '', /^ GET \/v1\/orders\/91 → 200/)
})

test('in a long list the place of the inspected one leaves the tabs their names', () => {
  const session = open(manyRequests(2000))
  press(session, '2 enter enter')
  assert.match(text(session), /4 Attempts {2}5 Raw +1 of 2,000 $/m)
})

test('a head whose secrets are hidden is not said to be cut, and one that was cut is', () => {
  const whole = request(48_300)
  const cut = whole.requestHead.slice(0, 60)
  const session = open([{...whole, requestHeadLength: whole.requestHead.length + 20}])
  press(session, '2 enter enter 2')
  assert.match(text(session), /hidden, v shows/)
  assert.doesNotMatch(text(session), /were kept/)
  const other = open([{...whole, requestHead: cut}])
  press(other, '2 enter enter 2')
  assert.match(text(other), /60B of \d+B were kept/)
})

test('the inspector: older and newer, its tabs, and back where it was', () => {
  const session = open()
  press(session, '2 enter')
  assert.match(session.lines()[0] ?? '', /#0\.48200/)
  press(session, 'j')
  assert.match(session.lines()[0] ?? '', /#0\.48199/)
  press(session, 'right')
  assert.match(session.lines()[2] ?? '', /\[2 Request\]/)
  press(session, '5')
  assert.match(session.lines()[2] ?? '', /\[5 Raw\]/)
  press(session, 'esc')
  assert.match(selected(session), /cart\/8812/)
})

test('what is longer than the screen scrolls, and no further than its end', () => {
  const session = open(shopRequests, 80, 12)
  press(session, '2 enter')
  const first = session.lines().slice(3, -1)
  press(session, 'pagedown pagedown pagedown pagedown pagedown')
  assert.match(text(session), /route auth\.local\/login → auth/)
  press(session, 'pageup pageup pageup')
  assert.deepEqual(session.lines().slice(3, -1), first)
})

test('where there is room it stands beside the list, and Enter again fills the screen', () => {
  const session = open(shopRequests, 160, 48)
  press(session, '2 enter')
  assert.match(session.lines()[4] ?? '', /^▌.*│ {2}200 /)
  press(session, 'enter')
  assert.match(session.lines()[0] ?? '', /#0\.48200/)
  press(session, 'esc esc')
  assert.ok(!text(session).includes('│'))
})

/** The answer to what was sent again. */
function replayed(session: Session, {original}: Extract<Effect, {type: 'replay'}>, line: string): void {
  const result = {instance: '127.0.0.1:3001', status: Number(line.slice(9, 12)), duration: 9}
  session.receiveReplays({
    original,
    results: [{...result, head: `${line}\r\n\r\n`, body: undefined, error: undefined}],
  })
}

test('what came of a replay is shown although the list followed when it was asked for', () => {
  const session = open([request(48_300)])
  press(session, '2 R')
  come(session, manyRequests(10))
  const effect = press(session, 'enter')?.effect
  assert.ok(effect?.type === 'replay')
  replayed(session, effect, 'HTTP/1.1 500 Oops')
  assert.match(text(session), /- status: 200\s+\n \+ status: 500/)
})

test('a replay is chosen, asks unless the method is safe, and shows what differs', () => {
  const session = open()
  assert.equal(press(session, '2 R enter')?.effect, undefined)
  assert.match(footer(session), /send POST \/login again to 127\.0\.0\.1:5001\? {2}y yes/)
  assert.equal(press(session, 'y')?.effect?.type, 'replay')
  const effect = press(session, 'j R j enter')?.effect
  assert.ok(effect?.type === 'replay')
  assert.deepEqual(effect.instances, ['127.0.0.1:3001'])
  replayed(session, effect, 'HTTP/1.1 200 OK')
  assert.match(text(session), /- status: 502\s+\n \+ status: 200/)
})

test('tab gives the keys to the inspector beside the list and takes them back', () => {
  const session = open(shopRequests, 140, 40)
  press(session, '2 enter')
  assert.match(text(session), /\[2 Requests\][\s\S]*\[Timing\]/)
  press(session, 'tab 2')
  assert.match(text(session), /\[2 Requests\][\s\S]*\[2 Request\]/)
  press(session, 'tab 1')
  assert.match(text(session), /\[1 Services\]/)
})

test('without room for both panes tab goes from one to the other', () => {
  const session = open()
  press(session, '2 j tab')
  assert.match(text(session), /\[1 Timing\]/)
  press(session, 'tab')
  assert.match(text(session), /\[2 Requests\]/)
})

test('curl, export and bodies are effects, not commands to the proxy', () => {
  const session = open()
  const curl = press(session, '2 y')?.effect
  assert.ok(curl?.type === 'copy')
  assert.match(curl.text(curl.of) ?? '', /^# its body|^curl/)
  const exported = press(session, 'e')?.effect
  assert.ok(exported?.type === 'export')
  assert.equal(exported.details.length, 17)
  const marked = press(session, 'j space E')?.effect
  assert.ok(marked?.type === 'export')
  assert.equal(marked.details.length, 1)
  assert.deepEqual(press(session, "' r b")?.effect, {type: 'capture', filter: 'retried'})
  assert.match(session.lines()[1] ?? '', /filter {2}retried {3}bodies kept of retried /)
  press(session, "' e")
  assert.match(session.lines()[1] ?? '', /filter {2}problem {3}bodies kept of retried /)
  assert.deepEqual(press(session, 'b')?.effect, {type: 'capture', filter: undefined})
  assert.doesNotMatch(text(session), /bodies kept/)
})
