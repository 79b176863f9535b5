/** What a user is told when a file is not the YAML we expect, and that no file can hurt. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {formatFinding} from '../../source/config/finding.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {originalFile} from './sample.ts'

function findingsOf(text: string): readonly string[] {
  return (parseConfig(text, 'f').findings ?? []).map(formatFinding)
}

test('an empty file, a comment and an empty document say what is expected', () => {
  for (const text of ['', '\n', '# nothing\n', '---\n', 'null', '---\n...\n']) {
    const [finding, ...more] = findingsOf(text)
    assert.deepEqual(more, [], text)
    assert.match(finding ?? '', /^f:\d:\d: the file is empty; expected a mapping with proxy$/, text)
  }
})

test('a text, a number and a list are no configuration', () => {
  assert.deepEqual(findingsOf('hello'), ['f:1:1: the file is a text; expected a mapping with proxy'])
  assert.deepEqual(findingsOf('5'), ['f:1:1: the file is a number; expected a mapping with proxy'])
  assert.deepEqual(findingsOf('- a'), ['f:1:1: the file is a list of 1; expected a mapping with proxy'])
})

test('all syntax errors are reported, each where it is, and nothing else', () => {
  assert.deepEqual(findingsOf('proxy:\n  listen: %y\n  workers: @x\n  services: "a\n'), [
    'f:2:11: not valid YAML: Plain value cannot start with directive indicator character %',
    'f:3:12: not valid YAML: Plain value cannot start with reserved character @',
    'f:5:1: not valid YAML: Missing closing "quote',
  ])
})

test('a second document is a finding where it begins', () => {
  assert.deepEqual(findingsOf(`${originalFile}---\nproxy: 1\n---\n`), [
    'f:18:1: a second YAML document begins here; expected one document in the file',
  ])
})

test('an unknown tag is a finding', () => {
  assert.match(findingsOf('proxy: !secret x')[0] ?? '', /^f:1:8: not valid YAML: Unresolved tag: !secret/)
})

test('a wildcard domain without quotes is explained', () => {
  const withDomain = (domain: string) => findingsOf(originalFile.replace('my-service.my-company.com', domain))
  assert.deepEqual(withDomain('*.a.example'), [
    'f:7:15: the alias "*.a.example" has no anchor "&.a.example" above it; did you mean "*.a.example", in quotes?',
  ])
  assert.deepEqual(withDomain('*'), [
    'f:7:15: not valid YAML: Alias cannot be an empty string; did you mean "*", in quotes?',
  ])
})

test('anchors and aliases can be used everywhere', () => {
  const text = `proxy:
  timeouts: {connect: &short 1s, bodyIdle: *short}
  services:
    - {name: a, domain: a, hosts: &hosts [&host {address: 10.0.0.1, port: 80, retryPolicy: &retry {retries: 2}}]}
    - {name: b, domain: b, hosts: *hosts}
    - {name: c, domain: c, hosts: [*host, {address: 10.0.0.2, port: 80, retryPolicy: *retry}]}
`
  const {config, findings} = parseConfig(text, 'f')
  assert.deepEqual(findings, undefined)
  assert.equal(config?.timeouts.bodyIdleMs, 1000)
  assert.deepEqual(
    config?.services.map(({instances}) => instances.map(({key, retry}) => [key, retry.retries])),
    [
      [['10.0.0.1:80', 2]],
      [['10.0.0.1:80', 2]],
      [
        ['10.0.0.1:80', 2],
        ['10.0.0.2:80', 2],
      ],
    ],
  )
})

test('what is wrong in an anchor is said once; what repeats through an alias, at the alias', () => {
  const text = `proxy:
  services:
    - {name: a, domain: a, hosts: [&h {address: a, port: 80, retryPolicy: &r {retries: 99}}, *h]}
    - {name: b, domain: &d [b], hosts: [{address: b, port: 80, retryPolicy: *r}]}
    - {name: c, domain: *d, hosts: [*h]}
`
  assert.deepEqual(findingsOf(text), [
    'f:3:88: retries is 99; expected a whole number from 0 to 10',
    'f:3:94: the instance "a:80" is given twice; the first is on line 3',
    'f:5:25: the domain "b" is given twice; the first is on line 4',
  ])
})

test('an anchor given again means the nearest one above; an alias within itself is a finding', () => {
  const text = originalFile.replace(
    'listen:',
    'workers: &a 2\n  limits: {connections: &a 3, fields: *a}\n  listen:',
  )
  assert.deepEqual(findingsOf(text), ['f:3:39: fields is 3; expected a whole number from 10 to 1000'])
  assert.deepEqual(findingsOf('proxy: &p {services: [*p]}'), [
    'f:1:23: the alias "*p" stands within what it stands for',
  ])
})

/** In processor time: how busy the machine is says nothing of the parser. */
function within(milliseconds: number, act: () => void): void {
  const took = processorTime(act)
  assert.ok(took < milliseconds, `took ${took} ms`)
}

/** in ms */
function processorTime(act: () => void): number {
  const begun = process.cpuUsage()
  act()
  const {user, system} = process.cpuUsage(begun)
  return (user + system) / 1000
}

test('an alias bomb is refused at once, wherever it lies', () => {
  const levels = 'abcdefghij'.split('')
  const bomb = levels.map((name, index) => {
    const content = index === 0 ? '"lol"' : `*${levels[index - 1]}`
    return `${name}: &${name} [${Array(10).fill(content).join(', ')}]`
  })
  within(3000, () => {
    const message = 'the aliases in here stand for more than 1000000 values; expected a configuration'
    assert.deepEqual(findingsOf(bomb.join('\n')), [
      `f:6:7: ${message}; write out what is meant instead of nesting aliases`,
    ])
  })
  const hosts = Array.from({length: 5000}, (_, index) => `{address: h${index}, port: 1}`).join(', ')
  const services = Array.from(
    {length: 5000},
    (_, index) => `  - {name: s${index}, domain: s${index}, hosts: *h}`,
  )
  within(5000, () => {
    const text = `proxy:\n  services:\n  - {name: a, domain: a, hosts: &h [${hosts}]}\n${services.join('\n')}`
    assert.match(findingsOf(text)[0] ?? '', /the aliases in here stand for more than 1000000 values/)
  })
})

test('a file that is no YAML at all is given up after 1000 errors', () => {
  for (const piece of ['}', 'a: }\n']) {
    within(3000, () => {
      const findings = findingsOf(piece.repeat(Math.floor(1_000_000 / piece.length)))
      assert.ok(findings.length < 10)
      assert.match(findings.at(-1) ?? '', /: more than 1000 syntax errors; expected a YAML file$/)
    })
  }
})

test('deep nesting is refused at once', () => {
  for (const open of ['[', '{', '- ', '? ', 'a: ', '{a: ', '[\n']) {
    within(3000, () => {
      const findings = findingsOf(open.repeat(Math.floor(1_000_000 / open.length)))
      assert.equal(findings.length, 1)
      assert.match(findings[0] ?? '', /nested more than 64 levels deep; expected a configuration$/)
    })
  }
})

test('10,000 hosts load in under a second of processor time', () => {
  const hosts = Array.from({length: 10_000}, (_, index) => {
    return `        - {address: 10.1.${index >> 8}.${index & 255}, port: 9090}`
  })
  const text = `proxy:\n  services:\n    - name: a\n      domain: a\n      hosts:\n${hosts.join('\n')}\n`
  assert.ok(text.length < 1024 * 1024)
  const times = [0, 0, 0].map(() =>
    processorTime(() => assert.equal(parseConfig(text, 'f').config?.services[0]?.instances.length, 10_000)),
  )
  assert.ok(Math.min(...times) < 1000, `took ${times} ms`)
})

const bulky = {
  'an instance that repeats': `proxy: {services: [{name: a, domain: a, hosts: [${'{address: a, port: 1},'.repeat(10_000)}]}]}`,
  'unknown keys': Array.from({length: 20_000}, (_, index) => `k${index}: 1`).join('\n'),
  'a key that repeats': 'proxy: 1\n'.repeat(20_000),
  aliases: `proxy: {services: [{name: a, domain: a, hosts: [&h {address: a, port: 1},${'*h,'.repeat(20_000)}]}]}`,
  'syntax errors': '&a '.repeat(20_000),
}

for (const [name, text] of Object.entries(bulky)) {
  test(`thousands of findings (${name}) do not take the square of their number`, () => {
    within(5000, () => assert.ok(findingsOf(text).length > 9000))
  })
}

test('whatever is done to a file, there is a configuration or a finding with a place', () => {
  const pieces = [
    '',
    ' ',
    '\n',
    '\t',
    '-',
    ':',
    '*',
    '&a ',
    '*a',
    '[',
    ']',
    '{',
    '}',
    '"',
    '!',
    '|',
    '#',
    '?',
    '%',
    '5',
    '\0',
    'é',
    '\ud800',
  ]
  const edit = fc.record({
    at: fc.nat(originalFile.length),
    length: fc.nat(12),
    piece: fc.constantFrom(...pieces),
  })
  fc.assert(
    fc.property(fc.array(edit, {minLength: 1, maxLength: 4}), edits => {
      const text = edits.reduce(
        (old, {at, length, piece}) => old.slice(0, at) + piece + old.slice(at + length),
        originalFile,
      )
      const {config, findings = []} = parseConfig(text, 'f')
      assert.equal(config === undefined, findings.length > 0)
      for (const {line = 0, column = 0} of findings) assert.ok(line >= 1 && column >= 1)
    }),
    {numRuns: 2000},
  )
})
