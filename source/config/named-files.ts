/** The files that a configuration names besides itself: where it names them, and what is wrong with them. */
import {dirname, resolve} from 'node:path'
import {authoritiesProblem, readPair} from '../tls/pem.ts'
import type {ProxyDraft} from './drafts.ts'
import type {Finding, Findings} from './finding.ts'
import {parseHosts} from './hosts-file.ts'
import {readTextFile} from './read-file.ts'
import type {Reader} from './reader.ts'
import {checkWritten, type NamedFile, type WrittenFile} from './written-files.ts'

export interface NamedFiles {
  /** its own */
  readonly configuration: string
  readonly pairs: readonly {readonly certificate: NamedFile; readonly key: NamedFile}[]
  readonly authorities: readonly NamedFile[]
  readonly hosts: readonly NamedFile[]
  readonly tokens: readonly NamedFile[]
  readonly written: readonly WrittenFile[]
}

/** Paths begin in the folder of the configuration, unless they are absolute. */
export function namedFilesOf(
  proxy: ProxyDraft,
  reader: Reader,
  findings: Findings,
  configuration: string,
): NamedFiles {
  const folder = dirname(configuration)
  const named = <T extends object>(mapping: T, key: keyof T & string): NamedFile[] => {
    const path = mapping[key]
    if (typeof path !== 'string') return []
    return [{path: resolve(folder, path), place: findings.placeAt(reader.keyOffset(mapping, key))}]
  }
  const services = proxy.services ?? []
  const instanceTls = services.flatMap(({tls, hosts = []}) => [tls, ...hosts.map(host => host.tls)])
  const listeners = (proxy.listen ?? []).flatMap(({tls}) => tls?.certificates ?? [])
  const pairs = listeners.flatMap(pair => {
    const [certificate] = named(pair, 'certificate')
    const [key = certificate] = named(pair, 'key')
    return certificate === undefined || key === undefined ? [] : [{certificate, key}]
  })
  const hosts = services.flatMap(({discover}) => (discover === undefined ? [] : named(discover, 'file')))
  const {control = {}, accessLog = {}} = proxy
  const written = [
    ...named(proxy, 'stateFile').map(file => ({...file, key: 'stateFile'})),
    ...(accessLog.path === 'stdout'
      ? []
      : named(accessLog, 'path').map(file => ({...file, key: 'accessLog.path'}))),
    ...named(control, 'socket').map(file => ({...file, key: 'control.socket'})),
  ]
  return {
    configuration: resolve(configuration),
    pairs,
    hosts,
    authorities: instanceTls.flatMap(tls => (tls === undefined ? [] : named(tls, 'ca'))),
    tokens: named(control, 'tokenFile'),
    written,
  }
}

/** Reads them all. Never rejects. */
export async function checkNamedFiles(named: NamedFiles): Promise<readonly Finding[]> {
  const {configuration, pairs, authorities, hosts, tokens, written} = named
  const read = [
    ...pairs.flatMap(({certificate, key}) => [certificate, key]),
    ...authorities,
    ...hosts,
    ...tokens,
  ]
  const findings = await Promise.all([
    ...pairs.map(checkPair),
    ...authorities.map(checkAuthorities),
    ...hosts.map(checkHosts),
  ])
  return [...findings.flat(), ...checkWritten(written, [configuration, ...read.map(({path}) => path)])]
}

async function checkPair(files: NamedFiles['pairs'][number]): Promise<readonly Finding[]> {
  const {certificate, key} = files
  const found = (which: 'certificate' | 'key', problem: string) => {
    const {path, place} = files[which]
    return [{...place, message: `${which} is ${path}: ${problem}`}]
  }
  const [first, second] = await Promise.all([
    readTextFile(certificate.path, 'PEM'),
    readTextFile(key.path, 'PEM'),
  ])
  if (first.text === undefined) return found('certificate', first.problem)
  if (second.text === undefined) return found('key', second.problem)
  const read = readPair(first.text, second.text)
  return read.problem === undefined ? [] : found(read.in, read.problem)
}

/** What is wrong within the file has its own places there. */
async function checkHosts({path, place}: NamedFile): Promise<readonly Finding[]> {
  const read = await readTextFile(path, 'hosts')
  if (read.text === undefined) return [{...place, message: `file is ${path}: ${read.problem}`}]
  return parseHosts(read.text, path).findings ?? []
}

async function checkAuthorities({path, place}: NamedFile): Promise<readonly Finding[]> {
  const read = await readTextFile(path, 'certificates')
  const problem = read.text === undefined ? read.problem : authoritiesProblem(read.text)
  return problem === undefined ? [] : [{...place, message: `ca is ${path}: ${problem}`}]
}
