/** The share of a split: as large as it says, and the same side for the same client. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {drawOf, goesAcross, unitHash} from '../../source/routing/split.ts'
import {seededFractions} from '../random.ts'

const COUNT = 20_000
/** Chi-square with one degree of freedom, p = 0.001. */
const LIMIT = 10.83

function chiSquare(across: number, percent: number): number {
  const expected = (COUNT * percent) / 100
  return (across - expected) ** 2 / expected + (across - expected) ** 2 / (COUNT - expected)
}

const addresses = Array.from({length: COUNT}, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)

for (const percent of [1, 10, 50, 90]) {
  test(`${percent} % of requests, drawn one by one`, () => {
    const random = seededFractions(percent)
    const sharing = {percent, by: 'request'} as const
    const across = addresses.filter(client => goesAcross(sharing, drawOf(sharing, 'a', client, random), 1))
    assert.ok(chiSquare(across.length, percent) < LIMIT, `${across.length} of ${COUNT}`)
  })

  test(`${percent} % of clients, whose addresses follow each other`, () => {
    const sharing = {percent, by: 'client'} as const
    const across = addresses.filter(client =>
      goesAcross(sharing, drawOf(sharing, 'a', client, Math.random), 1),
    )
    assert.ok(chiSquare(across.length, percent) < LIMIT, `${across.length} of ${COUNT}`)
  })
}

test('a client stays on its side, and when the share grows nobody comes back', () => {
  const side = (client: string, percent: number) => {
    const sharing = {percent, by: 'client'} as const
    return goesAcross(sharing, drawOf(sharing, 'a', client, Math.random), 1)
  }
  for (const client of addresses.slice(0, 500)) {
    let before = false
    for (const percent of [0, 5, 25, 75, 100]) {
      const now = side(client, percent)
      assert.equal(now, side(client, percent))
      assert.ok(now || !before)
      before = now
    }
    assert.ok(before)
  }
})

test('two splits draw independently', () => {
  const both = addresses.filter(client => unitHash(`a\n${client}`) < 0.5 && unitHash(`b\n${client}`) < 0.5)
  assert.ok(chiSquare(both.length, 25) < LIMIT, `${both.length}`)
})

test('0 is nothing and 100 all; without an instance the other side gives its share back', () => {
  const at = (percent: number, draw: number, selectable: number) =>
    goesAcross({percent, by: 'request'}, draw, selectable)
  assert.equal(at(0, 0, 1), false)
  assert.equal(at(100, 99.999, 1), true)
  assert.equal(at(100, 50, 0), false)
})
