/** `set INSTANCE|SERVICE [KEY [VALUE]]`: settings that change while the proxy runs, listed or set. */
import type {Setting} from '../control/control.ts'
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {CommandFailure} from './failure.ts'
import {placeNamed} from './names.ts'
import {report} from './outcome.ts'
import {json} from './print.ts'
import {withProxy} from './proxy.ts'
import type {Call} from './table.ts'

/** Takes back what was set. */
const AS_IN_FILE = 'file'

export function run({args, options, output}: Call): Promise<number> {
  const [word = '', key, ...values] = args
  return withProxy({options}, async control => {
    const {service, instance} = placeNamed(control.snapshot(), word)
    if (key === undefined || values.length === 0) {
      const all = await control.settings(service, instance).catch((error: Error) => {
        throw new CommandFailure('REFUSED', error.message)
      })
      const found =
        key === undefined ? all : all.filter(({key: its}) => its === key || its.endsWith(`.${key}`))
      if (found.length === 0) throw new CommandFailure('REFUSED', noSetting(key ?? '', all))
      output.write(options.json === true ? json(found) : listed(found, key !== undefined))
      return exitCodes.OK.code
    }
    const text = values.join(' ')
    const value = text === AS_IN_FILE ? undefined : text
    const outcome = await control.execute(
      {type: 'set-setting', service, instance, key, value},
      'command line',
    )
    return report(outcome, options.json === true, output) ? exitCodes.OK.code : exitCodes.REFUSED.code
  })
}

function noSetting(key: string, all: readonly Setting[]): string {
  return `there is no setting ${key}; there are\n${all.map(each => `  ${each.key}`).join('\n')}`
}

/** A line each: key, value, and what the file says where that is something else; `inFull`: what it is, and its form. */
function listed(settings: readonly Setting[], inFull: boolean): string {
  const widest = Math.max(...settings.map(({key}) => key.length))
  const lines = settings.flatMap(({key, value, file, form, about}) => {
    const other = file === undefined ? '' : `  (the file: ${file})`
    const line = `${key.padEnd(widest)}  ${value}${other}`
    return inFull ? [line, `  ${about}`, `  ${form}`] : [line]
  })
  return lines.map(line => `${printable(line, 500)}\n`).join('')
}
