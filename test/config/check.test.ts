/** What `check FILE` prints, and its exit code. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {check} from '../../source/commands/check.ts'
import {service} from '../../source/config/fields.ts'
import {oneOf} from '../../source/config/finding.ts'
import {originalFile} from './sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'revproxy-check-'))
after(() => rmSync(folder, {recursive: true}))

async function checked(
  text: string,
  name = 'a.yaml',
): Promise<{code: number; printed: string; path: string}> {
  const path = join(folder, name)
  writeFileSync(path, text)
  let printed = ''
  const code = await check(path, {write: piece => (printed += piece)})
  return {code, printed, path}
}

test('a right file: what is in it, and 0', async () => {
  const {code, printed, path} = await checked(originalFile)
  assert.equal(printed, `${path} is fine: 1 service, 1 instance\n`)
  assert.equal(code, 0)
  const hosts = (count: number) =>
    Array.from({length: count}, (_, index) => `{address: a, port: ${index + 1}}`)
  const two = await checked(
    `proxy: {services: [{name: a, domain: a, hosts: [${hosts(2)}]}, {name: b, domain: b, hosts: [${hosts(3)}]}]}`,
  )
  assert.equal(two.printed, `${two.path} is fine: 2 services, 5 instances\n`)
})

test('a wrong file: every finding on a line, how many there are, and 1', async () => {
  const {code, printed, path} = await checked(
    originalFile.replace('9090', '99999').replace('lbPolicy', 'lbPolcy'),
  )
  assert.equal(
    printed,
    [
      `${path}:10:17: port is 99999; expected a whole number from 1 to 65535`,
      `${path}:14:7: unknown key "lbPolcy" in a service; expected ${oneOf(Object.keys(service.fields))}; did you mean "lbPolicy"?`,
      `2 findings in ${path}`,
      '',
    ].join('\n'),
  )
  assert.equal(code, 1)
})

test('a missing file is one finding', async () => {
  let printed = ''
  assert.equal(await check('/nowhere/a.yaml', {write: piece => (printed += piece)}), 1)
  assert.equal(
    printed,
    '/nowhere/a.yaml: there is no such file; check the path\n1 finding in /nowhere/a.yaml\n',
  )
})

test('a file name with an escape sequence is only shown', async () => {
  const {printed} = await checked('', '\x1b[31m.yaml')
  assert.doesNotMatch(printed, /\x1b/)
  assert.match(printed, /1 finding in .*\\x1b\[31m\.yaml\n$/)
})
