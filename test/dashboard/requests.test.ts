/** What a person gets who looks at single requests: a list that never jumps, and the reason in three keys. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {manyRequests, request, retriedLogin, shopRequests} from './request-samples.ts'
import {come, footer, open, press, selected, text} from './request-session.ts'
import {NOW, shop, snapshot} from './samples.ts'

test('the newest is on top and followed, until the list is touched', () => {
  const session = open()
  press(session, '2')
  assert.match(selected(session), /POST +\/login/)
  come(session, [request(48_300, {target: '/new'})])
  assert.match(selected(session), /\/new/)
  press(session, 'j j')
  const before = session.lines().slice(3, -1)
  come(session, manyRequests(37))
  assert.deepEqual(session.lines().slice(3, -1), before)
  assert.match(text(session), /\+37 new/)
  press(session, 'g')
  assert.ok(!text(session).includes('new  '))
  assert.match(selected(session), /\/36 /)
})

test('a frozen list stays as it is while 50,000 requests come', () => {
  const session = open(manyRequests(20_000))
  press(session, '2 pagedown pagedown j')
  const before = session.lines().slice(4, -2)
  for (let round = 0; round < 20; round++)
    come(
      session,
      manyRequests(2500).map(each => ({...each, id: `${round}x${each.id}`})),
    )
  assert.deepEqual(session.lines().slice(4, -2), before)
  assert.match(text(session), /\+50\.0k new/)
})

test('whoever follows again after thousands came gets them from the recorder, and no request is counted twice', () => {
  const session = open(manyRequests(100))
  press(session, '2 j')
  come(session, manyRequests(3000, 200))
  assert.equal(session.lacksRequests, false)
  come(session, manyRequests(3000, 4000))
  assert.equal(session.lacksRequests, false, 'nothing is asked for while the list stands still')
  press(session, 'g')
  assert.equal(session.lacksRequests, true)
  come(session, manyRequests(6000, 200), true)
  assert.equal(session.lacksRequests, false)
  assert.match(selected(session), /\/6199 /)
})

test('a list that stands still keeps no error and no route from the screens that count them', () => {
  const session = open(manyRequests(100))
  press(session, '2 j j')
  const list = session.lines().slice(3, -2)
  come(session, manyRequests(6000, 200))
  press(session, '3')
  assert.equal(session.lacksRequests, true, 'more came than is kept for a list that stands still')
  come(session, manyRequests(7000, 200), true)
  come(session, [request(48_300, {service: 'late', status: 500})])
  session.accept(shop({at: NOW + 2000}))
  assert.match(text(session), /of 7,001 requests held/)
  assert.match(text(session), / 500 upstream late /)
  press(session, '2')
  assert.deepEqual(session.lines().slice(3, -2), list)
  assert.match(text(session), /\+6\.00k new {2}newest first, frozen/)
})

test('requests that nobody looks at are let go, but for the problems, and never from under a list that stands still', () => {
  const session = open()
  assert.equal(session.forgetRequests(), true)
  assert.equal(session.forgetRequests(), false)
  assert.match(text(session), /POST +\/login/)
  press(session, '2')
  assert.match(text(session), /reading the recorder/)
  come(session, shopRequests, true)
  press(session, 'j')
  assert.equal(session.forgetRequests(), false)
})

test('the newest problem opens before the recorder was read, and stays when it was', () => {
  const session = new Session(
    shop(),
    {columns: 80, height: 24},
    {theme: plain, glyphs: glyphs(false), readOnly: false},
  )
  session.receiveProblems({
    requests: shopRequests.filter(({problem}) => problem),
    cursor: '',
    missed: 0,
    kept: 0,
  })
  press(session, 'n')
  assert.match(text(session), /requests › #0\.48200/)
  come(session, shopRequests, true)
  assert.match(text(session), /requests › #0\.48200/)
  press(session, 'esc')
  assert.match(text(session), /frozen/)
  assert.match(text(session), /of 17|17 kept/)
  assert.doesNotMatch(text(session), / new /)
})

test('problems that are kept longer than other requests make no route look worse than it is', () => {
  const failing = Array.from({length: 2000}, (_, index) => request(index, {id: `9.${index}`, status: 502}))
  const fine = Array.from({length: 20_000}, (_, index) =>
    request(2000 + index, {status: index % 100 === 0 ? 500 : 200}),
  )
  const session = open([...failing, ...fine])
  press(session, 'enter 4')
  assert.match(text(session), /GET +\/v1\/orders\/:id .* 1\.00 /)
})

test('the newest problem opens also where a list stands still that is older than it', () => {
  const session = open(manyRequests(100))
  press(session, '2 j esc 1')
  const newest = request(48_900, {target: '/newest', status: 502, fault: 'RESET'})
  session.receiveProblems({requests: [newest], cursor: '', missed: 0, kept: 0})
  press(session, 'n')
  assert.match(text(session), /#0\.48900/)
  assert.equal(session.lacksRequests, true)
  come(session, manyRequests(3, 300))
  assert.equal(session.lacksRequests, true, 'what was asked for before is not all')
  come(session, [...manyRequests(110), newest, request(48_901)], true)
  assert.equal(session.lacksRequests, false)
  assert.match(text(session), /#0\.48900[\s\S]*\/newest[\s\S]*2 of 112/)
  press(session, 'k')
  assert.match(text(session), /#0\.48901/)
})

test('what falls out of what is held are the oldest, but not the latest problems', () => {
  const session = open([retriedLogin])
  press(session, '2 f')
  press(session, 'f')
  for (let round = 0; round < 15; round++)
    come(
      session,
      Array.from({length: 2500}, (_, index) => request(index, {id: `${round}.${index}`, status: 200})),
    )
  press(session, "' r")
  assert.match(selected(session), /POST +\/login/)
  const held = Number(/of ([\d,]+)/.exec(text(session))?.[1]?.replace(',', ''))
  assert.ok(held >= 20_000 && held <= 26_001, String(held))
})

test('three keys from an instance with errors to the reason', () => {
  const session = open()
  press(session, 'j j j j enter')
  assert.match(session.lines()[1] ?? '', /service:api instance:"127\.0\.0\.1:3004" .*3 of 17/)
  press(session, 'enter')
  assert.match(text(session), /127\.0\.0\.1:3004 reset the connection 121 ms after the request was sent/)
})

test('n goes to the next problem, N back, and says when there is none', () => {
  const session = open()
  press(session, '2 n')
  assert.match(selected(session), /POST +\/login/)
  press(session, 'n')
  assert.match(selected(session), /cart\/8812 .*502/)
  press(session, 'N')
  assert.match(selected(session), /POST +\/login/)
  press(session, 'N')
  assert.equal(footer(session), 'no newer problem in this list')
})

test('a problem that was off the screen is shown with what came before and after it', () => {
  const plainOnes = Array.from({length: 100}, (_, index) =>
    request(index, {id: `0.${index}`, target: `/${index}`}),
  )
  const session = open([...plainOnes.slice(0, 50), {...retriedLogin, id: '0.1000'}, ...plainOnes.slice(50)])
  press(session, '2 n')
  const lines = session.lines()
  const row = lines.findIndex(line => line.startsWith('▌'))
  assert.match(lines[row] ?? '', /POST +\/login/)
  assert.match(lines[row - 1] ?? '', /\/50 /)
  assert.match(lines[row + 5] ?? '', /\/45 /)
})

test('n on the first screen opens the newest problem', () => {
  const session = open()
  press(session, 'n')
  assert.match(session.lines()[0] ?? '', /requests › #0\.48200/)
  assert.match(text(session), /safe to retry/)
})

/** What a screen asks for that lists no requests. */
const nothing = {
  log: undefined,
  inFlight: false,
  config: false,
  policy: undefined,
  details: [],
  reveals: false,
}

test('only what is looked at is asked for', () => {
  assert.equal(open().wants().log, 'problems', 'the first screen lists no others')
  const session = new Session(
    snapshot(),
    {columns: 80, height: 24},
    {
      theme: plain,
      glyphs: glyphs(false),
      readOnly: false,
    },
  )
  assert.deepEqual(session.wants(), nothing)
  press(session, '2')
  assert.equal(session.wants().log, 'all')
  press(session, 'F')
  assert.equal(session.wants().inFlight, true)
  come(session, shopRequests)
  press(session, 'enter v')
  assert.deepEqual(session.wants().details, ['0.48200'])
  assert.equal(session.wants().reveals, true)
  press(session, 'esc 5')
  assert.equal(session.wants().config, true)
  press(session, '4')
  assert.deepEqual(session.wants(), nothing)
})

test('errors, routes and instances lead to their requests', () => {
  const session = open()
  press(session, '3 enter')
  assert.match(session.lines()[1] ?? '', /error:RESET service:api instance:"127\.0\.0\.1:3004" .*3 of 17/)
  press(session, '1 enter 4 enter')
  assert.match(session.lines()[1] ?? '', /service:api method:GET route:"?\/v1\/cart\/:id/)
  press(session, '1 enter 3 j enter')
  assert.match(session.lines()[1] ?? '', /service:api instance:"127\.0\.0\.1:3001"/)
})

test('with 20,000 requests held every key is answered within 50 ms of work', t => {
  const session = open(manyRequests(20_000), 160, 48)
  const slow: string[] = []
  const timed = (key: string) => {
    // Time on the processor: others use the machine too.
    const start = process.threadCpuUsage()
    session.press(key)
    session.lines()
    const {user, system} = process.threadCpuUsage(start)
    const took = (user + system) / 1000
    if (took > 20) t.diagnostic(`${key} ${took.toFixed(0)} ms`)
    if (took > 50) slow.push(`${key} ${took.toFixed(0)}`)
  }
  for (const key of '2 j j pagedown G g n N enter j j k esc'.split(' ')) timed(key)
  for (const filter of ['status>=500 or dur>100ms', 'path:/v1/cart/*', 'retried', '!(5xx) host~local']) {
    timed('/')
    timed('ctrl+u')
    for (const key of filter) timed(key)
    timed('enter')
    timed('G')
  }
  for (const key of ['esc', '3', 'j', 'enter', '1', 'enter', '4', '>', 'j', '3', 'j', ':', 'd', 'r'])
    timed(key)
  // The first time of each may meet code that is not compiled yet.
  assert.ok(slow.length <= 3, slow.join(', '))
})
