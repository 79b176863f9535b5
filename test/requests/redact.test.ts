/** Secrets do not leave a recorded head, however badly it is written; everything else stays to the letter. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {redactor} from '../../source/requests/redact.ts'

const redact = redactor(['x-api-key', 'X.Odd+Name'])
const secret = 'abcdefghijklmnopqrstuvwxyz0123456789'

const cases: ReadonlyArray<readonly [string, string]> = [
  [`Authorization: Bearer ${secret}`, 'Authorization: Bearer abcd...'],
  [`authorization:Bearer ${secret}`, 'authorization:Bearer abcd...'],
  [`AUTHORIZATION: Basic ${secret}`, 'AUTHORIZATION: Basic abcd...'],
  ['Authorization: Bearer short', 'Authorization: Bearer ...'],
  [`Authorization: ${secret}`, 'Authorization: abcd...'],
  ['Authorization: ', 'Authorization: '],
  [`Proxy-Authorization: Basic ${secret}`, 'Proxy-Authorization: Basic abcd...'],
  [`Cookie: sid=${secret}; theme=dark; flag`, 'Cookie: sid=abcd...; theme=...; ...'],
  [`Set-Cookie: sid=${secret}; HttpOnly; Path=/`, 'Set-Cookie: sid=abcd...; HttpOnly; Path=/'],
  [`X-Api-Key: ${secret}`, 'X-Api-Key: abcd...'],
  [`x.odd+name: ${secret}`, 'x.odd+name: abcd...'],
  [`X-Api-Key-Id: ${secret}`, `X-Api-Key-Id: ${secret}`],
  [`Accept: */*\r\nCookie: a=${secret}\r\nVia: 1.1 x`, 'Accept: */*\r\nCookie: a=abcd...\r\nVia: 1.1 x'],
  // What a parser refuses is recorded too.
  [`Authorization : Bearer ${secret}`, 'Authorization : Bearer abcd...'],
  [` Authorization: Bearer ${secret}`, ' Authorization: Bearer abcd...'],
  [`Authorization: Bearer\r\n ${secret}\r\n\t${secret}\r\nA: b`, 'Authorization: Bearer\r\n abcd...\r\nA: b'],
  [`A: b\nAuthorization: Bearer ${secret}\nC: d`, 'A: b\nAuthorization: Bearer abcd...\nC: d'],
  [`A: b\rAuthorization: Bearer ${secret}`, 'A: b\rAuthorization: Bearer abcd...'],
]

for (const [line, expected] of cases) {
  test(JSON.stringify(line), () => {
    const start = 'GET /?token=Authorization:%20kept HTTP/1.1\r\n'
    assert.equal(redact(`${start}${line}\r\n\r\n`), `${start}${expected}\r\n\r\n`)
  })
}

test('a head without secrets is itself, and a request line is never a field', () => {
  const head = `Cookie: ${secret}\r\nHost: a\r\n\r\n`
  assert.equal(redact(head), head)
})

test('no secret comes through, whatever surrounds it', () => {
  const names = ['Authorization', 'cookie', 'Set-Cookie', 'x-api-key']
  const arbitraries = [
    fc.constantFrom(...names),
    fc.constantFrom('\r\n', '\n', '\r'),
    fc.constantFrom('', ' ', '\t', '  '),
    fc.string({maxLength: 20}).filter(text => !/[\r\n]/.test(text)),
  ] as const
  fc.assert(
    fc.property(...arbitraries, (name, end, gap, before) => {
      const head = `GET / HTTP/1.1${end}${name}${gap}:${gap}${before}${secret}${end}${end}`
      assert.ok(!redact(head).includes(secret), redact(head))
    }),
    {seed: 4, numRuns: 2000},
  )
})
