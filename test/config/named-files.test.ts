/** Files that a configuration names: what is wrong with them is told where they are named. */
import assert from 'node:assert/strict'
import {symlinkSync} from 'node:fs'
import {type TestContext, test} from 'node:test'
import {formatFinding} from '../../source/config/finding.ts'
import {loadConfig} from '../../source/config/load.ts'
import {Folder} from '../folder.ts'
import {Authority} from '../tls/certificates.ts'

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

async function pairFindings(t: TestContext, pair: string, files: Readonly<Record<string, string>>) {
  const folder = new Folder(t)
  for (const [name, text] of Object.entries(files)) folder.write(name, text)
  const text = `proxy:
  listen:
    tls: {certificates: ${pair}}
  services:
    - {name: api, domain: api.test, hosts: [{address: a.test, port: 443}]}
`
  const {findings = [], config} = await loadConfig(folder.write('proxy.yaml', text))
  const lines = findings.map(finding => formatFinding(finding).replaceAll(`${folder.path}/`, ''))
  return {lines, listen: config?.listen[0], folder}
}

const one = authority.issue(['one.test'])
const two = authority.issue(['two.test'])
const both = '{certificate: one.pem, key: one.key}'

test('a certificate and its key may stand in one file', async t => {
  const {lines, listen, folder} = await pairFindings(t, '{certificate: both.pem}', {
    'both.pem': one.certificate + one.key,
  })
  assert.deepEqual(lines, [])
  const path = `${folder.path}/both.pem`
  assert.deepEqual(listen?.tls, {certificates: [{certificate: path, key: path}], minVersion: 'TLSv1.2'})
})

for (const [what, files, expected] of [
  [
    'a key of another certificate',
    {'one.pem': one.certificate, 'one.key': two.key},
    '3:53: key is one.key: the key does not belong to the (first) certificate',
  ],
  [
    'a key in place of a certificate',
    {'one.pem': one.key, 'one.key': one.key},
    '3:39: certificate is one.pem: the file holds no certificate in PEM; expected "-----BEGIN CERTIFICATE-----"',
  ],
  [
    'a certificate in place of a key',
    {'one.pem': one.certificate, 'one.key': one.certificate},
    '3:53: key is one.key: the file holds no private key in PEM; expected "-----BEGIN PRIVATE KEY-----"',
  ],
  ['no key', {'one.pem': one.certificate}, '3:53: key is one.key: there is no such file; check the path'],
] as const) {
  test(`${what} is a finding where it is named`, async t => {
    const {lines} = await pairFindings(t, both, files)
    assert.deepEqual(lines, [`proxy.yaml:${expected}`])
  })
}

test('a file that is written is none of those that are read, and is written by one alone', async t => {
  const folder = new Folder(t)
  const findings = async (more: string) => {
    const text = `proxy:
  services: [{name: api, domain: api.test, hosts: [{address: 127.0.0.1, port: 1}]}]
${more}`
    const {findings = []} = await loadConfig(folder.write('proxy.yaml', text))
    return findings.map(finding => formatFinding(finding).replaceAll(`${folder.path}/`, ''))
  }
  const itself = 'that file is read as well; choose another one'
  assert.deepEqual(await findings('  stateFile: proxy.yaml\n'), [
    `proxy.yaml:3:14: stateFile is proxy.yaml: ${itself}`,
  ])
  symlinkSync('proxy.yaml', `${folder.path}/link`)
  assert.deepEqual(await findings('  accessLog: {path: link}\n'), [
    `proxy.yaml:3:21: accessLog.path is link: ${itself}`,
  ])
  const two = '  stateFile: here\n  accessLog: {path: ./here}\n'
  assert.deepEqual(await findings(two), [
    'proxy.yaml:4:21: accessLog.path is here: that file is written as stateFile as well; choose another one',
  ])
  const control = '  control: {listen: {port: 0}, tokenFile: token}\n  stateFile: token\n'
  assert.deepEqual(await findings(control), [`proxy.yaml:4:14: stateFile is token: ${itself}`])
  assert.deepEqual(await findings('  stateFile: state\n  accessLog: {path: stdout}\n'), [])
})
