/** What a user gets from the dashboard of the real program, told in keys and in the text on the screen. */
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
