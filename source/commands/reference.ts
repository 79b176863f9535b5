/** The reference of all commands in Markdown, written from their table. */
import {exitsOf, optionText} from './help.ts'
import {type OptionName, option} from './options.ts'
import {type CommandName, commandNames, commandRow, usageOf} from './table.ts'

/** One row a command, for the README. */
export function commandTable(): string {
  const rows = commandNames.map(name => `| \`${cell(usageOf(name))}\` | ${commandRow(name).summary} |`)
  return ['| command | what it does |', '|---|---|', ...rows].join('\n')
}

/** A section a command. */
export function commandReference(): string {
  return commandNames.map(section).join('\n\n')
}

function section(name: CommandName): string {
  const {summary, more, examples = [], options: own} = commandRow(name)
  const options = own.map((each: OptionName) => `| \`${cell(optionText(each))}\` | ${option(each).about} |`)
  const exits = exitsOf(name).map(({code, means}) => `${code} (${means})`)
  return [
    `## ${name}`,
    '',
    `\`revproxy-tui ${usageOf(name)}\`: ${summary}.`,
    ...(more === undefined ? [] : ['', more]),
    ...(options.length === 0 ? [] : ['', '| option | what it does |', '|---|---|', ...options]),
    ...(examples.length === 0 ? [] : ['', ...examples.map(example => `    ${example}`)]),
    '',
    `Exit codes: ${exits.join(', ')}.`,
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
