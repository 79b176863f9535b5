/** The text of a configuration → a Config, or every finding at once. Pure: no file is touched. */
import {LineCounter} from 'yaml'
import {buildConfig} from './build.ts'
import type {Config} from './config.ts'
import type {Given} from './difference.ts'
import {root} from './fields.ts'
import {type Finding, Findings} from './finding.ts'
import {Reader} from './reader.ts'
import {applyRules} from './rules.ts'
import {readTree} from './tree.ts'

/** Either a configuration to run by or at least one finding; test with `findings === undefined`. */
export type Parsed =
  | {readonly config: Config; readonly given: Given; readonly findings?: undefined}
  | {readonly config?: undefined; readonly given?: undefined; readonly findings: readonly Finding[]}

/** `fileName` is only what the findings call the text. */
export function parseConfig(text: string, fileName: string): Parsed {
  const lines = new LineCounter()
  const findings = new Findings(fileName, lines)
  const tree = readTree(text, lines, findings)
  if (tree === undefined) return {findings: findings.all}
  const reader = new Reader(tree, findings)
  const draft = reader.read(tree.contents, root)
  if (draft?.proxy !== undefined) applyRules(draft.proxy, reader, findings)
  // Without a finding nothing required is missing: that is what `true` says.
  const given = draft as Given
  return findings.none ? {config: buildConfig(given), given} : {findings: findings.all}
}
