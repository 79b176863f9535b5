/** A name server whose every answer is a test's decision: the few record types of discovery, over UDP and TCP (RFC 1035). */
import {createSocket} from 'node:dgram'
import {type AddressInfo, createServer, isIPv4} from 'node:net'
import type {Cleanups} from '../proxy/harness.ts'

export type DnsRecord =
  | {readonly a: string; readonly ttl?: number; readonly of?: string}
  | {readonly aaaa: string; readonly ttl?: number; readonly of?: string}
  | {readonly cname: string; readonly ttl?: number; readonly of?: string}
  | {
      readonly srv: readonly [priority: number, weight: number, port: number, target: string]
      readonly ttl?: number
    }

/** What a question gets; `silent`: nothing. */
export type DnsAnswer = readonly DnsRecord[] | 'nxdomain' | 'servfail' | 'silent' | 'truncated'

const TYPES: Readonly<Record<number, 'A' | 'AAAA' | 'SRV'>> = {1: 'A', 28: 'AAAA', 33: 'SRV'}
const CODES = {nxdomain: 3, servfail: 2} as const

export class DnsResponder {
  /** by `name TYPE`, such as `api.test A`; what is not here does not exist */
  readonly answers = new Map<string, DnsAnswer>()
  /** what was asked, with `tcp` behind it where that was so */
  readonly asked: string[] = []
  port = 0

  static async start(t: Cleanups): Promise<DnsResponder> {
    const responder = new DnsResponder()
    const tcp = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', (message: Buffer) => {
        const answer = responder.#answer(message.subarray(2), true)
        if (answer === undefined) return
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.end(Buffer.concat([length, answer]))
      })
    })
    await new Promise<void>(resolve => tcp.listen(0, '127.0.0.1', resolve))
    responder.port = (tcp.address() as AddressInfo).port
    const udp = createSocket('udp4')
    udp.on('message', (message, {address, port}) => {
      const answer = responder.#answer(message, false)
      if (answer !== undefined) udp.send(answer, port, address)
    })
    await new Promise<void>(resolve => udp.bind(responder.port, '127.0.0.1', resolve))
    t.after(() => {
      udp.close()
      tcp.close()
    })
    return responder
  }

  get server(): string {
    return `127.0.0.1:${this.port}`
  }

  #answer(question: Buffer, isTcp: boolean): Buffer | undefined {
    const {name, end} = readName(question, 12)
    const type = TYPES[question.readUInt16BE(end)] ?? 'other'
    const key = `${name} ${type}`
    this.asked.push(isTcp ? `${key} tcp` : key)
    const known = this.answers.get(key) ?? (this.#exists(name) ? [] : 'nxdomain')
    if (known === 'silent') return undefined
    const isTruncated = known === 'truncated' && !isTcp
    const records =
      typeof known === 'string' ? (known === 'truncated' && isTcp ? [{a: '127.0.0.9'}] : []) : known
    const header = Buffer.alloc(12)
    question.copy(header, 0, 0, 2)
    const code = known === 'nxdomain' || known === 'servfail' ? CODES[known] : 0
    header.writeUInt16BE(0x8580 | (isTruncated ? 0x0200 : 0) | code, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    const asked = question.subarray(12, end + 4)
    return Buffer.concat([header, asked, ...records.map(record => encoded(record, name))])
  }

  #exists(name: string): boolean {
    return [...this.answers.keys()].some(key => key.startsWith(`${name} `))
  }
}

function encoded(record: DnsRecord, asked: string): Buffer {
  const [type, data] = dataOf(record)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(record.ttl ?? 60, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([named('of' in record ? (record.of ?? asked) : asked), fixed, data])
}

function dataOf(record: DnsRecord): readonly [number, Buffer] {
  if ('a' in record) {
    if (!isIPv4(record.a)) throw new Error(`${record.a} is no IPv4 address`)
    return [1, Buffer.from(record.a.split('.').map(Number))]
  }
  if ('aaaa' in record) {
    const groups = new URL(`http://[${record.aaaa}]`).hostname.slice(1, -1).split('::')
    const [head = '', tail = ''] = groups
    const words = (text: string) =>
      text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16))
    const missing = 8 - words(head).length - words(tail).length
    const all = [...words(head), ...Array(missing).fill(0), ...words(tail)]
    return [28, Buffer.from(all.flatMap(word => [word >> 8, word & 255]))]
  }
  if ('cname' in record) return [5, named(record.cname)]
  const [priority, weight, port, target] = record.srv
  const numbers = Buffer.alloc(6)
  numbers.writeUInt16BE(priority, 0)
  numbers.writeUInt16BE(weight, 2)
  numbers.writeUInt16BE(port, 4)
  return [33, Buffer.concat([numbers, named(target)])]
}

function named(name: string): Buffer {
  const labels = name.split('.').filter(label => label !== '')
  return Buffer.concat([
    ...labels.map(label => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ])
}

function readName(message: Buffer, start: number): {name: string; end: number} {
  const labels: string[] = []
  let at = start
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return {name: labels.join('.').toLowerCase(), end: at + 1}
}
