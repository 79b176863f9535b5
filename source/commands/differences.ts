/** What a file would change, as lines. */
import {differenceText} from '../config/difference.ts'
import type {ConfigComparison} from '../control/control.ts'
import {printable} from '../printable.ts'
import {CommandFailure} from './failure.ts'
import type {Call} from './table.ts'

/** @throws CommandFailure with all findings, when the file has some */
export function printDifferences({findings, differences}: ConfigComparison, output: Call['output']): void {
  if (findings.length > 0) throw new CommandFailure('CONFIGURATION', findings.join('\n'))
  for (const difference of differences) output.write(`${printable(differenceText(difference))}\n`)
}
