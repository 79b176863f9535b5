/** What is on screen, word for word, and that each line fits whatever a snapshot holds. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import stringWidth from 'string-width'
import type {InstanceSnapshot, Snapshot} from '../../source/control/control.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain, theme} from '../../source/dashboard/theme.ts'
import {anyInFlight, anyKeys, anyRequest, anySnapshot} from './any-snapshot.ts'
import {event, instance, NOW, service, shop, snapshot, traffic} from './samples.ts'

process.env.TZ = 'UTC'

function linesOf(shown: Snapshot, columns = 80, height = 24, keys = '', ascii = false): string[] {
  const session = new Session(
    shown,
    {columns, height},
    {theme: plain, glyphs: glyphs(ascii), readOnly: false},
  )
  for (const key of keys.split(' ').filter(each => each !== '')) session.press(key)
  return session.lines()
}

const lineWith = (lines: readonly string[], text: string) =>
  lines.find(line => line.includes(text))?.trimEnd() ?? ''

test('rows of the overview', () => {
  const lines = linesOf(shop())
  assert.equal(
    lineWith(lines, 'revproxy'),
    ' revproxy  shop.yaml  :8080                   LIVE 4/s   up 14m   ● 7  ◐ 1  ○ 1',
  )
  assert.equal(
    lineWith(lines, 'ROUND_ROBIN 3/4'),
    '▌▾ api               ROUND_ROBIN 3/4   812 ▅▆▇▇▅▅▇▇  7.4   38   190  0.31    24',
  )
  assert.equal(
    lineWith(lines, ':3003  '),
    '     127.0.0.1:3003  ◐ drain 12s        12 ▁▁▁▁▁▁▁▁  9.1   61   402  0.00     2',
  )
  assert.equal(
    lineWith(lines, ':5002  ○'),
    '     127.0.0.1:5002  ○ down 38s          0 ▁▁▁▁▁▁▁▁    -    -     -     -     0',
  )
})

test('the newest seconds of the spark in the head are never cut off', () => {
  for (let columns = 80; columns <= 200; columns++)
    assert.doesNotMatch(linesOf(shop(), columns)[1] ?? '', /…/, `${columns} columns`)
})

test('a narrow screen keeps name, state, rate and errors', () => {
  assert.equal(lineWith(linesOf(shop(), 40, 8), ':3003'), '    127.0.0.1:3003 ◐ drain     12  0.00')
  assert.deepEqual(linesOf(shop(), 60, 7)[0], '1.24k r/s 0.42 % err ●7 ◐1 ○1 (60x7, grow for more)         ')
})

test('in ASCII nothing else is drawn', () => {
  const all = ['', 'enter', '2', '3', '4', '4 enter', '2 ?', '?', 'S', ':']
    .flatMap(keys => linesOf(shop(), 120, 40, keys, true))
    .join('')
  assert.match(all, /^[\x20-\x7e]*$/)
})

test('each state has its word', () => {
  const states: [Partial<InstanceSnapshot>, string][] = [
    [{}, '● up'],
    [{verdict: 'unknown'}, '◌ checking'],
    [{operator: 'drain', operatorSince: NOW - 61_000, traffic: traffic({inFlight: 2})}, '◐ drain 1m'],
    [{operator: 'drain', operatorSince: NOW - 5000}, '◐ drained 5s'],
    [{verdict: 'down', verdictSince: NOW - 38_000}, '○ down 38s'],
    [{verdict: 'down', operator: 'drain'}, '○ down (drain)'],
    [{verdict: 'down', operator: 'maintenance', operatorSince: NOW - 5000}, '◇ maint 5s'],
    [{operator: 'maintenance', traffic: traffic({inFlight: 3})}, '◇ maint 3 left'],
  ]
  for (const [values, words] of states) {
    assert.ok(
      lineWith(
        linesOf(snapshot({services: [service('a', [instance(9001, values), instance(9002)])]})),
        ':9001',
      ).includes(words),
      words,
    )
  }
  const unchecked = service('a', [instance(9001, {verdict: 'unknown', check: undefined})])
  assert.ok(
    linesOf(snapshot({services: [unchecked]}))
      .join('')
      .includes('◌ no check'),
  )
})

test('before the first request the screen says how to send one', () => {
  const services = [service('shop', [instance(3001)], {domains: ['shop.example.com']})]
  const young = snapshot({services, listeners: ['127.0.0.1:8080']})
  assert.equal(
    linesOf(young, 80)[1]?.trim(),
    "try: curl -i -H 'Host: shop.example.com' http://127.0.0.1:8080/",
  )
  assert.equal(
    linesOf(young, 120)[1]?.trim(),
    "listening on 127.0.0.1:8080, try: curl -i -H 'Host: shop.example.com' http://127.0.0.1:8080/",
  )
})

test('when nothing can serve, the second line says so and why', () => {
  const lastCheck = {at: NOW, passed: false, tookMs: 1, reason: 'connection refused', found: ''}
  const down = instance(3001, {verdict: 'down', selectable: false, lastCheck})
  const lines = linesOf(snapshot({services: [service('shop', [down])], total: traffic({requests: 9})}))
  assert.equal(lines[1]?.trim(), 'every request gets 503: 1 down (127.0.0.1:3001: connection refused)')
})

test('while it stops, the footer says how much is left', () => {
  const lines = linesOf(shop({phase: 'draining', total: traffic({requests: 9, inFlight: 3})}))
  assert.equal(lines.at(-1)?.trim(), 'stopping: 3 in flight, ^C again cuts them')
  assert.ok(lines[0]?.includes('STOPPING'))
})

test('the page of a service says what drains, what is down and who broke what', () => {
  const api = linesOf(shop(), 80, 40, 'enter').join('\n')
  for (const words of [
    '127.0.0.1:3003 is draining: 2 in flight',
    'upstream reset',
    '×9  upstream',
    '2xx  99.2%',
    'retried 13',
  ]) {
    assert.ok(api.includes(words), words)
  }
  const refused = {code: 'CONNECT_REFUSED', blame: 'upstream', sentence: '', count: 4} as const
  const retried = shop({
    services: [
      service('api', [instance(3001), instance(3002, {traffic: traffic({faults: [refused]})})], {
        traffic: traffic({retried: 4, faults: [{...refused, count: 1}], byClass: [0, 0, 90, 0, 0, 3]}),
      }),
    ],
  })
  assert.match(
    linesOf(retried, 80, 40, 'enter').join('\n'),
    /connect refused +×4 {2}upstream {2}127\.0\.0\.1:3002 ↻ 3 retried/,
  )
  const alone = {...retried, total: traffic({requests: 94, faults: [refused], byClass: [0, 0, 90, 0, 0, 4]})}
  assert.match(linesOf(alone, 120, 40).join('\n'), /connect refused +×4 {2}upstream {2}:3002/)
  const auth = linesOf(shop(), 80, 40, 'G right').join('\n')
  assert.ok(auth.includes('127.0.0.1:5002 is down for 38s: connection refused, 4 checks in a row'))
  assert.ok(!auth.includes('strategy RANDOM'), 'events of other services')
})

test('control bytes of a name are spelt out', () => {
  const lines = linesOf(
    snapshot({services: [service('a\x1b[31mb', [])], events: [event(1, {text: 'x\x07y'})]}),
  )
  assert.ok(lines.join('\n').includes('a\\x1b[31mb'))
  assert.ok(!/[\x00-\x1f]/.test(lines.join('')))
})

for (const [name, look] of [
  ['plain', plain],
  ['coloured', theme(24)],
  ['mono', theme(1)],
] as const) {
  test(`every line is as wide as the screen, whatever the snapshot holds and whatever was pressed (${name})`, () => {
    fc.assert(
      fc.property(
        anySnapshot,
        fc.integer({min: 10, max: 200}),
        fc.integer({min: 1, max: 60}),
        anyKeys,
        fc.boolean(),
        fc.array(anyRequest, {maxLength: 6}),
        fc.array(anyInFlight, {maxLength: 3}),
        (shown, columns, height, pressed, ascii, requests, inFlight) => {
          const session = new Session(
            shown,
            {columns, height},
            {theme: look, glyphs: glyphs(ascii), readOnly: false},
          )
          session.receive({requests, cursor: '', missed: 0, kept: 0}, true)
          session.receiveInFlight(inFlight)
          for (const key of pressed) session.press(key)
          const lines = session.lines()
          assert.equal(lines.length, height)
          for (const line of lines) assert.equal(stringWidth(line), columns, JSON.stringify(line))
        },
      ),
      {numRuns: 400},
    )
  })
}
