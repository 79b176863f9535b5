/** Help: of the whole program and of each command, from the tables. */
import {exitCodes} from '../exit-codes.ts'
import {type OptionName, option} from './options.ts'
import {type CommandName, commandNames, commandRow, usageOf} from './table.ts'

const WIDTH = 100

export function programHelp(): string {
  const rows = commandNames.map(name => [usageOf(name), commandRow(name).summary] as const)
  const wide = Math.max(...rows.map(([usage]) => usage.length))
  return [
    '',
    '  A load-balancing HTTP/1.1 reverse proxy with a live terminal dashboard',
    '',
    '  Usage',
    '    $ revproxy-tui FILE [options]       start the proxy that FILE describes',
    '    $ revproxy-tui COMMAND [options]',
    '',
    '  Commands',
    ...rows.map(([usage, summary]) => `    ${usage.padEnd(wide)}  ${summary}`),
    '',
    ...optionLines([...commandRow('run').options, 'help', 'version']),
    '',
    '  revproxy-tui COMMAND --help says what it takes. The proxy that is meant is that of --control, else the only one that',
    '  runs for this user.',
    '',
    '  Exit codes',
    ...Object.values(exitCodes).map(({code, means}) => `    ${String(code).padEnd(3)} ${means}`),
    '',
    '  Example',
    '    $ revproxy-tui sample.yaml --demo',
    '',
    '',
  ].join('\n')
}

export function commandHelp(name: CommandName): string {
  const {summary, more, examples = [], options: own} = commandRow(name)
  return [
    '',
    `  ${summary}`,
    '',
    '  Usage',
    `    $ revproxy-tui ${usageOf(name)}${own.length === 0 ? '' : ' [options]'}`,
    '',
    ...(more === undefined ? [] : [...wrapped(more.replaceAll('`', ''), '  '), '']),
    ...optionLines([...own, 'help']),
    '',
    '  Exit codes',
    ...exitsOf(name).map(({code, means}) => `    ${String(code).padEnd(3)} ${means}`),
    '',
    ...(examples.length === 0 ? [] : ['  Examples', ...examples.map(example => `    $ ${example}`), '']),
    '',
  ].join('\n')
}

/** Those that the command may end with, in their order. */
export function exitsOf(name: CommandName) {
  const own: readonly string[] = ['OK', 'USAGE', 'INTERNAL', ...(commandRow(name).exits ?? [])]
  return Object.entries(exitCodes)
    .filter(([code]) => own.includes(code))
    .map(([, row]) => row)
}

export function optionText(name: OptionName): string {
  const {value} = option(name)
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

function optionLines(names: readonly OptionName[]): string[] {
  const wide = Math.max(...names.map(name => optionText(name).length))
  return [
    '  Options',
    ...names.flatMap(name => {
      const [first = '', ...rest] = wrapped(option(name).about, '', WIDTH - wide - 6)
      const indent = ' '.repeat(wide + 6)
      return [`    ${optionText(name).padEnd(wide)}  ${first}`, ...rest.map(line => `${indent}${line}`)]
    }),
  ]
}

function wrapped(text: string, indent: string, width = WIDTH): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(`${indent}${line}`)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, `${indent}${line}`]
}
