/** `faults [off [NUMBER]]`: the faults that are made on purpose now, or their end. */
import type {FaultOnPurpose} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {CommandFailure} from './failure.ts'
import {wholeNumber} from './numbers.ts'
import {report} from './outcome.ts'
import {age, columns, json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

const MOST_NUMBER = 999_999_999

export function run({args, options, output}: Call): Promise<number> {
  const [word, text] = args
  if (word !== undefined && word !== 'off')
    throw new CommandFailure('USAGE', `faults ${word}: expected nothing, or off`)
  const number = text === undefined ? undefined : wholeNumber(text, 'the number of the fault', MOST_NUMBER)
  return withProxy({options}, async control => {
    const {faults, at} = control.snapshot()
    if (word === undefined) {
      output.write(options.json === true ? json(faults) : listed(faults, at))
      return exitCodes.OK.code
    }
    if (number !== undefined && !faults.some(fault => fault.number === number))
      throw new CommandFailure('REFUSED', `there is no fault ${number}; \`faults\` lists those that are on`)
    const outcome = await control.execute({type: 'clear-faults', number}, 'command line')
    return report(outcome, options.json === true, output) ? exitCodes.OK.code : exitCodes.REFUSED.code
  })
}

function listed(faults: readonly FaultOnPurpose[], at: number): string {
  if (faults.length === 0) return 'no fault is made on purpose\n'
  return columns([
    ['NUMBER', 'WHERE', 'MET', 'TO GO', 'WHAT'],
    ...faults.map(({number, service, instance, struck, until, text}) => [
      String(number),
      instance === undefined ? service : `${service}/${instance}`,
      String(struck),
      until === undefined ? '-' : age(until - at),
      text,
    ]),
  ])
}
