/** What a user gets from the list of requests of the real program: filters, freezing, hostile text. */
import assert from 'node:assert/strict'
import {connect} from 'node:net'
import {test} from 'node:test'
import {story} from './story.ts'

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

test('what a client sends never reaches the terminal as an escape sequence', async t => {
  const {program, port} = await story(t, (_, response) => response.end('own'))
  let drawn = ''
  program.pty.onData(data => {
    drawn += data
  })
  program.press('2')
  for (const path of ['/a\x1b]52;c;aGk=\x07', '/b\u009b31m', '/c\u202etxt']) {
    const socket = connect(port, '127.0.0.1')
    socket.resume()
    socket.end(`GET ${path} HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n`)
    await new Promise(resolve => socket.once('close', resolve))
  }
  await program.shows(/( 400 [\s\S]*){3}/)
  program.press('\r')
  await program.shows(/Why/)
  for (const sign of ['\x1b]52', '\u009b', '\u202e']) assert.ok(!drawn.includes(sign))
})
