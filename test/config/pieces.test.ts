/** The small parts that a configuration is judged with: forms of text, times, near names. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {addressAndPort, formats} from '../../source/config/formats.ts'
import {editDistance, nearest} from '../../source/config/nearest.ts'
import {formatTime, millisecondsOf} from '../../source/config/time.ts'

const long = 'a'.repeat(63)
const tooLong = `${`${long}.`.repeat(3)}${long}`

const forms = {
  name: {
    right: {a: 'a', 'my service': 'my service', 日本: '日本', [long]: long},
    wrong: ['', ' ', ' a', 'a ', 'a\tb', 'a\u200bb', 'a'.repeat(101)],
  },
  address: {
    right: {
      '10.0.0.1': '10.0.0.1',
      '::': '::',
      '[::1]': '::1',
      '::FFFF:1.2.3.4': '::ffff:1.2.3.4',
      'db.': 'db.',
      'A-b_c.d1': 'a-b_c.d1',
    },
    wrong: [
      '',
      '10.0.0',
      '10.0.0.256',
      '010.0.0.1',
      '1',
      'a..b',
      '.a',
      '-a',
      'a-',
      'a b',
      'a:80',
      '[::1',
      '::1]',
      '[a]',
      ':::',
      '*',
      'a/b',
      'ä',
      `${long}a`,
      tooLong,
    ],
  },
  domain: {
    right: {
      '*': '*',
      '*.A.example': '*.a.example',
      '*.com.': '*.com',
      '10.0.0.1': '10.0.0.1',
      '::1': '[::1]',
      '[0::1]': '[::1]',
      'a.': 'a',
    },
    wrong: [
      '',
      '**',
      '*.',
      '*a.example',
      'a.*',
      '*.*.a',
      '*.10.0.0.1',
      '*.[::1]',
      'a:80',
      'http://a',
      'fe80::1%lo',
      'a/',
      '.',
      tooLong,
    ],
  },
  addressBlock: {
    right: {
      '10.0.0.1': '10.0.0.1',
      '10.0.0.0/8': '10.0.0.0/8',
      '0.0.0.0/0': '0.0.0.0/0',
      '::/0': '::/0',
      'FD00::/128': 'fd00::/128',
    },
    wrong: [
      '',
      'a',
      '10.0.0.0/33',
      '10.0.0.0/',
      '/8',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '::/129',
      'fe80::1%lo',
      '10.0.0.0/8 ',
      '10.0.0.0/ 8',
    ],
  },
  fieldName: {
    right: {'X-Api-Key': 'x-api-key', a: 'a', "!#$%&'*+.^_`|~1": "!#$%&'*+.^_`|~1"},
    wrong: ['', ' a', 'a b', 'a:', 'a\n', 'ä', 'a/b', 'a'.repeat(101)],
  },
  cookieName: {
    right: {JSESSIONID: 'JSESSIONID', '__Host-sid': '__Host-sid'},
    wrong: ['', 'a b', 'a=', 'a;', 'ä', 'a'.repeat(101)],
  },
  pathPrefix: {
    right: {
      '/': '/',
      '/api': '/api',
      '/api/': '/api',
      '/a/b.c/~d': '/a/b.c/~d',
      '/café': '/café',
      '/a b': '/a b',
    },
    wrong: [
      '',
      'a',
      'a/b',
      '//',
      '/a//b',
      '/a//',
      '/..',
      '/a/.',
      '/a?b',
      '/a#b',
      '/a%41',
      '/a;b',
      '/a\\b',
      '/ a',
      '/a ',
    ],
  },
  fieldMatch: {
    right: {'*': '*', canary: 'canary', 'a b*': 'a b*', Zoë: 'Zoë'},
    wrong: ['', ' ', ' a', 'a ', 'a\tb', 'a\u0000', 'a'.repeat(1001)],
  },
} as const

for (const [name, {right, wrong}] of Object.entries(forms)) {
  const {read, pattern} = formats[name as keyof typeof forms]

  test(`${name}: right texts are read in one spelling, wrong ones are not`, () => {
    for (const [text, expected] of Object.entries(right)) assert.equal(read(text), expected, text)
    for (const text of wrong) assert.equal(read(text), undefined, text)
  })

  test(`${name}: an editor accepts whatever is right`, () => {
    for (const text of Object.keys(right)) assert.match(text, new RegExp(pattern, 'u'))
  })
}

test('an instance is called address:port, IPv6 in brackets', () => {
  assert.equal(addressAndPort('10.0.0.1', 80), '10.0.0.1:80')
  assert.equal(addressAndPort('::1', 80), '[::1]:80')
})

test('a span that is more than none is at least a millisecond', () => {
  assert.equal(millisecondsOf(0.0001), 1)
  assert.equal(millisecondsOf('0.5ms'), 1)
  assert.equal(millisecondsOf(0), 0)
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '', '5', 's', '1 s', '-1s', null, true, {}]) {
    assert.equal(millisecondsOf(value), undefined)
  }
})

test('a span is written in its largest whole unit', () => {
  const spans = {
    1: '1ms',
    250: '250ms',
    1000: '1s',
    1500: '1500ms',
    90000: '90s',
    60000: '1m',
    86400000: '24h',
  }
  for (const [milliseconds, text] of Object.entries(spans))
    assert.equal(formatTime(Number(milliseconds)), text)
})

test('letters put in, left out, replaced and swapped count one each', () => {
  const pairs = [
    ['', '', 0],
    ['', 'abc', 3],
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['prt', 'port', 1],
    ['porrt', 'port', 1],
    ['pork', 'port', 1],
    ['kitten', 'sitting', 3],
  ] as const
  for (const [one, other, distance] of pairs) {
    assert.equal(editDistance(one, other), distance)
    assert.equal(editDistance(other, one), distance)
  }
})

test('the nearest name is found, and nothing when none is near', () => {
  const names = ['address', 'port', 'retryPolicy']
  assert.equal(nearest('prot', names), 'port')
  assert.equal(nearest('PORT', names), 'port')
  assert.equal(nearest('retry-policy', names), 'retryPolicy')
  assert.equal(nearest('adress', names), 'address')
  for (const word of ['', 'x', 'host', 'something', 'a'.repeat(1_000_000)])
    assert.equal(nearest(word, names), undefined)
})
