/** Text in exactly so many columns. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import stringWidth from 'string-width'
import {glyphs} from '../../source/dashboard/glyphs.ts'
import {bar, columnsOf, graph, spark, usefulWidth} from '../../source/dashboard/spark.ts'
import {cut, cutMiddle, fit, fitPieces, widthOf, widthOfPieces} from '../../source/dashboard/text.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({unit: 'grapheme'}),
  fc.string({unit: 'binary'}),
  fc.constantFrom('日本語', '👩‍👩‍👧 a', 'e\u0301'),
)

test('what is too long is cut with a mark, wide characters in one piece', () => {
  assert.equal(cut('abcdef', 4, '…'), 'abc…')
  assert.equal(fit('日本語', 4, 'left', '…'), '日… ')
  assert.equal(fit('ab', 4, 'right', '…'), '  ab')
  assert.equal(cutMiddle('[2001:db8::1234]:9090', 14, '…'), '[2001:d…]:9090')
})

test('the fast way to measure agrees with the slow one', () => {
  for (const glyph of [
    ...Object.values({
      ...glyphs(false),
      keys: [],
      inTexts: [],
      where: Object.values(glyphs(false).where),
    }).flat(),
    '·',
    '×',
    '›',
    '→',
    '↻',
    '✕',
  ])
    assert.equal(widthOf(glyph), stringWidth(glyph), glyph)
  fc.assert(fc.property(text, value => assert.equal(widthOf(value), stringWidth(value))))
})

test('a fitted text has its width, whatever it holds', () => {
  fc.assert(
    fc.property(text, fc.nat(40), fc.constantFrom('left', 'right'), (value, width, align) => {
      assert.equal(stringWidth(fit(value, width, align, '…')), width)
      const pieces = fitPieces(
        [
          ['text', value],
          ['label', value],
        ],
        width,
        align,
        '…',
      )
      assert.equal(widthOfPieces(pieces), width)
    }),
    {numRuns: 1000},
  )
})

const signs = glyphs(false)
const drawn = (pieces: readonly (readonly [string, string])[]) => pieces.map(([, part]) => part).join('')

test('a spark has a faint line for nothing, and blanks for the time before the start', () => {
  const pieces = spark([0, 1, 4, 7], 6, 7, signs)
  assert.equal(drawn(pieces), '  ▁▁▄▇')
  assert.deepEqual(
    pieces.map(([role]) => role),
    ['text', 'faint', 'spark'],
  )
  assert.equal(drawn(spark([Number.NaN, -1], 2, 0, signs)), '▁▁')
})

test('an old column keeps its height while time goes by', () => {
  const values = Array.from({length: 60}, (_, second) => second)
  const before = columnsOf(values, 600_000, 8)
  const after = columnsOf([...values.slice(1), 60], 601_000, 8)
  assert.deepEqual(
    after.slice(1, -1).every(value => before.includes(value)),
    true,
  )
  assert.deepEqual(columnsOf(values, 600_000, 60), values)
})

test('a spark is never wider than it has use for', () => {
  assert.deepEqual([8, 11, 17, 29, 39, 47, 90].map(usefulWidth), [8, 10, 15, 20, 30, 47, 60])
})

test('bars and graphs fill their room', () => {
  assert.equal(drawn(bar(0.5, 6, signs)), '━━━───')
  assert.equal(drawn(bar(0.01, 6, signs)), '╸─────')
  assert.equal(drawn(bar(undefined, 3, signs)), '───')
  assert.deepEqual(
    graph([0, 8, 16], 2, 16, signs).map(([, line]) => line),
    ['  █', '▁██'],
  )
})
