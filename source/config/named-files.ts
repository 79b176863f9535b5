/** The files that a configuration names besides itself: where it names them, and what is wrong with them. */
import {resolve} from 'node:path'
import {authoritiesProblem} from '../tls/pem.ts'
import type {Finding, Findings} from './finding.ts'
import {readTextFile} from './read-file.ts'
import type {Reader} from './reader.ts'
import type {ProxyDraft} from './rules.ts'

/** A file and the place where it is named, which is where a finding about it points. */
interface NamedFile {
  readonly path: string
  readonly place: Omit<Finding, 'message'>
}

export interface NamedFiles {
  readonly authorities: readonly NamedFile[]
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
  return {authorities: instanceTls.flatMap(tls => (tls === undefined ? [] : named(tls, 'ca')))}
}

/** Reads them all. Never rejects. */
export async function checkNamedFiles({authorities}: NamedFiles): Promise<readonly Finding[]> {
  const findings = await Promise.all(authorities.map(checkAuthorities))
  return findings.flat()
}

async function checkAuthorities({path, place}: NamedFile): Promise<readonly Finding[]> {
  const read = await readTextFile(path, 'certificates')
  const problem = read.text === undefined ? read.problem : authoritiesProblem(read.text)
  return problem === undefined ? [] : [{...place, message: `ca is ${path}: ${problem}`}]
}
