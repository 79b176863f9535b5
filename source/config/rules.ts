/** What no single value can say: names, domains and addresses that must not repeat, and times that must fit. */
import type {ProxyDraft, ServiceDraft} from './drafts.ts'
import {listen} from './fields.ts'
import {type Findings, quoted, type Report} from './finding.ts'
import {addressAndPort} from './formats.ts'
import {judgeHealthchecks} from './healthcheck-rules.ts'
import {defaultsOf} from './kinds.ts'
import {judgeFaults} from './made-faults.ts'
import {nearest} from './nearest.ts'
import type {Places, Reader} from './reader.ts'
import {judgeResilience} from './resilience-rules.ts'
import {didYouMean} from './scalar.ts'

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
    services.flatMap(service => routesOf(service, reader)),
    findings,
  )
  findRepeats('the listen address', listensOf(proxy, reader), findings)
  judgeControl(proxy, reader, findings)
  judgeRedirects(proxy, reader, findings)
  judgeResilience(proxy, reader, findings)
  for (const service of services) {
    findRepeats('the instance', instancesOf(service, reader), findings)
    judgeHosts(service, services, reader, findings)
    judgeHealthchecks(service, reader, findings)
    judgeFaults(service, reader, findings)
    judgeSplit(service, services, reader, findings)
    judgeHashHeader(service, reader, findings)
  }
}

/** Over TCP there is always a token. */
function judgeControl({control}: ProxyDraft, reader: Reader, findings: Findings): void {
  if (control === undefined || !reader.hasKey(control, 'listen')) return
  if (reader.hasKey(control, 'token') || reader.hasKey(control, 'tokenFile')) return
  findings.add(
    reader.keyOffset(control, 'listen'),
    'control listens on TCP without a token; expected `token` or `tokenFile` beside `listen`',
  )
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

/** Two services may have a domain in common where their paths or their header fields tell them apart. */
function routesOf(service: ServiceDraft, reader: Reader): readonly Occurrence[] {
  const {domain = [], path, headers = []} = service
  // What was refused leaves a hole: nobody can say what the service would be for.
  if (reader.hasKey(service, 'path') && path === undefined) return []
  if (reader.hasKey(service, 'headers') && headers.length === 0) return []
  const rules = headers.map(({key, value}) => `${key}: ${value}`).sort()
  const conditions = rules.length === 0 ? '' : ` with ${rules.join(', ')}`
  return domain.flatMap((name, index) => {
    const at = reader.entryOffset(domain, index)
    if (path === undefined) return [{text: `${name}${conditions}`, at}]
    return path.map((prefix, place) => ({
      text: `${name}${prefix === '/' ? '' : prefix}${conditions}`,
      at: prefix === '/' ? at : reader.entryOffset(path, place),
    }))
  })
}

function judgeSplit(
  {name, split}: ServiceDraft,
  services: readonly ServiceDraft[],
  reader: Reader,
  findings: Findings,
): void {
  if (split?.to === undefined) return
  const at = reader.keyOffset(split, 'to')
  const others = services.flatMap(other =>
    other.name === undefined || other.name === name ? [] : [other.name],
  )
  if (others.includes(split.to)) return
  const which = split.to === name ? 'is the service itself' : `is ${quoted(split.to)}, which is no service`
  findings.add(at, `to ${which}; expected the name of another service`, didYouMean(nearest(split.to, others)))
}

export function judgeHashHeader(service: ServiceDraft, reader: Places, findings: Report): void {
  if (service.lbPolicy !== 'HEADER_HASH' || reader.hasKey(service, 'hashHeader')) return
  const at = reader.keyOffset(service, 'lbPolicy')
  findings.add(at, 'lbPolicy HEADER_HASH goes by a header field; expected hashHeader to name it')
}

function listensOf({listen: entries = []}: ProxyDraft, reader: Reader): readonly Occurrence[] {
  return entries.flatMap((entry, index) => {
    const {address, port} = {...defaultsOf(listen.fields), ...entry}
    // Port 0 is another free port each time.
    if (port === 0 || !reader.isWhole(entry)) return []
    return [{text: addressAndPort(address, port), at: reader.entryOffset(entries, index)}]
  })
}

/** A client that is sent to where it came from comes again and again. */
function judgeRedirects({listen: entries = []}: ProxyDraft, reader: Reader, findings: Findings): void {
  for (const entry of entries) {
    if (entry.redirect === undefined || !reader.isWhole(entry)) continue
    const {port} = {...defaultsOf(listen.fields), ...entry}
    const other = entries.find(one => one !== entry && one.tls !== undefined)
    const otherPort = other && {...defaultsOf(listen.fields), ...other}.port
    const target = entry.redirectPort ?? otherPort ?? 443
    if (target !== port || port === 0) continue
    const at = reader.keyOffset(entry, 'redirect')
    findings.add(
      at,
      `redirect sends clients to port ${target}, which is this one; expected another redirectPort`,
    )
  }
}

function instancesOf({hosts = []}: ServiceDraft, reader: Reader): readonly Occurrence[] {
  return hosts.flatMap(({address, port}, index) =>
    address === undefined || port === undefined
      ? []
      : [{text: addressAndPort(address, port), at: reader.entryOffset(hosts, index)}],
  )
}

/** Instances have to come from somewhere. */
function judgeHosts(
  service: ServiceDraft,
  services: readonly ServiceDraft[],
  reader: Reader,
  findings: Findings,
): void {
  const {discover} = service
  if (
    discover !== undefined &&
    reader.isWhole(discover) &&
    discover.srv === undefined &&
    discover.file === undefined
  )
    findings.add(reader.keyOffset(service, 'discover'), 'discover is empty; expected srv or file in it')
  if (reader.hasKey(service, 'hosts') || reader.hasKey(service, 'discover') || !reader.isWhole(service))
    return
  const at = reader.entryOffset(services, services.indexOf(service))
  findings.add(at, 'a service has no key "hosts"; expected a list of at least one host, or discover')
}
