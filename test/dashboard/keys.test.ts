/** Keys: out of what Ink reports, into what the table says, and into the README. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Key} from 'ink'
import {keymap, scopes} from '../../source/dashboard/key-table.ts'
import {actionFor, allBindings, bindingsFor, keyTable} from '../../source/dashboard/keymap.ts'
import {keysOf} from '../../source/dashboard/keys.ts'

function pressed(input: string, flags: Partial<Key> = {}): string[] {
  return keysOf(input, flags as Key)
}

test('keys that come in one piece are taken one by one', () => {
  assert.deepEqual(pressed('jjj'), ['j', 'j', 'j'])
  assert.deepEqual(pressed('gg'), ['g', 'g'])
  assert.deepEqual(pressed('j\r'), ['j', 'enter'])
  assert.deepEqual(pressed('é日👩‍👩‍👧'), ['é', '日', '👩‍👩‍👧'])
  assert.deepEqual(pressed('\x04\x04'), ['ctrl+d', 'ctrl+d'])
})

test('keys without a letter have names', () => {
  assert.deepEqual(pressed('', {upArrow: true}), ['up'])
  assert.deepEqual(pressed('\r', {return: true}), ['enter'])
  assert.deepEqual(pressed('', {escape: true}), ['esc'])
  assert.deepEqual(pressed('c', {ctrl: true}), ['ctrl+c'])
  assert.deepEqual(pressed('d', {meta: true}), [])
  assert.deepEqual(pressed(''), [])
  assert.deepEqual(pressed('j', {eventType: 'release'}), [])
})

test('no key means two things on a screen', () => {
  for (const screen of scopes.everywhere.screens) {
    for (const readOnly of [false, true]) {
      const keys = bindingsFor(screen, {readOnly}).flatMap(([, binding]) => binding.keys)
      assert.deepEqual(keys, [...new Set(keys)])
    }
  }
})

test('a read-only dashboard has no key that changes the proxy, and can be left', () => {
  for (const key of ['s', 'S', 'd', 'c', 'u'])
    assert.equal(actionFor(key, 'services', {readOnly: true}), undefined)
  assert.equal(actionFor('q', 'services', {readOnly: true}), 'leave')
  assert.equal(actionFor('ctrl+c', 'services', {readOnly: true}), 'leave')
  assert.equal(actionFor('q', 'services', {readOnly: false}), 'quit')
})

test('an attached dashboard is left by the keys that would stop the proxy, and has all others', () => {
  for (const readOnly of [false, true]) {
    const mode = {readOnly, attached: true}
    for (const key of ['q', 'ctrl+c']) assert.equal(actionFor(key, 'services', mode), 'detach')
    assert.equal(actionFor('d', 'services', mode), readOnly ? undefined : 'drain')
    const names = allBindings(mode).map(([name]) => name)
    for (const name of ['quit', 'stop', 'leave'] as const) assert.ok(!names.includes(name))
    assert.equal(names.includes('restart'), !readOnly)
  }
})

test('keys of the table do nothing among the events', () => {
  assert.equal(actionFor('d', 'events', {readOnly: false}), undefined)
  assert.equal(actionFor('j', 'events', {readOnly: false}), 'down')
})

test('labels fit the columns of the help', () => {
  for (const [name, {label, group}] of Object.entries(keymap)) {
    if (group !== 'leave') assert.ok(label.length <= 18, name)
  }
})

test('the table for the README holds every key that is listed, and no other', () => {
  const lines = keyTable().trimEnd().split('\n')
  assert.equal(lines[0], '| Key | Where | What it does |')
  assert.ok(
    lines.includes(
      '| `d` | services, instances | drain, undrain (gets no new requests; asks when nothing could serve) |',
    ),
  )
  assert.ok(lines.includes('| `↓` `j` | lists | down |'))
  const listed = allBindings({readOnly: false}).filter(([, {sign}]) => sign !== '')
  // And those that only an attached dashboard has: it is left, and the program is restarted.
  assert.equal(lines.length, listed.length + 4)
})
