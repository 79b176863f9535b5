/** What no single value can say: names, domains and addresses that must not repeat, and times that must fit. */
import {listen, type root, tcpHealthcheck} from './fields.ts'
import {type Findings, quoted} from './finding.ts'
import {addressAndPort} from './formats.ts'
import {defaultsOf, type Read} from './kinds.ts'
import type {Reader} from './reader.ts'
import {formatTime} from './time.ts'

type ProxyDraft = NonNullable<Read<typeof root, false>['proxy']>
type ServiceDraft = NonNullable<ProxyDraft['services']>[number]

/** Something that must not occur twice, and where it stands. */
interface Occurrence {
  readonly text: string
  readonly at: number
}

/** Judges what could be read, so that these findings come along with those of the reader. */
export function applyRules(proxy: ProxyDraft, reader: Reader, findings: Findings): void {
  const services = proxy.services ?? []
  findRepeats(
    'the service name',
    services.flatMap(service => nameOf(service, reader)),
    findings,
  )
  findRepeats(
    'the domain',
    services.flatMap(service => domainsOf(service, reader)),
    findings,
  )
  findRepeats('the listen address', listensOf(proxy, reader), findings)
  for (const service of services) {
    findRepeats('the instance', instancesOf(service, reader), findings)
    judgeHealthcheck(service, reader, findings)
  }
}

function findRepeats(what: string, occurrences: readonly Occurrence[], findings: Findings): void {
  const firsts = new Map<string, number>()
  for (const {text, at} of occurrences) {
    const first = firsts.get(text)
    if (first === undefined) firsts.set(text, at)
    else
      findings.add(
        at,
        `${what} ${quoted(text)} is given twice; the first is on line ${findings.lineAt(first)}`,
      )
  }
}

function nameOf(service: ServiceDraft, reader: Reader): readonly Occurrence[] {
  return service.name === undefined ? [] : [{text: service.name, at: reader.keyOffset(service, 'name')}]
}

function domainsOf({domain = []}: ServiceDraft, reader: Reader): readonly Occurrence[] {
  return domain.map((text, index) => ({text, at: reader.entryOffset(domain, index)}))
}

function listensOf({listen: entries = []}: ProxyDraft, reader: Reader): readonly Occurrence[] {
  return entries.flatMap((entry, index) => {
    const {address, port} = {...defaultsOf(listen.fields), ...entry}
    // Port 0 is another free port each time.
    if (port === 0 || !reader.isWhole(entry)) return []
    return [{text: addressAndPort(address, port), at: reader.entryOffset(entries, index)}]
  })
}

function instancesOf({hosts = []}: ServiceDraft, reader: Reader): readonly Occurrence[] {
  return hosts.flatMap(({address, port}, index) =>
    address === undefined || port === undefined
      ? []
      : [{text: addressAndPort(address, port), at: reader.entryOffset(hosts, index)}],
  )
}

function judgeHealthcheck({tcpHealthcheck: check}: ServiceDraft, reader: Reader, findings: Findings): void {
  if (check === undefined || !reader.isWhole(check)) return
  const {interval, timeout} = {...defaultsOf(tcpHealthcheck.of.fields), ...check}
  if (interval >= timeout) return
  const at = reader.keyOffset(check, check.interval === undefined ? 'timeout' : 'interval')
  const times = `interval is ${formatTime(interval)}, shorter than timeout, which is ${formatTime(timeout)}`
  findings.add(at, `${times}; expected a check to end before the next one begins`)
}
