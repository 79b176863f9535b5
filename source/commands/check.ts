/** `check FILE`: says what is wrong with a configuration, or that nothing is. */
import {formatFinding} from '../config/finding.ts'
import {loadConfig} from '../config/load.ts'
import {printable} from '../printable.ts'

/** Prints each finding on a line of its own and then a line that sums up; gives the exit code. */
export async function check(path: string, output: {write(text: string): void}): Promise<number> {
  const {config, findings} = await loadConfig(path)
  const file = printable(path)
  if (findings !== undefined) {
    for (const finding of findings) output.write(`${formatFinding(finding)}\n`)
    output.write(`${counted(findings.length, 'finding')} in ${file}\n`)
    return 1
  }
  const instances = config.services.reduce((sum, service) => sum + service.instances.length, 0)
  output.write(
    `${file} is fine: ${counted(config.services.length, 'service')}, ${counted(instances, 'instance')}\n`,
  )
  return 0
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
