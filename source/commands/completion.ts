/** `completion SHELL`: the script for the shell; `__complete WORDS`: what that script asks for. */
import {exitCodes} from '../exit-codes.ts'
import {printable} from '../printable.ts'
import {candidates} from './complete.ts'
import {CommandFailure} from './failure.ts'
import {shellNames, shells} from './shells.ts'
import type {Call} from './table.ts'

export async function run({args: [name = ''], output}: Call): Promise<number> {
  if (!Object.hasOwn(shells, name))
    throw new CommandFailure(
      'USAGE',
      `there is no completion for ${name}; there is one for ${shellNames.join(', ')}`,
    )
  output.write(shells[name as keyof typeof shells])
  return exitCodes.OK.code
}

/** The last word is the one at the cursor. A candidate a line, with a tab before what it is. */
export async function complete(words: readonly string[], output: Call['output']): Promise<number> {
  const found = await candidates(words.slice(0, -1), words.at(-1) ?? '')
  // A name with a blank, or with anything that a shell would take for more than a letter, is left to its user.
  for (const {value, about} of found)
    if (/^[\w./:@%+=,[\]-]+$/.test(value))
      output.write(`${value}${about === '' ? '' : `\t${printable(about)}`}\n`)
  return exitCodes.OK.code
}
