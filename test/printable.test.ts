/** Text from outside: whatever it holds, a terminal and a log only ever get visible characters. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {printable} from '../source/printable.ts'

test('ordinary text, accents, CJK and emoji stay as they are', () => {
  for (const text of [
    '',
    'GET /a?b=c HTTP/1.1',
    'naïve café',
    '日本語',
    '🦊 and 👍🏽',
    'back\\slash',
    'a b~',
  ]) {
    assert.equal(printable(text), text)
  }
})

const controls = [...Array(0x20).keys(), ...Array.from({length: 0x21}, (_, index) => 0x7f + index)]

test('every C0, DEL and C1 byte is spelt out as \\xNN', () => {
  assert.equal(controls.length, 65)
  for (const code of controls) {
    const hex = code.toString(16).padStart(2, '0')
    assert.equal(printable(`a${String.fromCharCode(code)}b`), `a\\x${hex}b`)
  }
})

test('an escape sequence, a window title and a forged log line are only shown', () => {
  assert.equal(printable('\x1b[2J\x1b[31mred'), '\\x1b[2J\\x1b[31mred')
  assert.equal(printable('\x1b]0;title\x07'), '\\x1b]0;title\\x07')
  assert.equal(printable('\x9b31m'), '\\x9b31m')
  assert.equal(printable('a\r\nGET / 200'), 'a\\x0d\\x0aGET / 200')
})

test('a skin tone stays with a hand, and is spelt out where there is none', () => {
  assert.equal(printable('/🏻'), '/\\u{1f3fb}')
  assert.equal(printable('🏻 and 🦊🏻'), '\\u{1f3fb} and 🦊\\u{1f3fb}')
  assert.equal(printable('👍🏽🏽'), '👍🏽\\u{1f3fd}')
  assert.equal(printable('👍🏽 and more', 6), '👍🏽 …')
  assert.equal(printable('👍🏽 and more', 4), '…')
})

const invisible = {
  'soft hyphen': [0xad],
  'Arabic letter mark': [0x61c],
  'zero-width space, non-joiner, joiner, direction marks': [0x200b, 0x200c, 0x200d, 0x200e, 0x200f],
  'line and paragraph separators': [0x2028, 0x2029],
  'bidi embeddings and overrides': [0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  'word joiner and invisible operators': [0x2060, 0x2061, 0x2062, 0x2063, 0x2064],
  'bidi isolates': [0x2066, 0x2067, 0x2068, 0x2069],
  'byte order mark': [0xfeff],
  'interlinear annotations': [0xfff9, 0xfffa, 0xfffb],
  'Hangul filler': [0x3164],
  tags: [0xe0001, 0xe0041],
}

for (const [name, codes] of Object.entries(invisible)) {
  test(`made visible: ${name}`, () => {
    for (const code of codes) {
      const hex = code.toString(16)
      const expected = code <= 0xff ? `\\x${hex}` : `\\u{${hex}}`
      assert.equal(printable(`a${String.fromCodePoint(code)}b`), `a${expected}b`)
    }
  })
}

test('a lone surrogate is spelt out; a pair is a character', () => {
  assert.equal(printable('a\ud83d'), 'a\\u{d83d}')
  assert.equal(printable('\udc4da'), '\\u{dc4d}a')
  assert.equal(printable('\ud83d\udc4d'), '👍')
})

test('a text within the length is whole, a longer one is cut with an ellipsis that counts', () => {
  assert.equal(printable('12345', 5), '12345')
  assert.equal(printable('123456', 5), '1234…')
  assert.equal(printable('123456', 1), '…')
  assert.equal(printable('123456', 0), '')
  assert.equal(printable('', 0), '')
})

test('a cut never leaves half an escape or half a character', () => {
  assert.equal(printable('ab\x1bcd', 6), 'ab…')
  assert.equal(printable('ab\x1bcd', 7), 'ab\\x1b…')
  assert.equal(printable('abc👍def', 5), 'abc…')
  assert.equal(printable('abc👍def', 6), 'abc👍…')
  assert.equal(printable('abc👍', 4), 'abc…')
})

test('a very long text is cut without being escaped whole', () => {
  const begun = performance.now()
  for (let round = 0; round < 1000; round++) printable('\x1b'.repeat(1_000_000), 20)
  assert.ok(performance.now() - begun < 5000)
})
