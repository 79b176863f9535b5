/** The files that a configuration names besides itself: where it names them, and what is wrong with them. */
import {resolve} from 'node:path'
import {authoritiesProblem, readPair} from '../tls/pem.ts'
import type {ProxyDraft} from './drafts.ts'
import type {Finding, Findings} from './finding.ts'
import {parseHosts} from './hosts-file.ts'
import {readTextFile} from './read-file.ts'
import type {Reader} from './reader.ts'

/** A file and the place where it is named, which is where a finding about it points. */
interface NamedFile {
  readonly path: string
  readonly place: Omit<Finding, 'message'>
}

export interface NamedFiles {
  readonly pairs: readonly {readonly certificate: NamedFile; readonly key: NamedFile}[]
  readonly authorities: readonly NamedFile[]
  readonly hosts: readonly NamedFile[]
}

/** Paths begin in `folder`, that of the configuration, unless they are absolute. */
export function namedFilesOf(
  proxy: ProxyDraft,
  reader: Reader,
  findings: Findings,
  folder: string,
): NamedFiles {
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
  return {pairs, hosts, authorities: instanceTls.flatMap(tls => (tls === undefined ? [] : named(tls, 'ca')))}
}

/** Reads them all. Never rejects. */
export async function checkNamedFiles({pairs, authorities, hosts}: NamedFiles): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    ...pairs.map(checkPair),
    ...authorities.map(checkAuthorities),
    ...hosts.map(checkHosts),
  ])
  return findings.flat()
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
