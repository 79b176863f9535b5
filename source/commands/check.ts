/** `check FILE`: says what is wrong with a configuration, or that nothing is. */
import {formatFinding} from '../config/finding.ts'
import {loadConfig} from '../config/load.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {counted, json} from './print.ts'
import type {Call} from './table.ts'

export function run({args: [path = ''], options, output}: Call): Promise<number> {
  return check(path, output, options.json === true)
}

/** Prints each finding on a line of its own and then a line that sums up; gives the exit code. */
export async function check(path: string, output: Call['output'], asJson = false): Promise<number> {
  const {config, findings} = await loadConfig(path)
  const file = printable(path)
  if (asJson) output.write(json({findings: findings ?? []}))
  if (findings !== undefined) {
    if (asJson) return exitCodes.CONFIGURATION.code
    for (const finding of findings) output.write(`${formatFinding(finding)}\n`)
    output.write(`${counted(findings.length, 'finding')} in ${file}\n`)
    return exitCodes.CONFIGURATION.code
  }
  if (asJson) return exitCodes.OK.code
  const instances = config.services.reduce((sum, service) => sum + service.instances.length, 0)
  output.write(
    `${file} is fine: ${counted(config.services.length, 'service')}, ${counted(instances, 'instance')}\n`,
  )
  return exitCodes.OK.code
}
