/** The text of a configuration → a Config, or every finding at once. Pure: no file is touched. */
import {dirname} from 'node:path'
import {LineCounter} from 'yaml'
import {buildConfig} from './build.ts'
import type {Config} from './config.ts'
import type {Given} from './difference.ts'
import {root} from './fields.ts'
import {type Finding, Findings} from './finding.ts'
import {type NamedFiles, namedFilesOf} from './named-files.ts'
import {Reader} from './reader.ts'
import {applyRules} from './rules.ts'
import {readTree} from './tree.ts'

/** Either a configuration to run by or at least one finding; test with `findings === undefined`. */
export type Parsed =
  | {
      readonly config: Config
      readonly given: Given
      /** the files that it names: nobody has looked into them yet */
      readonly named: NamedFiles
      readonly findings?: undefined
    }
  | {
      readonly config?: undefined
      readonly given?: undefined
      readonly named?: undefined
      readonly findings: readonly Finding[]
    }

/** `fileName` is what the findings call the text; paths in it begin where that file lies. */
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
  if (!findings.none) return {findings: findings.all}
  const folder = dirname(fileName)
  const named = namedFilesOf(given.proxy, reader, findings, fileName)
  return {config: buildConfig(given, folder), given, named}
}
