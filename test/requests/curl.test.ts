/** What is copied runs in a real shell and says exactly the bytes that were recorded. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {test} from 'node:test'
import fc from 'fast-check'
import {capturedBody} from '../../source/control/captured-body.ts'
import type {CapturedBody, RequestView} from '../../source/control/requests.ts'
import {curlCommand} from '../../source/requests/curl.ts'
import {printfFormat, shellWord} from '../../source/requests/shell.ts'
import {sampleRequest} from './samples.ts'

/** Runs it with a `curl` that prints its arguments, each closed by NUL, and then its input. */
function ran(command: string): {readonly args: readonly string[]; readonly input: string} {
  const script = `curl() { for each; do printf '%s\\000' "$each"; done; printf '\\000'; case "$*" in *@-*) cat;; esac; }\n${command}\n`
  const {stdout, stderr, status} = spawnSync('sh', ['-c', script], {
    encoding: 'latin1',
    env: {LC_ALL: 'C', PATH: process.env.PATH},
  })
  assert.deepEqual([status, stderr], [0, ''], command)
  const end = stdout.indexOf('\0\0')
  return {args: stdout.slice(0, end).split('\0'), input: stdout.slice(end + 2)}
}

function withHead(lines: readonly string[], different: Partial<RequestView> = {}): RequestView {
  const [method = '', target = ''] = (lines[0] ?? '').split(' ')
  return sampleRequest({method, target, requestHead: `${lines.join('\r\n')}\r\n\r\n`, ...different})
}

function body(text: string, length = text.length): CapturedBody {
  return capturedBody(Buffer.from(text, 'latin1'), length)
}

test('a plain request', () => {
  const request = withHead(
    ['GET /v1?q=[a]&b={1,2} HTTP/1.1', 'Host: api.test:8080', 'Accept: */*', 'User-Agent: x'],
    {
      host: 'api.test:8080',
    },
  )
  const command = curlCommand(request)
  assert.equal(
    command,
    "curl --globoff \\\n  --path-as-is \\\n  'http://api.test:8080/v1?q=[a]&b={1,2}' \\\n  -H 'Accept: */*' \\\n  -H 'User-Agent: x'",
  )
  assert.deepEqual(ran(command).args, [
    '--globoff',
    '--path-as-is',
    'http://api.test:8080/v1?q=[a]&b={1,2}',
    '-H',
    'Accept: */*',
    '-H',
    'User-Agent: x',
  ])
})

test('a POST with its body, sent to the listener', () => {
  const request = withHead(
    [
      'POST /login HTTP/1.1',
      'Host: auth.test',
      "X: it's 100% `$HOME` \\",
      'X-Empty:',
      'Content-Length: 3',
      'X: caf\xe9',
    ],
    {host: 'auth.test'},
  )
  const command = curlCommand(request, {body: body("a\0%'\\\n\xff1"), connectTo: '127.0.0.1:8080'})
  assert.match(command, /^[\n\x20-\x7e]+$/)
  const {args, input} = ran(command)
  assert.deepEqual(args, [
    '-X',
    'POST',
    '--globoff',
    '--path-as-is',
    '--connect-to',
    '::127.0.0.1:8080',
    'http://auth.test/login',
    '-H',
    "X: it's 100% `$HOME` \\",
    '-H',
    'X-Empty;',
    '-H',
    'X: caf\xe9',
    '-H',
    'User-Agent:',
    '-H',
    'Accept:',
    '-H',
    'Content-Type:',
    '--data-binary',
    '@-',
  ])
  assert.equal(input, "a\0%'\\\n\xff1")
})

test('what cannot be said is said in a comment', () => {
  const announced = withHead(['POST / HTTP/1.1', 'Host: a', 'Content-Length: 5'])
  assert.match(curlCommand(announced), /^# its body was not captured\ncurl -X POST/)
  assert.match(curlCommand(announced, {body: body('x'.repeat(5000))}), /^# its body of 5 kB is too long/)
  assert.match(curlCommand(announced, {body: body('x', 90_000)}), /^# its body of 90 kB is too long/)
  const cut = sampleRequest({
    requestHead: 'GET / HTTP/1.1\r\nHost: a\r\nX-Long: abc',
    requestHeadLength: 9000,
  })
  assert.match(curlCommand(cut), /^# its head is not whole: it had 9 kB\ncurl /)
  assert.doesNotMatch(curlCommand(cut), /X-Long/)
})

test('targets, hosts and methods that are no URL', () => {
  const words = (lines: readonly string[], different: Partial<RequestView> = {}) =>
    ran(curlCommand(withHead(lines, different), {connectTo: '[::1]:80'})).args
  assert.deepEqual(words(['OPTIONS * HTTP/1.1', 'Host: a'], {host: 'a'}).slice(0, 9), [
    '-X',
    'OPTIONS',
    '--globoff',
    '--path-as-is',
    '--connect-to',
    '::[::1]:80',
    '--request-target',
    '*',
    'http://a/',
  ])
  const odd = words(['GET /#f HTTP/1.1', 'Host: a b;$(x)'], {host: 'a b;$(x)'})
  assert.ok(odd.includes('http://[::1]:80/') && odd.includes('Host: a b;$(x)') && odd.includes('/#f'))
  assert.deepEqual(words(['HEAD / HTTP/1.0', 'Host: a'], {minor: 0}).slice(0, 2), ['--head', '--http1.0'])
  assert.ok(!words(['GET / HTTP/1.1', '@/etc/passwd: x', 'Host: a']).some(word => word.startsWith('@/etc')))
})

const bytes = fc.string({
  unit: fc.integer({min: 0, max: 255}).map(code => String.fromCharCode(code)),
  maxLength: 40,
})
const nasty = fc.constantFrom(
  "'",
  '"',
  '$(touch x)',
  '`id`',
  '\\',
  '\n',
  '%s',
  '\xff',
  ';',
  '\r',
  '\x1b[31m',
  '!',
  '\t',
  '-n',
  '007',
)

test('any bytes are one word of the shell, and any bytes come out of printf', () => {
  const texts = fc.array(fc.oneof(bytes, nasty), {maxLength: 8}).map(parts => parts.join(''))
  fc.assert(
    fc.property(fc.array(texts, {minLength: 1, maxLength: 40}), words => {
      const script = words.map(word => `printf '%s\\000' ${shellWord(word)}`).join('\n')
      assert.match(script, /^[\n\x20-\x7e]*$/)
      const {stdout} = spawnSync('sh', ['-c', script], {encoding: 'latin1'})
      assert.equal(stdout, words.map(word => `${word.replaceAll('\0', '')}\0`).join(''))
    }),
    {seed: 2, numRuns: 60},
  )
  fc.assert(
    fc.property(texts, text => {
      const {stdout} = spawnSync('sh', ['-c', `printf 'x${printfFormat(text)}'`], {encoding: 'latin1'})
      assert.equal(stdout, `x${text}`)
    }),
    {seed: 3, numRuns: 60},
  )
})
