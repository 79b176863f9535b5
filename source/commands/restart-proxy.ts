/** `restart`: another process takes over without a connection lost. */
import {exitCodes} from '../exit-codes.ts'
import {report} from './outcome.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

export function run({options, output}: Call): Promise<number> {
  return withProxy({options}, async control => {
    const outcome = await control.execute({type: 'restart'}, 'command line')
    return report(outcome, options.json === true, output) ? exitCodes.OK.code : exitCodes.REFUSED.code
  })
}
