/** Stories that take some seconds because what they tell does, side by side. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {story} from './story.ts'

describe('over time', {concurrency: true}, () => {
  test('a draining instance loses its share, finishes what it has, and is drained', async t => {
    let finish = () => {}
    const {program, ask, own} = await story(t, ({url}, response) => {
      if (url === '/long') finish = () => response.end('at last')
      else response.end('own')
    })
    const long = ask('/long')
    long.catch(() => undefined)
    for (let turn = 0; turn < 12; turn++) await ask('/first')
    program.press('\r')
    await program.shows(new RegExp(`127\\.0\\.0\\.1:${own} +● up .* [45]\\d% +1 `))
    program.press('d')
    await program.shows(/is draining: 1 in flight/)
    const untilGone = asking(ask)
    await program.shows(new RegExp(`127\\.0\\.0\\.1:${own} +◐ drain \\d+s .* 0% +1 `))
    await untilGone.stop()
    finish()
    assert.equal(await long, 200)
    await program.shows(/◐ drained[\s\S]*nothing in flight, safe to stop/)
  })

  test('rewinding leads to before an outage, and forward again to now', async t => {
    const {program, other} = await story(t, (_, response) => response.end('own'))
    await program.shows(/up ([6-9]|\d\d)s/)
    other.server.closeAllConnections()
    other.server.close()
    await program.shows(/LIVE[\s\S]*○ down/)
    program.press('[')
    await program.shows(/PAUSED -/)
    assert.doesNotMatch(program.screen, /○ down/)
    program.press('p')
    await program.shows(/LIVE[\s\S]*○ down/)
  })
})

/** One request after the other until it is told to stop. */
function asking(ask: (path: string) => Promise<number>) {
  let goesOn = true
  const done = (async () => {
    while (goesOn) {
      assert.equal(await ask('/more'), 200)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  })()
  // Whoever stops it hears of a failure; when the story fails before, nobody does.
  done.catch(() => undefined)
  return {
    stop: () => {
      goesOn = false
      return done
    },
  }
}
