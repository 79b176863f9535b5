/** `diff [FILE]`: what would change if the file were in force. */
import {resolve} from 'node:path'
import {exitCodes} from '../exit-codes.ts'
import {printDifferences} from './differences.ts'
import {json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export function run({args, options, output}: Call): Promise<number> {
  const [file] = args
  return withProxy({options}, async control => {
    const comparison = await control.compareConfig(file === undefined ? undefined : resolve(file))
    if (options.json === true) output.write(json(comparison))
    else printDifferences(comparison, output)
    if (comparison.findings.length > 0) return exitCodes.CONFIGURATION.code
    return comparison.differences.length === 0 ? exitCodes.OK.code : exitCodes.DIFFERENT.code
  })
}
