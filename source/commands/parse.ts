/** Words of a command line → a command, its arguments and its options, or what is wrong with them. Pure. */
import {parseArgs} from 'node:util'
import {nearest} from '../config/nearest.ts'
import {isOption, type OptionName, type Options, option, options} from './options.ts'
import {type CommandName, commandNames, commandRow, usageOf} from './table.ts'

export interface Parsed {
  readonly command: CommandName
  readonly args: readonly string[]
  readonly options: Options
}

/** The message is not safe to print: it holds words of the user. */
export class UsageError extends Error {}

/** `undefined` for a command: there is no word that could be one. */
export function parseWords(words: readonly string[]): Partial<Parsed> & Pick<Parsed, 'options'> {
  const rows = Object.keys(options).map(name => {
    const {value, short} = option(name as OptionName)
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [name, short === undefined ? {type} : {type, short}] as const
  })
  const {tokens, positionals: marked} = parseArgs({
    args: words.map(word => (/^-\d/.test(word) ? NUMBER + word : word)),
    options: Object.fromEntries(rows),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const positionals = marked.map(unmarked)
  const given: Partial<Record<OptionName, string | true>> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = nameOf(token.name, token.rawName)
    const value = givenValue(name, token.rawName, token.value && unmarked(token.value))
    const before = option(name).many === true ? given[name] : undefined
    given[name] = before === undefined ? value : `${before}\n${value}`
  }
  const [first, ...rest] = positionals
  if (first === undefined) return {options: given as Options}
  // A file may be named without `run`, as the first word there is.
  const command = isCommand(first) ? first : 'run'
  const args = isCommand(first) ? rest : positionals
  return {command, args, options: given as Options}
}

/** Stands before `-1` and its like: no option is called by a digit, and whoever takes a number says what is wrong with it. */
const NUMBER = '\0'

function unmarked(word: string): string {
  return word.startsWith(NUMBER) ? word.slice(NUMBER.length) : word
}

/** @throws UsageError when the command does not take these */
export function assertFits({command, args, options: given}: Parsed): void {
  const {args: wanted, options: known} = commandRow(command)
  const allowed: readonly string[] = [...known, 'help', 'version']
  for (const name of Object.keys(given))
    if (!allowed.includes(name)) {
      const list = known.map(each => `--${each}`).join(', ')
      throw new UsageError(`${command} has no option --${name}; it has ${list === '' ? 'none' : list}`)
    }
  const least = wanted.filter(({optional}) => optional !== true).length
  const most = wanted.some(({many}) => many === true) ? Number.POSITIVE_INFINITY : wanted.length
  if (args.length >= least && args.length <= most) return
  throw new UsageError(`expected: revproxy-tui ${usageOf(command)}${meantInstead(command, args)}`)
}

/** For a word that is neither a command nor, as far as one can see, a file. */
export function meantInstead(command: CommandName, args: readonly string[]): string {
  const [first = ''] = args
  const meant = command === 'run' ? nearest(first, commandNames) : undefined
  return meant === undefined ? '' : ` (or did you mean the command ${meant}?)`
}

function isCommand(word: string): word is CommandName {
  return (commandNames as readonly string[]).includes(word)
}

function nameOf(name: string, raw: string): OptionName {
  if (isOption(name)) return name
  const meant = nearest(name, Object.keys(options))
  throw new UsageError(`there is no option ${raw}${meant === undefined ? '' : `; did you mean --${meant}?`}`)
}

function givenValue(name: string, raw: string, value: string | undefined): string | true {
  const {value: called} = option(name as OptionName)
  if (called === undefined && value !== undefined) throw new UsageError(`${raw} takes no value`)
  if (called !== undefined && (value === undefined || value === ''))
    throw new UsageError(`${raw} needs a value: ${raw} ${called}`)
  return value ?? true
}
