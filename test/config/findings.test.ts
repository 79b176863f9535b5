/** What a user is told about a wrong value, everywhere in the table. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {strategyNames} from '../../source/balancing/strategies.ts'
import {root} from '../../source/config/fields.ts'
import {type Finding, formatFinding} from '../../source/config/finding.ts'
import {parseConfig} from '../../source/config/parse.ts'
import {mappings, type Path, places, replaced, rightValue, wrongValues} from './sample.ts'

const MARK = '@@here@@'
const right = rightValue(root)

/** The right document holds all keys there are, also those that exclude each other. */
const isAboutCompany = ({message}: Finding) => message.includes(' is given beside ')

function findingsOf(text: string): readonly Finding[] {
  return (parseConfig(text, 'f.yaml').findings ?? []).filter(finding => !isAboutCompany(finding))
}

/** The right document with `value` at `path`, and the column where it stands there. */
function spoilt(path: Path, value: unknown): {text: string; column: number} {
  const text = JSON.stringify(replaced(right, path, () => MARK))
  return {text: text.replace(`"${MARK}"`, JSON.stringify(value)), column: text.indexOf(`"${MARK}"`) + 1}
}

for (const {path, kind} of places(root)) {
  test(`a wrong value is found where it stands: ${path.join('.') || 'the whole file'}`, () => {
    for (const value of wrongValues(kind)) {
      const {text, column} = spoilt(path, value)
      const findings = findingsOf(text)
      const about = `${JSON.stringify(value)} as ${path.join('.')}: ${findings.map(formatFinding).join('\n')}`
      assert.ok(findings.length > 0, about)
      assert.ok(
        findings.some(finding => finding.line === 1 && finding.column === column),
        about,
      )
      for (const {message} of findings) assert.match(message, /; expected /, about)
    }
  })
}

for (const {path, mapping} of mappings(root)) {
  for (const [key, field] of Object.entries(mapping.fields)) {
    const where = [...path, key].join('.')

    test(`a misspelt ${where} is one finding that names the right key`, () => {
      const text = JSON.stringify(
        replaced(right, path, old => {
          const entries = Object.entries(old as object)
          return Object.fromEntries(entries.map(([name, value]) => [name === key ? `${key}x` : name, value]))
        }),
      )
      const [finding, ...more] = findingsOf(text)
      assert.deepEqual(more, [])
      assert.match(
        finding?.message ?? '',
        new RegExp(`^unknown key "${key}x" in ${mapping.title}; expected .*${key}`),
      )
      assert.equal(finding?.hint, `did you mean "${key}"?`)
      assert.equal(finding?.column, text.indexOf(`"${key}x"`) + 1)
    })

    test(`without ${where} ${'required' in field ? 'there is a finding' : 'the file is fine'}`, () => {
      const text = JSON.stringify(
        replaced(right, path, old =>
          Object.fromEntries(Object.entries(old as object).filter(([name]) => name !== key)),
        ),
      )
      const expected = 'required' in field ? [`${mapping.title} has no key "${key}"`] : []
      assert.deepEqual(
        findingsOf(text).map(({message}) => message.split(';')[0]),
        expected,
      )
    })
  }
}

test('a finding reads file:line:column, what is wrong, what was expected, what was meant', () => {
  const text =
    'proxy:\n  services:\n    - name: a\n      domain: a.example\n      lbPolicy: ROUND_ROBBIN\n      hosts: [{address: 10.0.0.1, port: 1}]\n'
  const names = `${strategyNames.slice(0, -1).join(', ')} or ${strategyNames.at(-1)}`
  assert.deepEqual(findingsOf(text).map(formatFinding), [
    `f.yaml:5:17: lbPolicy is the text "ROUND_ROBBIN"; expected ${names}; did you mean "ROUND_ROBIN"?`,
  ])
})

const inService = (lines: string) =>
  `proxy: {services: [{name: a, domain: a.example, hosts: [{address: 10.0.0.1, port: 1}], ${lines}}]}`

test('a key that belongs elsewhere says where', () => {
  const [finding] = findingsOf(inService('clientHead: 5'))
  assert.equal(finding?.hint, '"clientHead" is a key of timeouts')
  const [atTop] = findingsOf('services: []')
  assert.equal(atTop?.hint, '"services" is a key of proxy')
})

test('keys of a prototype are unknown keys', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const [finding, ...more] = findingsOf(inService(`${key}: {port: 1}`))
    assert.deepEqual(more, [])
    assert.match(finding?.message ?? '', new RegExp(`^unknown key "${key}"`))
  }
  assert.equal('port' in {}, false)
})

test('keys that are no text, or nothing at all, are unknown keys', () => {
  for (const key of ['? [x]\n', '? {x: y}\n', '? ', '1', 'null', '""']) {
    const text = `${key}: 1\nproxy: {services: [{name: a, domain: a.example, hosts: [{address: b, port: 1}]}]}`
    const [finding, ...more] = findingsOf(text)
    assert.deepEqual(more, [], key)
    assert.match(finding?.message ?? '', /^unknown key /, key)
  }
})

const hints = {
  'workers: "4"': 'did you mean 4, without quotes?',
  'timeouts: {connect: "3"}': 'did you mean 3, without quotes?',
  'services: [{name: 5}]': 'did you mean "5", in quotes?',
  'services: [{domain: "http://a.example/x"}]': 'did you mean "a.example"?',
  'services: [{domain: "a.example:80"}]': 'did you mean "a.example"?',
  'services: [{domain: bücher.example}]': 'did you mean "xn--bcher-kva.example"?',
  'services: [{hosts: [{address: 10.0.0.1:80}]}]': 'did you mean "10.0.0.1"?',
  'services: [{lbPolicy: least-connections}]': 'did you mean "LEAST_CONNECTIONS"?',
  'services: [{lb_policy: RANDOM}]': 'did you mean "lbPolicy"?',
  'services: [{hosts: [{prot: 1}]}]': 'did you mean "port"?',
}

for (const [lines, hint] of Object.entries(hints)) {
  test(`${lines}: ${hint}`, () => {
    assert.ok(
      findingsOf(`proxy: {${lines}}`).some(finding => finding.hint === hint),
      findingsOf(`proxy: {${lines}}`).map(formatFinding).join('\n'),
    )
  })
}

test('an escape sequence in the file never reaches the terminal', () => {
  const text = inService('"\\e]0;x\\a": 1, lbPolicy: "\\e[2J\\u202e", tcpHealthcheck: "\\n"')
  const findings = findingsOf(text)
  assert.equal(findings.length, 3)
  for (const finding of findings) assert.doesNotMatch(formatFinding(finding), /[\x00-\x1f\x7f-\x9f\u202e]/)
  assert.equal(formatFinding({file: 'a\x1bb', message: 'x\ny'}), 'a\\x1bb: x\\x0ay')
})
