/** `reload`: shows what changes, and puts it into force. */
import {exitCodes} from '../exit-codes.ts'
import {printDifferences} from './differences.ts'
import {report} from './outcome.ts'
import {json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export function run({options, output}: Call): Promise<number> {
  const asJson = options.json === true
  return withProxy({options}, async control => {
    const comparison = await control.compareConfig()
    if (!asJson) printDifferences(comparison, output)
    const outcome = await control.execute({type: 'reload'}, 'command line')
    if (asJson) output.write(json({...comparison, outcome}))
    else report(outcome, false, output)
    if (outcome.ok) return exitCodes.OK.code
    return comparison.findings.length > 0 ? exitCodes.CONFIGURATION.code : exitCodes.REFUSED.code
  })
}
