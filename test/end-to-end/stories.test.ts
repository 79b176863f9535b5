/** What a user gets from the dashboard of the real program, told in keys and in the text on the screen. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {story} from './story.ts'

test('n on the overview opens the newest problem and says why the instance failed', async t => {
  const {program, ask} = await story(t, ({socket}) => socket.destroy())
  await ask('/order', 'POST')
  await ask('/order', 'POST')
  await program.shows(/\/order.*502/)
  program.press('n')
  await program.shows(/POST \/order → 502/)
  await program.shows(/Why +\S+/)
  await program.shows(/Blame +the upstream/)
})

test('three keys from the overview name the failing instance, its requests and the reason', async t => {
  const {program, ask, own} = await story(t, ({socket}) => socket.destroy())
  for (const path of ['/a', '/b', '/a', '/b']) await ask(path, 'POST')
  program.press('3')
  await program.shows(new RegExp(`2 reset +502 upstream .*:${own} /a`))
  program.press('\r')
  await program.shows(new RegExp(`filter +error:RESET .*instance:"127\\.0\\.0\\.1:${own}"[\\s\\S]*POST +/a`))
  program.press('\r')
  await program.shows(new RegExp(`Why +127\\.0\\.0\\.1:${own} closed the connection`))
})

test('Enter on an error opens the requests that failed so, and no others', async t => {
  const {program, ask} = await story(t, ({url}, response) =>
    url === '/gone' ? response.destroy() : response.writeHead(500).end(),
  )
  for (const path of ['/gone', '/x', '/bad', '/x', '/bad', '/x']) await ask(path, 'POST')
  program.press('3')
  await program.shows(/2 .*500 .*\/bad[\s\S]*1 .*502 .*\/gone/)
  program.press('j\r')
  await program.shows(/filter +error:RESET [\s\S]*POST +\/gone/)
  assert.doesNotMatch(program.screen, /POST +\/bad/)
})

test('Enter on an instance shows its requests alone', async t => {
  const {program, ask, own} = await story(t, (_, response) => response.writeHead(201).end())
  for (const path of ['/one', '/two', '/three', '/four']) await ask(path)
  program.press('j\r')
  await program.shows(new RegExp(`filter +service:api instance:"127\\.0\\.0\\.1:${own}"[\\s\\S]* 201 `))
  await program.shows(/2 of 4/)
  assert.doesNotMatch(program.screen, / 200 /)
})

test('a command of the palette drains an instance', async t => {
  const {program, own} = await story(t, (_, response) => response.end('own'))
  program.press(':')
  await program.shows(/all commands/)
  program.press(`drain api 127.0.0.1:${own}`)
  await program.shows(/no new requests/)
  program.press('\r')
  await program.shows(/◐ 1/)
})

test('a command of the palette that cannot be run says why', async t => {
  const {program} = await story(t, (_, response) => response.end('own'))
  program.press(':')
  await program.shows(/all commands/)
  program.press('strategy api ROUND_ROBIN')
  await program.shows(/it is that already/)
  program.press('\r')
  await program.shows(/ROUND_ROBIN 2\/2[\s\S]*it is that already/)
})

test('the help lists the keys of the screen it lies over', async t => {
  const {program} = await story(t, (_, response) => response.end('own'))
  program.press('?')
  await program.shows(/CHANGE[\s\S]* d +drain, undrain/)
  program.press('\x1b')
  await program.shows(/\[1 Services\]/)
  program.press('2')
  await program.shows(/\[2 Requests\]/)
  program.press('?')
  await program.shows(/REQUESTS[\s\S]* R +replay/)
  assert.doesNotMatch(program.screen, /drain, undrain/)
})

test('another theme draws the same text in other colours', async t => {
  const {program} = await story(t, (_, response) => response.end('own'))
  const tab = () => {
    const {screen, terminal} = program
    const row = screen.split('\n').findIndex(line => line.includes('[1 Services]'))
    const cell = terminal.buffer.active.getLine(row)?.getCell(2)
    return {text: cell?.getChars(), colour: cell?.getFgColor()}
  }
  const before = tab()
  program.press('t')
  await program.shows(/theme: light/)
  assert.equal(tab().text, before.text)
  assert.notEqual(tab().colour, before.colour)
})
