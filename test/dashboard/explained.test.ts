/** Asking the proxy from the palette what would become of a request, and reading the answer over the screen. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Explanation} from '../../source/control/explanation.ts'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {Session} from '../../source/dashboard/session.ts'
import {plain} from '../../source/dashboard/theme.ts'
import {shop} from './samples.ts'

const request = {method: 'GET', url: 'http://shop.local/cart', fields: [], from: '192.0.2.7'}

function open(height = 24, readOnly = false): Session {
  return new Session(shop(), {columns: 80, height}, {theme: plain, glyphs: glyphs(false), readOnly})
}

function ask(session: Session, words: string) {
  session.press(':')
  for (const letter of words) session.press(letter)
  return session.press('enter')
}

const explanation: Explanation = {
  request,
  client: request.from,
  refused: undefined,
  isLive: true,
  routes: [
    {
      service: 'api',
      domain: 'shop.local',
      path: '/',
      headers: [],
      isChosen: true,
      why: 'the host is its domain',
    },
  ],
  services: [
    {
      service: 'api',
      share: 1,
      strategy: 'ROUND_ROBIN',
      picked: '10.0.0.1:80',
      why: 'ROUND_ROBIN: its turn is next',
      queue: undefined,
      instances: Array.from({length: 30}, (_, index) => ({
        instance: `10.0.0.${index + 1}:80`,
        share: index === 29 ? 0 : 1 / 29,
        weight: 1,
        inFlight: index,
        skipped: index === 29 ? 'down: \x1b[31mrefused' : undefined,
      })),
    },
  ],
}

test('the words of the palette ask for it, also in a read-only dashboard; what is no URL is refused', () => {
  const whole = ask(open(24, true), 'explain get http://shop.local/cart from 192.0.2.7')
  assert.deepEqual(whole.effect, {type: 'explain', request})
  const session = open()
  assert.equal(ask(session, 'explain get shop.local').effect, undefined)
  assert.match(session.lines().at(-1) ?? '', /as in explain GET http:\/\/host\/path/)
})

test('the answer lies over the screen, scrolls, and goes with esc; nothing of it reaches the terminal as it came', () => {
  const session = open()
  session.receiveExplanation(explanation)
  const text = session.lines().join('\n')
  assert.match(text, /GET http:\/\/shop\.local\/cart from 192\.0\.2\.7/)
  assert.match(text, /> api \(shop\.local\): the host is its domain/)
  assert.match(text, /api: 10\.0\.0\.1:80 is next/)
  assert.match(text, /\n {3}> 10\.0\.0\.1:80 +3\.4 %, weight 1, 0 in flight/)
  assert.doesNotMatch(text, /passed over/)
  session.press('G')
  const end = session.lines().join('\n')
  assert.match(end, /10\.0\.0\.30:80 +passed over: down: .*refused/)
  assert.ok(!end.includes('\x1b[31m'))
  session.press('esc')
  assert.match(session.lines().join('\n'), /\[1 Services\]/)
})
