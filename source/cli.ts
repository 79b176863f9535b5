/** argv → a command; the only place that prints an error and sets the exit code. */
import {setTimeout} from 'node:timers/promises'
import {CommandFailure} from './commands/failure.ts'
import {commandHelp, programHelp} from './commands/help.ts'
import {assertFits, parseWords, UsageError} from './commands/parse.ts'
import {COMPLETE} from './commands/shells.ts'
import {commandRow} from './commands/table.ts'
import {exitCodes} from './exit-codes.ts'
import {printable, printableLines} from './printable.ts'
import {stackOf} from './thrown.ts'
import {version} from './version.ts'

/** How long a proxy or a dashboard that has ended waits for whoever reads its output. A command waits as long as it takes. */
const LAST_WORDS_MS = 1000

let isLasting = false

export async function main(): Promise<void> {
  // Whoever reads our output may leave; a command that only prints then has nothing more to do.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    process.exitCode = await dispatch(process.argv.slice(2))
  } catch (error) {
    const {code, text} = told(error)
    process.stderr.write(`${text}\n`)
    process.exitCode = code
  }
  const all = Promise.all([taken(process.stdout), taken(process.stderr)])
  await (isLasting ? Promise.race([all, setTimeout(LAST_WORDS_MS)]) : all)
  // Whatever may still be open (a demo's pipe, a probe) has no say in when the program ends.
  process.exit()
}

/** A pipe holds 64 KiB; what is behind that would be lost with the process. */
async function taken(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return
  await new Promise<void>(resolve => stream.write('', () => resolve()))
}

async function dispatch(words: readonly string[]): Promise<number> {
  if (words[0] === COMPLETE) {
    const {complete} = await import('./commands/completion.ts')
    return complete(words.slice(1), process.stdout)
  }
  const {command, args = [], options} = parseWords(words)
  if (options.version === true) {
    process.stdout.write(`${version()}\n`)
    return exitCodes.OK.code
  }
  if (command === undefined) {
    process.stdout.write(programHelp())
    return options.help === true ? exitCodes.OK.code : exitCodes.USAGE.code
  }
  if (options.help === true) {
    process.stdout.write(commandHelp(command))
    return exitCodes.OK.code
  }
  assertFits({command, args, options})
  isLasting = command === 'run' || command === 'attach'
  const {run} = await commandRow(command).load()
  return run({command, args, options, output: process.stdout})
}

/** What is said of an error, safe to print, and the exit code. */
function told(error: unknown): {readonly code: number; readonly text: string} {
  if (error instanceof CommandFailure) return {code: error.code, text: printableLines(error.message)}
  if (error instanceof UsageError)
    return {
      code: exitCodes.USAGE.code,
      text: `${printable(error.message)}${error.message.endsWith('?') ? '' : '.'} See revproxy-tui --help.`,
    }
  return {
    code: exitCodes.INTERNAL.code,
    text: `revproxy-tui made a mistake: ${printableLines(stackOf(error))}`,
  }
}
