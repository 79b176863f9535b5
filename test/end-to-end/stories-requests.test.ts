/** What a user gets from the list of requests of the real program: filters, freezing, what is under way, hostile text. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {sendBytes, story, writtenBy} from './story.ts'

test('a filter shows only what matches, and esc goes back to everything', async t => {
  const {program, ask} = await story(t, (_, response) => response.writeHead(500).end())
  for (const path of ['/one', '/two']) await ask(path)
  program.press('2')
  await program.shows(/\[2 Requests\][\s\S]* 200 /)
  program.press('/')
  program.press('status>=500\r')
  await program.shows(/filter +status>=500[\s\S]* 500 /)
  assert.doesNotMatch(program.screen, / 200 /)
  program.press('\x1b')
  await program.shows(/filter +none[\s\S]* 200 /)
})

test('a filter that cannot be read shows where, and the one before stays', async t => {
  const {program, ask} = await story(t, (_, response) => response.end('own'))
  for (const path of ['/one', '/two']) await ask(path)
  program.press('2')
  program.press('/')
  program.press('path:/one\r')
  await program.shows(/filter +path:\/one .*1 of 2/)
  program.press('/')
  program.press('nope:3\r')
  const [lines] = await program.shows(/.*filter +path:\/one nope:3.*\n.*▲ no field is called nope/)
  const [edited = '', caret = ''] = lines.split('\n')
  assert.equal(caret.indexOf('▲'), edited.indexOf('nope'))
  program.press('\x1b')
  await program.shows(/filter +path:\/one .*1 of 2/)
  assert.doesNotMatch(program.screen, /GET +\/two/)
})

test('a frozen list counts what came since', async t => {
  const {program, ask} = await story(t, (_, response) => response.end('own'))
  await ask('/before')
  program.press('2')
  await program.shows(/\/before/)
  program.press('f')
  await program.shows(/frozen/)
  await ask('/after')
  await program.shows(/\+1 new/)
  assert.doesNotMatch(program.screen, /\/after/)
})

test('a paused dashboard stands still, and goes on with what came meanwhile', async t => {
  const {program, ask} = await story(t, (_, response) => response.end('own'))
  await ask('/before')
  program.press('2')
  await program.shows(/\/before/)
  program.press('p')
  await program.shows(/PAUSED -/)
  await ask('/after')
  await program.shows(/PAUSED -00:01[\s\S]*\+1 new/)
  assert.doesNotMatch(program.screen, /\/after/)
  program.press('p')
  await program.shows(/LIVE[\s\S]*\/after/)
})

test('F lists what is under way, oldest first, and in which phase', async t => {
  const reached: Array<() => void> = []
  const {program, ask, cleanup} = await story(t, ({url}, response) => {
    if (url === '/begun') response.write('a beginning')
    reached.shift()?.()
  })
  const begin = async (path: string) => {
    const arrived = new Promise<void>(resolve => reached.push(resolve))
    const leave = new AbortController()
    cleanup.after(() => leave.abort())
    ask(path, 'GET', leave.signal).catch(() => undefined)
    await arrived
  }
  await begin('/unanswered')
  await ask('/other')
  await begin('/begun')
  program.press('2F')
  await program.shows(/2 in flight, oldest first/)
  await program.shows(/GET +\/unanswered .*waiting[\s\S]*GET +\/begun .*body \d+B/)
})

test('what a client sends never reaches the terminal as an escape sequence', async t => {
  const {program, port} = await story(t, (_, response) => response.end('own'))
  const written = writtenBy(program)
  program.press('2')
  for (const path of ['/a\x1b]52;c;aGk=\x07', '/b\u009b31m', '/c\u00e2\u0080\u00aetxt'])
    await sendBytes(port, `GET ${path} HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n`)
  await program.shows(/( 400 [\s\S]*){3}/)
  program.press('\r')
  await program.shows(/Why/)
  for (const sign of ['\x1b]52', '\u009b', '\u202e']) assert.ok(!written.text.includes(sign))
})

test('hostile values of fields in accepted requests and responses are spelt out in the inspector', async t => {
  const {program, port} = await story(t, (_, response) => {
    response.setHeader('x-answer', 'to\u009b2Jend')
    response.end('own')
  })
  const written = writtenBy(program)
  await sendBytes(
    port,
    'GET /fields HTTP/1.1\r\nHost: api.test\r\nX-Title: go\u009d0;owned\u009cend\r\nConnection: close\r\n\r\n',
  )
  program.press('2')
  await program.shows(/GET +\/fields .* 200 /)
  program.press('\r2')
  await program.shows(/X-Title +go\S+0;owned\S+end/)
  program.press('3')
  await program.shows(/x-answer +to\S+2Jend/)
  program.press('5')
  await program.shows(/X-Title: go\S+0;owned\S+end/)
  for (const sign of ['\u009b', '\u009c', '\u009d']) assert.ok(!written.text.includes(sign))
})
