/** A file of hosts, one service's: YAML or JSON with a list `hosts`, judged like those in the configuration itself. */
import {LineCounter} from 'yaml'
import {hostsFile} from './fields.ts'
import {type Finding, Findings, quoted} from './finding.ts'
import {addressAndPort} from './formats.ts'
import type {Read} from './kinds.ts'
import {Reader} from './reader.ts'
import {readTree} from './tree.ts'

export type FileHost = Read<typeof hostsFile, true>['hosts'][number]

export type HostsRead =
  | {readonly hosts: readonly FileHost[]; readonly findings?: undefined}
  | {readonly hosts?: undefined; readonly findings: readonly Finding[]}

/** `fileName` is only what the findings call the text. */
export function parseHosts(text: string, fileName: string): HostsRead {
  const lines = new LineCounter()
  const findings = new Findings(fileName, lines)
  const tree = readTree(text, lines, findings)
  if (tree === undefined) return {findings: findings.all}
  const reader = new Reader(tree, findings)
  const draft = reader.read(tree.contents, hostsFile)
  const firsts = new Map<string, number>()
  for (const [index, {address, port}] of (draft?.hosts ?? []).entries()) {
    if (address === undefined || port === undefined || draft?.hosts === undefined) continue
    const key = addressAndPort(address, port)
    const at = reader.entryOffset(draft.hosts, index)
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, at)
    else
      findings.add(
        at,
        `the instance ${quoted(key)} is given twice; the first is on line ${findings.lineAt(first)}`,
      )
  }
  // Without a finding nothing required is missing.
  return findings.none ? {hosts: (draft as Read<typeof hostsFile, true>).hosts} : {findings: findings.all}
}
