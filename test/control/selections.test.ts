/** What a number in a record says of who could not be picked then. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Numbering, Selections} from '../../source/control/selections.ts'

const a = '127.0.0.1:1'
const b = '127.0.0.1:2'

function names(selections: Selections, number: number): string[] | undefined {
  return selections.skippedAt(number)?.named.map(({instance, reason}) => `${instance} ${reason}`)
}

test('each state is told as it was, however much changed since', () => {
  const selections = new Selections(new Numbering())
  const all = selections.number
  const drained = selections.change(a, 'drain')
  const both = selections.change(b, 'down: refused')
  const worse = selections.change(a, 'down: timed out')
  const left = selections.change(a, undefined)
  assert.deepEqual(names(selections, all), [])
  assert.deepEqual(names(selections, drained), [`${a} drain`])
  assert.deepEqual(names(selections, both)?.toSorted(), [`${a} drain`, `${b} down: refused`])
  assert.deepEqual(names(selections, worse)?.toSorted(), [`${a} down: timed out`, `${b} down: refused`])
  assert.deepEqual(names(selections, left), [`${b} down: refused`])
})

test('what changes nothing is no new state', () => {
  const selections = new Selections(new Numbering())
  const drained = selections.change(a, 'drain')
  assert.equal(selections.change(a, 'drain'), drained)
  assert.equal(selections.change(b, undefined), drained)
})

test('an instance that is gone is skipped no more, and was until then', () => {
  const selections = new Selections(new Numbering())
  const drained = selections.change(a, 'drain')
  selections.keep(new Map([[b, 1]]))
  assert.deepEqual(names(selections, drained), [`${a} drain`])
  assert.deepEqual(names(selections, selections.number), [])
})

test('the log is bounded: what lies before it is unknown, and so is what never was', () => {
  const selections = new Selections(new Numbering())
  const first = selections.change(a, 'drain')
  for (let index = 0; index < 10_000; index++) selections.change(b, `reason ${index}`)
  assert.equal(selections.skippedAt(first), undefined)
  assert.equal(selections.skippedAt(0), undefined)
  assert.equal(selections.skippedAt(selections.number + 1), undefined)
  assert.deepEqual(names(selections, selections.number - 4000)?.toSorted(), [
    `${a} drain`,
    `${b} reason 5999`,
  ])
})

test('of a crowd a hundred are named and all are counted', () => {
  const selections = new Selections(new Numbering())
  for (let port = 1; port <= 300; port++) selections.change(`127.0.0.1:${port}`, 'down')
  const skipped = selections.skippedAt(selections.number)
  assert.deepEqual([skipped?.count, skipped?.named.length], [300, 100])
})

test('a backup stood by as long as one that is none could be picked', () => {
  const selections = new Selections(new Numbering())
  const all = selections.number
  const down = selections.change(a, 'down: refused')
  const instances = new Map([
    [a, {config: {backup: false}}],
    [b, {config: {backup: true}}],
  ])
  const told = (number: number) => selections.skippedAt(number, instances)?.named
  assert.deepEqual(told(all), [{instance: b, reason: 'backup, others can serve'}])
  assert.deepEqual(told(down), [{instance: a, reason: 'down: refused'}])
  const alsoBackup = selections.change(b, 'drain')
  assert.equal(told(alsoBackup)?.length, 2)
})
