/** Secrets do not leave a captured body, cut or packed or badly written as it may be; everything else stays as it is. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {brotliCompressSync, gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {capturedBody} from '../../source/control/captured-body.ts'
import {bodyLines} from '../../source/requests/body-lines.ts'
import {bodyRedactor} from '../../source/requests/redact-body.ts'
import {secretNames} from '../../source/requests/secret-names.ts'

const redact = bodyRedactor(['X-Own'])
const mask = '••••••'
const secret = 'hunter2hunter2'

function head(type: string, ...more: string[]): string {
  return [`POST / HTTP/1.1`, `Content-Type: ${type}`, ...more, '', ''].join('\r\n')
}

function shown(text: string, type = 'application/json'): string {
  return Buffer.from(redact(capturedBody(Buffer.from(text), text.length), head(type)).bytes).toString()
}

const json: ReadonlyArray<readonly [string, string]> = [
  [`{"user":"ada","password":"${secret}"}`, `{"user":"ada","password":"${mask}"}`],
  [`{ "Pass-Word" : "${secret}" , "x": 1}`, `{ "Pass-Word" : "${mask}" , "x": 1}`],
  [`{"clientSecret":"a\\"${secret}","b":2}`, `{"clientSecret":"${mask}","b":2}`],
  [`{"token":12345,"n":1}`, `{"token":"${mask}","n":1}`],
  [`{"token":null,"has_password":true}`, `{"token":null,"has_password":true}`],
  [`{"max_tokens":5,"token_type":"bearer"}`, `{"max_tokens":5,"token_type":"bearer"}`],
  [`{"credentials":{"a":["}","${secret}"]},"b":1}`, `{"credentials":"${mask}","b":1}`],
  [`[{"x_own":"${secret}"}]`, `[{"x_own":"${mask}"}]`],
  [`{"p\\u0061ssword":"${secret}"}`, `{"p\\u0061ssword":"${mask}"}`],
  [`{"é":"ü","api_key":"${secret}"}`, `{"é":"ü","api_key":"${mask}"}`],
  // cut in the midst of it, as only the beginning of a body is kept
  [`{"a":1,"password":"hunt`, `{"a":1,"password":"${mask}"`],
  [`{"a":1,"secret":{"x":"hunt`, `{"a":1,"secret":"${mask}"`],
  // JSON in a string of JSON, lines of JSON, an event stream
  [`{"q":"{\\"password\\": \\"${secret}\\"}"}`, `{"q":"{\\"password\\": \\"${mask}\\"}"}`],
  [`{"token":"${secret}"}\n{"token":"${secret}"}\n`, `{"token":"${mask}"}\n{"token":"${mask}"}\n`],
  [`data: {"access_token":"${secret}"}\n\n`, `data: {"access_token":"${mask}"}\n\n`],
  [`{"note":"the password: none"}`, `{"note":"the password: none"}`],
  [`{"password":""}`, `{"password":"${mask}"}`],
]

for (const [text, expected] of json)
  test(`JSON: ${text.replaceAll('\n', ' ')}`, () => assert.equal(shown(text), expected))

test('a form, with names however they are written', () => {
  const type = 'application/x-www-form-urlencoded; charset=utf-8'
  assert.equal(
    shown(`user=ada&password=${secret}&user%5Bpass%77ord%5D=${secret}&pin=&z=1`, type),
    `user=ada&password=${mask}&user%5Bpass%77ord%5D=${mask}&pin=&z=1`,
  )
  assert.equal(shown(`password=${secret}`, 'text/plain'), `password=${mask}`)
})

test('a multipart form', () => {
  const part = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain\r\n\r\n${value}\r\n`
  const type = 'multipart/form-data; boundary=b'
  assert.equal(
    shown(
      `${part('user', 'ada')}${part('password', `${secret}\r\n${secret}`)}${part('n', '1')}--b--\r\n`,
      type,
    ),
    `${part('user', 'ada')}${part('password', mask)}${part('n', '1')}--b--\r\n`,
  )
  assert.equal(shown(part('password', secret).slice(0, -5), type), part('password', mask).slice(0, -2))
})

test('XML', () => {
  assert.equal(
    shown(`<a><ns:Password x="1">${secret}</ns:Password><b>ok</b></a>`, 'text/xml'),
    `<a><ns:Password x="1">${mask}</ns:Password><b>ok</b></a>`,
  )
})

test('a packed body is looked into, and comes back unpacked where something is hidden', () => {
  const text = `{"user":"ada","password":"${secret}"}`
  for (const [coding, pack] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const) {
    const bytes = pack(text)
    const its = head('application/json', `Content-Encoding: ${coding}`)
    const body = redact(capturedBody(bytes, bytes.length), its)
    assert.deepEqual([body.hidden, body.length, body.isCut], [1, bytes.length, false])
    assert.deepEqual(bodyLines(body, its).lines, ['{', '  "user": "ada",', `  "password": "${mask}"`, '}'])
    const harmless = pack('{"user":"ada"}')
    assert.equal(redact(capturedBody(harmless, harmless.length), its).bytes, harmless)
  }
})

test('what has no secret stays octet by octet', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 300}), bytes => {
      const body = capturedBody(bytes, bytes.length)
      const after = redact(body, head('application/octet-stream'))
      if (after.hidden === 0) assert.equal(after, body)
    }),
  )
})

test('whatever the JSON, its shape and all that is no secret come back, and no secret does', () => {
  const plain = fc.constantFrom('user', 'a', 'max_tokens', 'é')
  const hidden = fc.constantFrom('password', 'access_token', 'x-own')
  const {tree} = fc.letrec(tie => ({
    tree: fc.oneof(
      {depthSize: 'small'},
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.array(tie('tree'), {maxLength: 3}),
      fc.dictionary(plain, tie('tree'), {maxKeys: 3}),
      fc
        .record({secret: hidden.map(name => ({name, value: secret}))})
        .map(({secret: {name, value}}) => ({[name]: value})),
    ),
  }))
  fc.assert(
    fc.property(tree, fc.boolean(), (value, isWide) => {
      const text = JSON.stringify(value, undefined, isWide ? 2 : 0)
      const after = shown(text)
      assert.ok(!after.includes(secret))
      assert.equal(after, text.replaceAll(secret, mask))
    }),
  )
})

test('it takes time in proportion to the body, whatever that holds', () => {
  for (const piece of ['"', '"a":', '\\"', '{"password":[', '<a ', '&=', 'name="', '\\"password\\":\\"']) {
    const text = piece.repeat(Math.ceil(65_536 / piece.length))
    const before = performance.now()
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      shown(text, type)
    assert.ok(performance.now() - before < 1500, piece)
  }
})

test('names', () => {
  const isSecret = secretNames([])
  for (const name of ['PASSWORD', 'new_password', 'X-Api-Key', 'refreshToken', 'client_secret', 'pwd', 'otp'])
    assert.ok(isSecret(name), name)
  for (const name of ['', 'user', 'tokens', 'token_type', 'shipping', 'pinned', 'id', 'passenger'])
    assert.ok(!isSecret(name), name)
})
