/** A command that cannot do what it was asked for: words for the user, and the exit code. */
import {exitCodes} from '../exit-codes.ts'

export class CommandFailure extends Error {
  readonly code: number

  /** The message may hold several lines; it is made safe where it is printed. */
  constructor(exit: keyof typeof exitCodes, message: string) {
    super(message)
    this.code = exitCodes[exit].code
  }
}
