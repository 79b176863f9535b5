/** One field of a head that was judged before, found as the parser would find it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {FieldSpans, readFields} from '../../source/http1/fields.ts'
import {fieldValue} from '../../source/http1/find-field.ts'

const head =
  'GET /?x-user: q HTTP/1.1\r\nHost: a\r\nX-User-Id: 1\r\nx-USER:\t ann \t\r\nX-User: bob\r\nEmpty:\r\n\r\n'

for (const [name, value] of [
  ['x-user', 'ann'],
  ['x-user-id', '1'],
  ['host', 'a'],
  ['empty', ''],
  ['x', undefined],
  ['user', undefined],
  ['get /?x-user', undefined],
] as const) {
  test(`${name} is ${value}`, () => assert.equal(fieldValue(head, name), value))
}

test('any head: the first field of a name, as the parser has it', () => {
  const name = fc.stringMatching(/^[A-Za-z-]{1,3}$/)
  const value = fc.stringMatching(/^[ -~]{0,8}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), {maxLength: 6}), name, (fields, asked) => {
      const text = `GET / HTTP/1.1\r\n${fields.map(([key, content]) => `${key}:${content}\r\n`).join('')}\r\n`
      const spans = new FieldSpans()
      readFields(text, 16, 100, spans)
      const wanted = asked.toLowerCase()
      let expected: string | undefined
      for (let index = spans.count - 1; index >= 0; index--)
        if (spans.name(index).toLowerCase() === wanted) expected = spans.value(index)
      assert.equal(fieldValue(text, wanted), expected)
    }),
  )
})
