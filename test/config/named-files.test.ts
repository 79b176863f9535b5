/** Files that a configuration names: what is wrong with them is told where they are named. */
import assert from 'node:assert/strict'
import {type TestContext, test} from 'node:test'
import {formatFinding} from '../../source/config/finding.ts'
import {loadConfig} from '../../source/config/load.ts'
import {Authority, Folder} from '../tls/certificates.ts'

const authority = new Authority()

async function findingsOf(t: TestContext, ca: string, files: Readonly<Record<string, string>>) {
  const folder = new Folder(t)
  for (const [name, text] of Object.entries(files)) folder.write(name, text)
  const text = `proxy:
  services:
    - name: api
      domain: api.test
      tls: {ca: ${ca}}
      hosts: [{address: a.test, port: 443, tls: {verify: false}}]
`
  const {findings = [], config} = await loadConfig(folder.write('proxy.yaml', text))
  const lines = findings.map(finding => formatFinding(finding).replaceAll(`${folder.path}/`, ''))
  return {lines, config, folder}
}

test('authorities are read from the folder of the configuration; a host takes over what it does not say itself', async t => {
  const {lines, config, folder} = await findingsOf(t, 'ca.pem', {'ca.pem': authority.certificate})
  assert.deepEqual(lines, [])
  assert.deepEqual(config?.services[0]?.instances[0]?.tls, {
    verify: false,
    ca: `${folder.path}/ca.pem`,
    serverName: 'a.test',
    minVersion: 'TLSv1.2',
  })
})

for (const [what, text, expected] of [
  ['is not there', undefined, 'there is no such file; check the path'],
  ['holds none', 'hello', 'the file holds no certificate in PEM; expected "-----BEGIN CERTIFICATE-----"'],
  [
    'holds a damaged one',
    authority.certificate.replace(/[A-Z]/g, 'A'),
    'the file holds no certificate in PEM; expected "-----BEGIN CERTIFICATE-----"',
  ],
  [
    'holds a good one and a damaged one',
    `${authority.certificate}${authority.certificate.replace(/MII.{20}/, 'MIIAAAA')}`,
    'certificate 2 of 2 in the file is damaged',
  ],
] as const) {
  test(`a file of authorities that ${what} is a finding where it is named`, async t => {
    const {lines} = await findingsOf(t, 'ca.pem', text === undefined ? {} : {'ca.pem': text})
    assert.deepEqual(lines, [`proxy.yaml:5:17: ca is ca.pem: ${expected}`])
  })
}
