/** Something that is asked for again and again: what is asked while an answer is on its way is asked once more. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Follower} from '../../source/discovery/follower.ts'
import type {Answer} from '../../source/discovery/name-resolver.ts'
import {until} from '../proxy/until.ts'

test('an answer that was on its way when it was asked again may be older than that, so there is another question', async t => {
  const asked: Array<(answer: Answer<string>) => void> = []
  const found: string[] = []
  const follower = new Follower<string>({
    ask: () => new Promise(resolve => asked.push(resolve)),
    bounds: () => ({leastMs: 60_000, mostMs: 60_000}),
    changed: value => found.push(value),
    failed: problem => assert.equal(problem, undefined),
  })
  t.after(() => follower.close())
  void follower.ask()
  void follower.ask()
  assert.equal(asked.length, 1)
  asked[0]?.({value: 'before the change', ttlMs: undefined})
  await until(() => asked.length === 2)
  asked[1]?.({value: 'behind it', ttlMs: undefined})
  await until(() => found.length === 2)
  assert.deepEqual(found, ['before the change', 'behind it'])
  assert.equal(asked.length, 2)
})
