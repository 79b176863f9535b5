/** Reads a configuration file, and looks into the files that it names. Whatever is wrong is a finding. */
import {checkNamedFiles} from './named-files.ts'
import {type Parsed, parseConfig} from './parse.ts'
import {readTextFile} from './read-file.ts'

/** Never throws for what is wrong with the files. */
export async function loadConfig(path: string): Promise<Parsed> {
  const {text, problem} = await readTextFile(path, 'a configuration')
  if (text === undefined) return {findings: [{file: path, message: problem}]}
  const parsed = parseConfig(text, path)
  if (parsed.findings !== undefined) return parsed
  const findings = await checkNamedFiles(parsed.named)
  return findings.length === 0 ? parsed : {findings}
}
