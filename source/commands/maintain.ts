/** `restart` and `reopen-log`: commands to the process of the proxy itself, with nothing to choose. */
import type {Command} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {report} from './outcome.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

function telling(type: Extract<Command['type'], 'restart' | 'reopen-log'>) {
  return ({options, output}: Call): Promise<number> =>
    withProxy({options}, async control => {
      const outcome = await control.execute({type}, 'command line')
      return report(outcome, options.json === true, output) ? exitCodes.OK.code : exitCodes.REFUSED.code
    })
}

export const restart = telling('restart')
export const reopenLog = telling('reopen-log')
