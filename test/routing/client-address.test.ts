/** Whose request it is: only what trusted proxies wrote themselves is believed. */
import assert from 'node:assert/strict'
import {BlockList} from 'node:net'
import {test} from 'node:test'
import {FieldSpans, readFields} from '../../source/http1/fields.ts'
import {clientAddress} from '../../source/routing/client-address.ts'

const trusted = new BlockList()
trusted.addSubnet('10.0.0.0', 8, 'ipv4')
trusted.addSubnet('2001:db8:ffff::', 48, 'ipv6')

function fieldsOf(lines: readonly string[]): FieldSpans {
  const fields = new FieldSpans()
  readFields(`${lines.map(line => `${line}\r\n`).join('')}\r\n`, 0, 100, fields)
  return fields
}

const addressOf = (peer: string, lines: readonly string[]) => clientAddress(peer, fieldsOf(lines), trusted)

const forwarded = (value: string) => [`X-Forwarded-For: ${value}`]

test('the peer is the client where nobody is trusted, whatever it claims', () => {
  assert.equal(addressOf('192.0.2.7', forwarded('198.51.100.1')), '192.0.2.7')
  assert.equal(clientAddress('10.1.1.1', fieldsOf(forwarded('198.51.100.1')), undefined), '10.1.1.1')
  assert.equal(addressOf('10.1.1.1', ['Accept: */*']), '10.1.1.1')
})

for (const [value, client, why] of [
  ['198.51.100.1', '198.51.100.1', 'the one that the trusted proxy saw'],
  ['203.0.113.9, 198.51.100.1', '198.51.100.1', 'what stands left of it is only claimed'],
  ['203.0.113.9,198.51.100.1 , 10.2.2.2,10.3.3.3', '198.51.100.1', 'through a chain of trusted proxies'],
  ['10.4.4.4, 10.3.3.3', '10.4.4.4', 'all are trusted: the first of them'],
  ['198.51.100.1, unknown, 10.3.3.3', '10.3.3.3', 'what is no address ends the walk'],
  ['garbage', '10.1.1.1', 'nothing but garbage: the peer'],
  ['', '10.1.1.1', 'empty: the peer'],
  [', ,198.51.100.1, ,', '198.51.100.1', 'empty elements say nothing'],
  ['198.51.100.1:4711', '198.51.100.1', 'with a port'],
  ['[2001:DB8:0:0::1]:443', '2001:db8::1', 'IPv6 with a port, in its one form'],
  ['2001:db8:0::1', '2001:db8::1', 'IPv6 as it is'],
  ['198.51.100.1, 2001:db8:ffff::5', '198.51.100.1', 'trusted IPv6'],
  ['::ffff:198.51.100.1', '198.51.100.1', 'IPv4 in IPv6 is the IPv4 address'],
  ['fe80::1%eth0', '10.1.1.1', 'a zone means nothing here'],
  ['300.1.1.1', '10.1.1.1', 'four numbers that are no address'],
] as const) {
  test(`behind a trusted proxy, X-Forwarded-For: ${value} → ${client} (${why})`, () => {
    assert.equal(addressOf('10.1.1.1', forwarded(value)), client)
  })
}

test('several field lines are one list', () => {
  const lines = [
    ...forwarded('203.0.113.9'),
    'Accept: */*',
    ...forwarded('198.51.100.1'),
    ...forwarded('10.2.2.2'),
  ]
  assert.equal(addressOf('10.1.1.1', lines), '198.51.100.1')
})
