/** What came of a command, as text or JSON. */
import type {Outcome} from '../control/control.ts'
import {printable} from '../printable.ts'
import {CommandFailure} from './failure.ts'
import {json} from './print.ts'
import type {Call} from './table.ts'

/** Prints it; says whether it was done. @throws CommandFailure for a refusal that is not printed as JSON */
export function report(outcome: Outcome, asJson: boolean, output: Call['output']): boolean {
  if (asJson) output.write(json(outcome))
  else if (outcome.ok) output.write(`${printable(outcome.message)}\n`)
  else throw new CommandFailure('REFUSED', outcome.message)
  return outcome.ok
}
