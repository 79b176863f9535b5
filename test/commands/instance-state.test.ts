/** The word for how an instance stands, in the tables and answers of commands. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {stateOf} from '../../source/commands/instance-state.ts'
import {instance, NOW} from '../dashboard/samples.ts'

test('what an instance is called is what the dashboard calls it', () => {
  const ejection = {since: NOW, until: NOW + 9000, reason: '5 errors in a row', times: 1}
  assert.equal(stateOf(instance(1, {verdict: 'up'})), 'up')
  assert.equal(stateOf(instance(1, {verdict: 'unknown'})), 'checking')
  assert.equal(stateOf(instance(1, {verdict: 'unknown', check: undefined})), 'no check')
  assert.equal(stateOf(instance(1, {verdict: 'up', ejection})), 'ejected')
  assert.equal(stateOf(instance(1, {verdict: 'unknown', check: undefined, ejection})), 'ejected')
  assert.equal(stateOf(instance(1, {verdict: 'down', ejection})), 'down')
  assert.equal(stateOf(instance(1, {operator: 'drain', ejection})), 'drain')
})
